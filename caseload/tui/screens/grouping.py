"""A group activity: what was done together above, those who took part below it, a key each. Everything typed is kept as it comes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from ...casework.groups import PRESENCES, NewGroup, Taking
from ...errors import Unreachable
from ...messages import _, _n
from .. import days, grouped, terms
from ..commands import GROUP
from ..draw import run
from ..prompts import Words, yes_no
from ..talk import Left
from ..widgets.sheet import BLANK
from ..widgets.sheet import Item as Line
from .stepping import Stepping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..draw import Run
    from ..grouped import Participant
    from ..scribbles import Kept

# Where what was done together is kept while it is typed, beside the lines of each.
_ACCOUNT = "~account"
_PROSE = 20_000


class GroupPage(Stepping):
    """One activity of several clients."""

    PLACE = GROUP
    HINTS: ClassVar[tuple[str, ...]] = (
        "was_there",
        "left_early",
        "was_absent",
        "own_line",
        "account",
        "record_group",
        "leave_group",
    )

    def __init__(
        self, people: Sequence[Participant], topics: Sequence[tuple[str, str]], place: str, kept: Kept | None
    ) -> None:
        super().__init__()
        self.people, self.offered, self.place, self.kept = people, dict(topics), place, kept
        self.account = ""
        self.minutes: int | None = None
        self.topics: tuple[str, ...] = ()
        self.presence = {one.key: "present" for one in people}
        self.words = {one.key: "" for one in people}
        # What is being typed and was not taken yet: by client, or of all.
        self.typing: dict[str, str] = {}
        self._began = self.text()
        if kept is not None:
            self._take_up(kept.body)
        self.at = people[0].key

    def on_mount(self) -> None:
        self._lay()
        if self.kept is not None:
            self.say(_("Your words from {time} are back. Ctrl-S records them.").format(time=self.kept.when), "good")
        self.tell()

    # -- what is kept --------------------------------------------------------------

    def text(self) -> str:
        """All that was said, as it is kept."""
        lines = {str(key): {"presence": self.presence[key], "words": self.words[key]} for key in self.presence}
        whole = {
            "account": self.account, "minutes": self.minutes, "topics": list(self.topics), "lines": lines, "typing": self.typing,
        }  # fmt: skip
        return json.dumps(whole, ensure_ascii=False)

    def is_blank(self) -> bool:
        return self.text() == self._began

    def _take_up(self, body: str) -> None:
        """Goes on from what was kept; of what does not read any more, nothing is taken."""
        try:
            found = json.loads(body)
            account, minutes = str(found["account"]), found["minutes"]
            topics = tuple(str(one) for one in found["topics"] if one in self.offered)
            lines = {int(key): (str(one["presence"]), str(one["words"])) for key, one in found["lines"].items()}
            typing = {str(key): str(text) for key, text in found["typing"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            self.kept = None
            return
        self.account, self.topics, self.typing = account, topics, typing
        self.minutes = minutes if isinstance(minutes, int) else None
        for key, (presence, words) in lines.items():
            if key in self.presence:
                self.presence[key], self.words[key] = presence if presence in PRESENCES else "present", words

    def _heard(self) -> None:
        self.app.jotter.heard(self.place, "" if self.is_blank() else self.text())

    # -- what is shown ---------------------------------------------------------------

    def _lay(self) -> None:
        said = self.account or _("n says what was done together; it stands in every record, so that it names nobody.")
        lines: list[Line] = [Line(body=said, tone="plain" if self.account else "dim", indent=1, prose=True), BLANK]
        for one in self.people:
            presence = self.presence[one.key]
            tone = {"present": "good", "left_early": "warn"}.get(presence, "dim")
            head = (run(f" {one.name or one.number}", "strong"), run(f"  {one.number}" if one.name else "", "dim"))
            right = (run(terms.presence_words(presence) + " ", tone),)
            lines.append(Line(head, self.words[one.key], value=one.key, right=right, indent=4, prose=True))
        at = next(place for place, line in enumerate(lines) if line.value == self.at)
        self.sheet.show(lines, at=at, top=False)
        n = sum(one != "absent" for one in self.presence.values())
        there = _("{n} of {all} there ").format(n=n, all=len(self.people))
        about = ", ".join(self.offered[one] for one in self.topics)
        parts = [_("{n} min").format(n=self.minutes) if self.minutes is not None else "", about]
        note = "".join(f" · {part}" for part in parts if part)
        self.head.show((run(_(" Group activity")),), (run(note, "dim"),), (run(there),))

    def standing(self) -> Sequence[Run]:
        return ()

    # -- moving ------------------------------------------------------------------------

    def places(self) -> Sequence[int]:
        return [one.key for one in self.people]

    # -- saying --------------------------------------------------------------------------

    def do_was_there(self) -> None:
        self._was("present")

    def do_left_early(self) -> None:
        self._was("left_early")

    def do_was_absent(self) -> None:
        self._was("absent")

    def _was(self, presence: str) -> None:
        self.presence[self.at] = presence
        self._heard()
        if self.at == self.people[-1].key:
            self.say(_("That was the last one. Ctrl-S records it."), "dim")
        self._go(1)

    async def do_own_line(self) -> None:
        key = self.at
        self.words[key] = await self._type(str(key), _("Of this client alone:"), self.words[key])
        self._said(str(key))

    async def do_account(self) -> None:
        before = f"{self.minutes} {self.account}" if self.minutes is not None else self.account
        text = await self._type(_ACCOUNT, _("Done together:"), before, _("minutes, then words: 90 cooked soup"))
        self.minutes, self.account = days.read_minutes(text)
        self._said(_ACCOUNT)

    async def _type(self, place: str, label: str, before: str, hint: str = "") -> str:
        def heard(text: str) -> None:
            self.typing[place] = text
            self._heard()

        question: Words[str] = Words(label, reads=str.strip, heard=heard, hint=hint, limit=_PROSE)
        question.line.insert(self.typing.get(place, before), _PROSE)
        return await self.ask(question)

    def _said(self, place: str) -> None:
        self.typing.pop(place, None)
        self._heard()
        self._lay()

    async def do_about_what(self) -> None:
        from ..acts.grouping import choose

        self.topics = await choose(self, self.topics)
        self._heard()
        self._lay()

    # -- away -------------------------------------------------------------------------------

    async def do_record_group(self) -> None:
        """Records it. Words typed and not taken hold it up; whoever is named where others read it is said first."""
        if self.typing:
            place = next(iter(self.typing))
            self.at = int(place) if place != _ACCOUNT else self.at
            self._lay()
            again = "n" if place == _ACCOUNT else "t"
            self.say(_("Words were typed here and not taken: {key} goes on with them.").format(key=again), "warn")
            self.tell()
            raise Left
        takings = [Taking(one.key, self.presence[one.key], self.words[one.key]) for one in self.people]
        new = NewGroup(takings, self.account, None, None, self.minutes, self.topics, self.place)
        found = await self.desk.read(grouped.named, new)
        if found:
            cases = sorted({one.case for one in found})
            said = _n(
                "{cases} is named. Masked for the others; record it?", "{n} of them are named. Masked for the others; record it?",
                len(cases),
            )  # fmt: skip
            if not await self.ask(yes_no(said.format(cases=cases[0], n=len(cases)))):
                raise Left
        keys = [one.key for one in self.people]
        receipt = await self.write("group", grouped.log(new), keys, words=(self.place, self.text()))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    async def finished(self, command: str, keys: Any, *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)

    async def do_leave_group(self) -> None:
        """Away at once; what was said is kept."""
        blank = self.is_blank()
        with suppress(Unreachable):  # then it is kept here until it answers again
            await self.app.jotter.flush(self.place, "" if blank else self.text())
        self.dismiss(None)
        if not blank:
            self.app.announce(_("Kept. The same key brings your words back."), "dim")
