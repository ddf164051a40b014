"""Taking someone in: the few facts asked at the door, and a word if they may be known already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.containers import Horizontal
from textual.widget import Widget

from ...errors import Usage
from ...messages import _
from .. import asks, days, terms, verbs
from ..draw import run
from ..widgets.fields import Field
from ..widgets.title import Title
from .form import Form

if TYPE_CHECKING:
    from ...casework.intake import NewCase

PLACE = "intake|new"


class Asked(NamedTuple):
    """One question: what it is kept as, its label, a hint, and its codes where only those will do."""

    name: str
    label: str
    hint: str = ""
    codes: Sequence[str] = ()
    usual: str = ""


class Intake(Form):
    """The intake form. Codes may be cut short (`hou` for housing); the bottom line says what may be typed."""

    def __init__(
        self, programs: Sequence[tuple[str, str]], workers: Sequence[str], me: str, kept: asks.Kept | None
    ) -> None:
        super().__init__(PLACE)
        codes = [code for code, _name in programs]
        self.asked = (
            Asked("given", _("Given name")),
            Asked("family", _("Family name")),
            Asked("born", _("Born"), _("a day: 1980-05-12 or 12 may 1980; empty where not known")),
            Asked("language", _("Language"), _("as people call it: arabic")),
            Asked("program", _("Program"), "", codes, codes[0] if len(codes) == 1 else ""),
            Asked("source", _("Sent by"), _("who or what brought them: school, street, themselves")),
            Asked("risk", _("Risk"), "", [code for _letter, _words, code in terms.risks()], "low"),
            Asked("worker", _("Worker"), _("who takes the case; none: it waits on the list"), [*workers, "none"], me if me in workers else "none"),
            Asked("phone", _("Phone")),
            Asked("safe", _("Safe to call"), "", ["yes", "no", "ask", "unknown"], "unknown"),
        )  # fmt: skip
        self.kept = kept
        self._values = _unpacked(kept)
        self._checked: tuple[object, ...] = ()
        self._found: list[str] = []

    def fields(self) -> Iterable[Widget]:
        for one in self.asked:
            with Horizontal(classes="row"):
                yield Title(id=f"label-{one.name}", classes="label")
                yield Field(
                    self._values.get(one.name, one.usual), id=f"field-{one.name}", limit=200, whole=bool(one.codes)
                )

    def on_mount(self) -> None:
        self.head.show((run(_(" Intake")),))
        width = max(cell_len(one.label) for one in self.asked) + 3
        for one in self.asked:
            label = self.query_one(f"#label-{one.name}", Title)
            label.styles.width = width
            label.show((run(f" {one.label}"),))
        if self.kept is not None:
            self.say(_("Your words from {time} are back. Ctrl-S saves them.").format(time=self.kept.when), "good")

    def value(self, name: str) -> str:
        return self.query_one(f"#field-{name}", Field).value.strip()

    def text(self) -> str:
        return json.dumps({one.name: self.value(one.name) for one in self.asked}, ensure_ascii=False)

    def is_blank(self) -> bool:
        return all(self.value(one.name) in ("", one.usual) for one in self.asked)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        asked = self._of(event.widget)
        # A complaint stays until something is typed.
        if asked is not None and not (self._saying and self._saying[0][1] in ("bad", "warn", "good")):
            words = asked.hint or " · ".join(asked.codes)
            self._saying = (run(words, "dim"),) if words else ()
            self.tell()
        self.start(self._known())

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        asked = self._of(event.widget)
        if asked is not None and asked.codes:
            found = _completed(self.value(asked.name), asked.codes)
            if found is not None:
                with self.prevent(Field.Changed):
                    self.query_one(f"#field-{asked.name}", Field).value = found

    def _of(self, widget: Widget) -> Asked | None:
        return next((one for one in self.asked if widget.id == f"field-{one.name}"), None)

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

        coded = {one.name: self._coded(one) for one in self.asked if one.codes}
        worker = coded["worker"]
        return NewCase(
            given=self.value("given"), family=self.value("family"), program=coded["program"], born=self._born(),
            source=self.value("source"), risk=coded["risk"], worker=None if worker == "none" else worker,
            language=self.value("language") or None, phone=self.value("phone"), safe_to_call=coded["safe"], scratch=self.place,
        )  # fmt: skip

    def _coded(self, asked: Asked) -> str:
        found = _completed(self.value(asked.name) or asked.usual, asked.codes)
        if found is None:
            self._back_to(asked.name)
            known = ", ".join(asked.codes)
            raise Usage(_("{label}: one of {known}.").format(label=asked.label, known=known))
        return found

    def _born(self) -> date | None:
        text = self.value("born")
        if not text:
            return None
        found = days.read_past_day(text)
        if found is None:
            self._back_to("born")
            raise Usage(_("Born: a day such as 1980-05-12 or 12 may 1980."))
        return found

    def _back_to(self, name: str) -> None:
        self.call_after_refresh(self.query_one(f"#field-{name}", Field).focus)


def _completed(typed: str, codes: Sequence[str]) -> str | None:
    """The one code that begins so, or is so."""
    typed = typed.strip().casefold()
    if typed in codes:
        return typed
    found = [code for code in codes if typed and code.startswith(typed)]
    return found[0] if len(found) == 1 else None


def _unpacked(kept: asks.Kept | None) -> dict[str, str]:
    if kept is None:
        return {}
    try:
        found = json.loads(kept.body)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
