"""Forms of what is found: a need, a need that is changed, a section of the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...casework.backgrounds import section_words
from ...casework.needs import SEVERITIES, NewNeed
from ...errors import Conflict, Usage
from ...messages import _
from .. import findings, scribbles
from ..talk import Left
from ..widgets.fields import Prose
from .asking import Asked, Asking
from .correcting import Correcting, Stands
from .note import Subject
from .packet import Text

if TYPE_CHECKING:
    from ...casework.backgrounds import BackgroundRow
    from ...casework.needs import NeedRow
    from ...store.database import Receipt
    from ..verbs import Doing

_PROSE = 2_000


def _form(domains: Sequence[str]) -> tuple[Asked, ...]:
    return (
        Asked("domain", _("Domain"), "", domains),
        Asked("severity", _("How much"), "", SEVERITIES, "moderate"),
        Asked("words", _("In their words"), _("what the client says about it"), limit=_PROSE),
        Asked("strengths", _("Builds on"), _("what they can build on: people, skills, what has worked"), limit=_PROSE),
    )


class NeedForm(Asking):
    """What was found in one domain."""

    def __init__(self, key: int, number: str, domains: Sequence[str], kept: scribbles.Kept | None) -> None:
        title = _(" Need in {number}").format(number=number)
        super().__init__(f"need|case:{key}", title, _form(domains), kept)
        self.key = key

    async def save(self, command: str) -> None:
        new = NewNeed(
            self.key, self.coded("domain"), self.coded("severity"), self.value("words"), self.value("strengths"), scratch=self.place
        )  # fmt: skip
        receipt = await self.write("need", findings.add_need(new), [self.key], words=(self.place, self.text()))
        self.dismiss(receipt)
        self.app.say_done(receipt)


class ChangeNeedForm(Correcting, Asking):
    """A need as it stands."""

    def __init__(
        self, key: int, number: str, domains: Sequence[str], now: NeedRow, kept: scribbles.Kept | None
    ) -> None:  # fmt: skip
        # A closed domain stays that of the needs that it has.
        known = domains if now.domain in domains else (*domains, now.domain)
        title = _(" Need #{id} in {number}").format(id=now.id, number=number)
        Asking.__init__(self, f"need-change-{now.id}|case:{key}", title, _form(known), None)
        self.key, self.number, self.need, self.command = key, number, now.id, "need"
        self.same = _("Nothing of the need is different.")
        self.begin(_stands(now), kept)

    def called(self, name: str) -> str:
        return next(one.label for one in self.asked if one.name == name)

    async def stands(self) -> Stands:
        now = await self.desk.read(findings.as_it_stands, self.key, self.need)
        if now is None:
            raise Usage(_("That need is no longer there."))
        return _stands(now)

    def correction(self, changes: dict[str, str]) -> Doing:
        found = {name: self.coded(name) if name in ("domain", "severity") else text for name, text in changes.items()}
        return findings.change_need(self.need, found, self.version, self.place)


def _stands(now: NeedRow) -> Stands:
    values = {"domain": now.domain, "severity": now.severity, "words": now.words, "strengths": now.strengths}
    return Stands(now.version, {name: text or "" for name, text in values.items()})


class HistoryForm(Text):
    """A section of the history, written over what was told before."""

    def __init__(
        self, key: int, number: str, section: str, now: BackgroundRow | None, kept: scribbles.Kept | None
    ) -> None:  # fmt: skip
        place = f"background:{section}|case:{key}"
        stood = (now.text or "") if now is not None else ""
        version = now.version if now is not None else 0
        if kept is not None and kept.seen is not None:
            version = kept.seen
        title = _("{section} · history in {number}").format(section=section_words(section), number=number)
        text, when = (kept.body, kept.when) if kept is not None else (stood, "")
        super().__init__(Subject(key, number, "narrative", place), title, text, when, drawn_up=stood)
        self.section, self.version, self.stood = section, version, stood

    @property
    def seen(self) -> int | None:
        return self.version

    async def save(self, command: str) -> None:
        receipt = await self._put_down()
        self.dismiss(receipt)
        self.app.say_done(receipt)

    async def _put_down(self) -> Receipt:
        from .conflict import Both, Conflicting

        key, section = self.subject.key, self.section
        while True:
            work = findings.write_section(key, section, self.text(), self.version, self.place)
            try:
                return await self.write("background", work, [key], words=(self.place, self.text()), seen=self.seen)
            except Conflict:
                now = await self.desk.fetch(lambda db: findings.told(db, key, section))
                theirs = (now.text or "") if now is not None else ""
                both = Both("text", section_words(section), self.text(), theirs, self.stood, True)
                self.talk.hand_over()  # keys meant for the page below choose nothing here
                chosen = (
                    await self.visit(Conflicting(self.subject.number, [both]))
                    if theirs.strip() != self.text().strip()
                    else {}
                )
                if chosen is None:
                    raise Left from None
                self.query_one("#section0", Prose).load_text(chosen.get("text", self.text()))
                self.version, self.stood = now.version if now is not None else 0, theirs
