"""What stands before closing a case, all at once: each gate with its rows, and a key to go and mend. What is chosen is kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from ...errors import CaseloadError, Unreachable, Usage
from ...messages import _, _n
from .. import ending, handing
from ..acts.speaking import letters, reader, required
from ..commands import CLOSING
from ..draw import run
from ..prompts import Option, Pick, Words, yes_no
from ..summaries import When
from ..talk import Left
from .reading import Asked

if TYPE_CHECKING:
    from ...casework.freed import Freed
    from ...store.database import Receipt
    from ..scribbles import Kept

_WHY = "~why"
_LONG = 500


class ClosingPage(Asked):
    """The gates of one case. Enter mends what is under the cursor, o passes its gate with a reason, Ctrl-S closes."""

    PLACE = CLOSING
    HINTS: ClassVar[tuple[str, ...]] = ("open", "pass_gate", "close_case", "down", "back", "help")

    def __init__(self, key: int, row: Any, kept: Kept | None) -> None:
        super().__init__()
        self.key, self.row, self.kept = key, row, kept
        self.place = f"closing|case:{key}"
        self.chosen: dict[str, str] = {}
        self.passed: dict[str, str] = {}
        # What is being typed and was not taken yet, by gate.
        self.typing: dict[str, str] = {}
        self.found: ending.Before | None = None
        if kept is not None:
            self._take_up(kept.body)

    # -- what is kept --------------------------------------------------------------------

    def text(self) -> str:
        """All that was chosen and typed, as it is kept."""
        whole = {"chosen": self.chosen, "passed": self.passed, "typing": self.typing}
        return json.dumps(whole, ensure_ascii=False) if any(whole.values()) else ""

    def _take_up(self, body: str) -> None:
        try:
            found = json.loads(body)
            parts = [
                {str(name): str(text) for name, text in found[part].items()} for part in ("chosen", "passed", "typing")
            ]
            if "aftercare" in parts[0]:
                date.fromisoformat(parts[0]["aftercare"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self.kept = None
            return
        self.chosen, self.passed, self.typing = parts

    def _heard(self) -> None:
        self.app.jotter.heard(self.place, self.text())

    # -- reading ------------------------------------------------------------------------------

    def heading(self) -> str:
        return _(" Closing")

    async def reread(self) -> None:
        """Reads what stands before the closing; the first time it is a look."""
        reason = self.chosen.get("reason", "")
        if self.found is None:
            self.found = await self.desk.fetch(lambda db: ending.look(db, self.key, reason))
            if self.kept is not None:
                self.say(_("What you chose at {time} is back.").format(time=self.kept.when), "good")
        else:
            self.found = await self.desk.read(ending.again, self.key, reason, channel=f"closing-{id(self)}")
        self.app.standing = self.found.standing
        self._lay()

    def _lay(self) -> None:
        assert self.found is not None
        found, standing = self.found
        before, first = self.sheet.value, not self.sheet.items
        self.head.show((run(_(" Closing {case}").format(case=found.case)),), (), (run(self._state() + " "),))
        items = ending.sheet(found, self.chosen, self.passed, When(standing.today, standing.zone), self.aftercare)
        same = next((n for n, item in enumerate(items) if _same(item.value, before)), None)
        gate = next((n for n, item in enumerate(items) if item.value is not None and item.value[0] == "gate"), None)
        self.sheet.show(items, at=gate if first else same, top=first)
        self.tell()

    def _state(self) -> str:
        assert self.found is not None
        n = len(self._shut())
        if self.found.closing.closed:
            return _("closed")
        return _n("{n} gate shut", "{n} gates shut", n).format(n=n) if n else _("may be closed")

    def _shut(self) -> list[str]:
        assert self.found is not None
        return [one.title for one in self.found.closing.shut if one.code not in self.passed]

    @property
    def aftercare(self) -> date | None:
        """The day on which whoever closes asks how they are."""
        day = self.chosen.get("aftercare")
        return date.fromisoformat(day) if day else None

    # -- what it is about ---------------------------------------------------------------------------

    def targets(self, command: str) -> list[int]:
        return [self.key]

    def row_of(self, key: int) -> Any:
        return self.row

    def _picked(self) -> tuple[str, Any]:
        """What stands under the cursor."""
        value: tuple[str, Any] | None = self.sheet.value
        return value or ("", None)

    # -- acting ---------------------------------------------------------------------------------------

    async def do_open(self) -> None:
        """Chooses what the line stands for, or goes and mends it."""
        kind, what = self._picked()
        if kind in ("reason", "destination", "aftercare"):
            await getattr(self, f"_choose_{kind}")()
            self._heard()
            await self.reread()
        elif kind == "feedback":
            await self._offer("client-voice")
        elif kind == "gate":
            await self._mend(what, what.behind[0])
        elif kind == "behind":
            gate, row = what
            await self._mend(gate, row)
        elif kind == "next":
            self.say(_("Once the case is closed, their place is offered here to who may give it out."), "dim")
        else:
            self.say(_("j goes to a line; Ctrl-S closes the case."), "dim")

    async def _choose_reason(self) -> None:
        from ...casework.closing_codes import reason_words

        letter = {
            "completed": "c", "left": "l", "discharged": "d", "transferred": "t", "lost_contact": "n", "ineligible": "i",
            "deceased": "x", "other": "o",
        }  # fmt: skip
        self.chosen["reason"] = await self.ask(
            letters(_("Closed:"), [(key, reason_words(code), code) for code, key in letter.items()])
        )

    async def _choose_destination(self) -> None:
        from ...casework.closing_codes import destinations

        options = [Option(words, code, code, code) for code, words in destinations().items()]
        self.chosen["destination"] = await self.ask(Pick(_("Went to:"), options=options, hint=_("type to find it")))

    async def _choose_aftercare(self) -> None:
        from .. import days

        assert self.found is not None
        today = self.found.standing.today

        def read(text: str) -> date | None:
            if not text.strip():
                return None
            day, rest = days.read_day(text, today)
            if rest or day <= today:
                raise Usage(_("A day ahead and nothing else, or nothing for none."))
            return day

        shows = reader(read, lambda day: days.shown(day, today) if day is not None else _("none"))
        question: Words[date | None] = Words(
            _("Ask how they are on:"), reads=read, echo=shows, hint=_("4w, 1 mar; empty: none")
        )
        day = await self.ask(question)
        self.chosen.pop("aftercare", None)
        if day is not None:
            self.chosen["aftercare"] = day.isoformat()

    async def _mend(self, gate: Any, row: Any) -> None:
        """Goes to what is behind a gate, by the act that clears it; read again when one comes back."""
        from ..acts import planning, referring, spending, writing

        if gate.act == "ask":
            await self._offer(row.key)
        elif gate.act == "sign":
            await writing.open_draft(self, self.key, int(row.key))
        elif gate.act == "services":
            await referring.settle(self, self.key, int(row.key))
        elif gate.act == "money":
            await spending.settle(self, self.key, int(row.key))
        elif gate.act == "plan":
            await planning.reached(self, self.key, int(row.key))
        else:
            self.say(gate.command, "dim")
        await self.reread()

    async def _offer(self, code: str) -> None:
        from ..acts import finding

        await finding.offer(self, self.key, code, "closing")
        await self.reread()

    async def do_pass_gate(self) -> None:
        """Why the gate under the cursor is passed; without words it is shut again."""
        kind, what = self._picked()
        gate = what if kind == "gate" else what[0] if kind == "behind" else None
        if gate is None:
            self.say(_("Put the cursor on a gate that is shut."), "warn")
            raise Left
        why = await self._words(
            gate.code, _("{gate}, passed because:").format(gate=gate.title), self.passed.get(gate.code, ""), ""
        )
        if why:
            self.passed[gate.code] = why
        else:
            self.passed.pop(gate.code, None)
        self._heard()
        self._lay()

    async def _words(self, name: str, label: str, stood: str, unsaid: str) -> str:
        """Words on the bottom line, kept while they are typed."""

        def read(text: str) -> str:
            return required(text, unsaid) if unsaid else text.strip()

        def heard(text: str) -> None:
            self.typing[name] = text
            self._heard()

        question: Words[str] = Words(label, reads=read, heard=heard, limit=_LONG)
        question.line.insert(self.typing.get(name, stood), _LONG)
        answer = await self.ask(question)
        self.typing.pop(name, None)
        return answer

    async def do_close_case(self) -> None:
        """Closes it, and offers the place to who waits next. Gates that are shut and not passed are said first."""
        if self.found is None or self.found.closing.closed:
            self.say(_("That case is closed."), "warn")
            raise Left
        left = self._shut()
        if left:
            said = _("Still shut: {gates}. Enter mends, o passes with a reason.").format(gates=", ".join(left))
            self.say(said, "warn")
            raise Left
        why = await self._words(_WHY, _("Why closed:"), "", _("A closing needs a reason."))
        self.typing[_WHY] = why  # kept until it is done
        words = (self.place, self.text())
        passed = {one.code: self.passed[one.code] for one in self.found.closing.shut}
        chosen = self.chosen
        work = ending.close(
            self.key, why, chosen.get("reason", ""), chosen.get("destination", ""), passed, self.aftercare, words
        )  # fmt: skip
        receipt = await self.write("stage", work, [self.key], words=words)
        self.typing.clear()
        place: Freed | None = (receipt.data or {}).get("freed")
        given = None
        if place is not None and place.may and place.to is not None:
            given = await self._give_on(place, place.to, why)
        self.dismiss(receipt)
        self.app.announce_done(given or receipt)

    async def _give_on(self, place: Freed, to: str, why: str) -> Receipt | None:
        """The place goes to who waits next, in one key; an act of its own. None where it does not."""
        one = place.next
        label = _("Closed. {case} waits next ({risk}, {n} days): admit to {to}?").format(
            case=one.case, risk=one.risk, n=one.days, to=to
        )
        try:
            if not await self.ask(yes_no(label)):
                return None
            return await self.write("admit", handing.admit([one.id], to, why, None), [one.id])
        except Left:
            return None
        except CaseloadError as error:
            self.app.announce(error.message, "warn")
            return None

    # -- kept up to date ----------------------------------------------------------------------------------

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached and command != "stage":
            await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        if self.key in cases and not (self.talk.asking or self.talk.thinking):
            await self.reread()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        await self.reread()

    def do_back(self) -> None:
        """Away; what was chosen is kept."""
        self.start(self._leave())

    async def _leave(self) -> None:
        text = self.text()
        with suppress(Unreachable):  # then it is kept here until it answers again
            await self.app.jotter.flush(self.place, text)
        self.dismiss(None)
        if text:
            self.app.announce(_("Kept. The same key brings back what you chose."), "dim")
        self.app.jotted()


def _same(value: Any, before: Any) -> bool:
    if value is None or before is None or value[0] != before[0]:
        return False
    if value[0] == "gate":
        return bool(value[1].code == before[1].code)
    return bool(value[1][1].key == before[1][1].key) if value[0] == "behind" else True
