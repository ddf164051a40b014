"""Two versions of the same thing: theirs and mine, field by field. Nothing is mixed by itself, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from ...messages import _, _n
from ..commands import CONFLICT
from ..draw import run
from ..widgets.sheet import BLANK, Item
from ..widgets.told import Pressed
from .reading import Reading


class Both(NamedTuple):
    """One field that two people wrote: `base` is what both began with, None where that is not known. Of a longer text both
    can be kept."""

    name: str
    label: str
    mine: str
    theirs: str
    base: str | None = None
    prose: bool = False

    def usual(self) -> str:
        """What stands unless somebody chooses: what only one of them changed; both of a longer text; else nothing."""
        if self.base is not None and self.theirs.strip() == self.base.strip():
            return "mine"
        if self.base is not None and self.mine.strip() == self.base.strip():
            return "theirs"
        return "both" if self.prose else ""

    def chosen(self, choice: str) -> str:
        """The text that stands after a choice."""
        if choice == "both":
            return "\n\n".join(one for one in (self.theirs.strip("\n"), self.mine.strip("\n")) if one.strip())
        return self.mine if choice == "mine" else self.theirs


class Conflicting(Reading):
    """Left with the chosen text of each field, or with None; then everything is as it was and the words are kept."""

    PLACE = CONFLICT
    HINTS: ClassVar[tuple[str, ...]] = ("take_theirs", "take_mine", "take_both", "accept", "back")

    def __init__(self, number: str, fields: Sequence[Both]) -> None:
        super().__init__()
        self.number, self.fields = number, fields
        self.choices = {one.name: one.usual() for one in fields}

    def on_mount(self) -> None:
        self._show(None)

    def _show(self, at: int | None) -> None:
        left = sum(not choice for choice in self.choices.values())
        told = _n("{n} to choose ", "{n} to choose ", left).format(n=left) if left else _("Enter saves ")
        self.head.show(
            (run(_(" Saved by someone else meanwhile · {number}").format(number=self.number)),), (), (run(told),)
        )
        items: list[Item] = []
        for one in self.fields:
            choice = self.choices[one.name]
            words = {"mine": _("mine"), "theirs": _("theirs"), "both": _("both: theirs, then mine")}.get(
                choice, _("choose")
            )
            items.append(
                Item(
                    (run(f" {one.label}", "title"),),
                    value=one,
                    right=(run(f"[{words}] ", "good" if choice else "warn"),),
                )
            )
            for label, text, kept in (
                (_("theirs"), one.theirs, choice in ("theirs", "both")),
                (_("mine"), one.mine, choice in ("mine", "both")),
            ):
                sign = "✓" if kept else " "
                items.append(
                    Item(
                        (run(f"  {sign} {label}", "key" if kept else "dim"),),
                        text or _("(empty)"),
                        indent=6,
                        prose=one.prose,
                        tone="plain" if kept else "dim",
                    )
                )
            items.append(BLANK)
        self.sheet.show(items, at=at, top=False)
        self.tell()

    def _choose(self, choice: str) -> None:
        field: Both | None = self.sheet.value
        if field is None:
            return
        if choice == "both" and not field.prose:
            self.say(_("Of {label} only one can stand: t theirs, m mine.").format(label=field.label), "warn")
            self.tell()
            return
        self.choices[field.name] = choice
        at = self.sheet.at
        self._show(at)
        self.sheet.move(1)

    def do_take_theirs(self) -> None:
        self._choose("theirs")

    def do_take_mine(self) -> None:
        self._choose("mine")

    def do_take_both(self) -> None:
        self._choose("both")

    def do_accept(self) -> None:
        """Goes on with what was chosen, once everything is."""
        missing = [one.label for one in self.fields if not self.choices[one.name]]
        if missing:
            self.say(_("Choose for {what}: t theirs, m mine.").format(what=", ".join(missing)), "warn")
            self.tell()
            return
        found: Mapping[str, str] = {one.name: one.chosen(self.choices[one.name]) for one in self.fields}
        self.dismiss(found)

    def on_pressed(self, event: Pressed) -> None:
        if event.command == "open":
            event.stop()
            event.prevent_default()
            self.do_accept()
