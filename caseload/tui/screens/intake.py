"""Taking someone in: the few facts asked at the door, and a word if they may be known already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual import events

from ...errors import Usage
from ...messages import _
from .. import asks, days, scribbles, terms, verbs
from .asking import Asked, Asking

if TYPE_CHECKING:
    from ...casework.intake import NewCase

PLACE = "intake|new"


class Intake(Asking):
    """The intake form."""

    def __init__(
        self, programs: Sequence[tuple[str, str]], workers: Sequence[str], me: str, kept: scribbles.Kept | None
    ) -> None:
        codes = [code for code, _name in programs]
        asked = (
            Asked("given", _("Given name")),
            Asked("family", _("Family name")),
            Asked("born", _("Born"), _("a day: 1980-05-12 or 12 may 1980; empty where not known")),
            Asked("language", _("Language"), _("as people call it: arabic; or its code: ar")),
            Asked("program", _("Program"), "", codes, codes[0] if len(codes) == 1 else ""),
            Asked("source", _("Sent by"), _("who or what brought them: school, street, themselves")),
            Asked("risk", _("Risk"), "", [code for _letter, _words, code in terms.risks()], "low"),
            Asked("worker", _("Worker"), _("who takes the case; none: it waits on the list"), [*workers, "none"], me if me in workers else "none"),
            Asked("phone", _("Phone")),
            Asked("safe", _("Safe to call"), "", ["yes", "no", "ask", "unknown"], "unknown"),
        )  # fmt: skip
        super().__init__(PLACE, _(" Intake"), asked, kept)
        self._checked: tuple[object, ...] = ()
        self._found: list[str] = []

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        super().on_descendant_focus(event)
        self.start(self._known())

    async def _known(self) -> None:
        """Says once, for what was typed, that this person may be known already, and why."""
        typed = (self.value("given"), self.value("family"), days.read_past_day(self.value("born")), self.value("phone"))
        if not (typed[0] and typed[1]) or typed == self._checked:
            return
        self._checked = typed
        found = await self.desk.read(asks.known_already, *typed, channel="intake")
        if found != self._found and found:
            self.say(
                _("Perhaps known already: {who}. Esc lets you look.").format(who="; ".join(found)),
                "warn",
            )
            self.tell()
        self._found = found

    async def save(self, command: str) -> None:
        receipt = await self.write("intake", verbs.open_case(self._new_case()), words=(self.place, self.text()))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    def _new_case(self) -> NewCase:
        """The answers as the practice takes them. Raises Usage, with the cursor on the field it is about."""
        from ...casework.intake import NewCase

        program, risk, worker, safe = (self.coded(name) for name in ("program", "risk", "worker", "safe"))
        return NewCase(
            given=self.value("given"), family=self.value("family"), program=program, born=self._born(),
            source=self.value("source"), risk=risk, worker=None if worker == "none" else worker,
            language=self.value("language") or None, phone=self.value("phone"), safe_to_call=safe, scratch=self.place,
        )  # fmt: skip

    def _born(self) -> date | None:
        text = self.value("born")
        if not text:
            return None
        found = days.read_past_day(text)
        if found is None:
            self.back_to("born")
            raise Usage(_("Born: a day such as 1980-05-12 or 12 may 1980."))
        return found
