"""A form of questions, one a line: a label, what may be typed, and codes that may be cut short."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.containers import Horizontal
from textual.widget import Widget

from ...errors import Usage
from ...messages import _
from .. import commands, scribbles
from ..draw import run
from ..widgets.fields import Field
from ..widgets.title import Title
from .form import Form


class Asked(NamedTuple):
    """One question: what it is kept as, its label, a hint, and its codes where only those will do (`many`: one or more).
    `whole`: what is typed first takes the place of what stands there, as it does with one code."""

    name: str
    label: str
    hint: str = ""
    codes: Sequence[str] = ()
    usual: str = ""
    many: bool = False
    limit: int = 200
    whole: bool = False


class Asking(Form):
    """Codes may be cut short (`hou` for housing); the bottom line says what may be typed. `filled` is what it begins with where
    no words were kept."""

    def __init__(
        self, place: str, title: str, asked: Sequence[Asked], kept: scribbles.Kept | None,
        filled: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(place)
        self.caption, self.asked, self.kept = title, asked, kept
        self._begun = {one.name: one.usual for one in asked} | ({} if kept else dict(filled or {}))
        self._values = _unpacked(kept)

    def fields(self) -> Iterable[Widget]:
        for one in self.asked:
            with Horizontal(classes="row"):
                yield Title(id=f"label-{one.name}", classes="label")
                value = self._values.get(one.name, self._begun[one.name])
                whole = one.whole or (bool(one.codes) and not one.many)
                yield Field(value, id=f"field-{one.name}", limit=one.limit, whole=whole)

    def on_mount(self) -> None:
        # The bottom line says what may be typed; how to save it stands where it is always in sight.
        keys = [f"{self.app.keymap.first(one)} {commands.get(one).label}" for one in ("save", "leave")]
        self.head.show((run(self.caption),), (), (run(" · ".join(keys) + " ", "dim"),))
        width = max(cell_len(one.label) for one in self.asked) + 3
        for one in self.asked:
            label = self.query_one(f"#label-{one.name}", Title)
            label.styles.width = width
            label.show((run(f" {one.label}"),))
        self.welcome(self.kept)

    def value(self, name: str) -> str:
        return self.query_one(f"#field-{name}", Field).value.strip()

    def text(self) -> str:
        return json.dumps({one.name: self.value(one.name) for one in self.asked}, ensure_ascii=False)

    def is_blank(self) -> bool:
        return all(self.value(one.name) in ("", self._begun[one.name]) for one in self.asked)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        asked = self._of(event.widget)
        # A complaint stays until something is typed.
        if asked is not None and not (self._saying and self._saying[0][1] in ("bad", "warn", "good")):
            words = asked.hint or " · ".join(asked.codes)
            self._saying = (run(words, "dim"),) if words else ()
            self.tell()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        asked = self._of(event.widget)
        if asked is not None and asked.codes:
            found = _read(self.value(asked.name), asked)
            if found is not None:
                with self.prevent(Field.Changed):
                    self.query_one(f"#field-{asked.name}", Field).value = found

    def _of(self, widget: Widget) -> Asked | None:
        return next((one for one in self.asked if widget.id == f"field-{one.name}"), None)

    def coded(self, name: str) -> str:
        """The code typed there, whole; of several, with commas between. Raises Usage, with the cursor on it."""
        asked = next(one for one in self.asked if one.name == name)
        found = _read(self.value(name) or asked.usual, asked)
        if found is None:
            self.back_to(name)
            raise Usage(_("{label}: one of {known}.").format(label=asked.label, known=", ".join(asked.codes)))
        return found

    def back_to(self, name: str) -> None:
        """The cursor on that field, after a complaint about it."""
        self.call_after_refresh(self.query_one(f"#field-{name}", Field).focus)


def _read(typed: str, asked: Asked) -> str | None:
    """What was typed, in whole codes; None where it is no code."""
    if not asked.many:
        return completed(typed, asked.codes)
    found = [completed(one, asked.codes) for one in typed.replace(",", " ").split()]
    return ",".join(one for one in found if one) if found and all(found) else None


def completed(typed: str, codes: Sequence[str]) -> str | None:
    """The one code that begins so, or is so."""
    typed = typed.strip().casefold()
    if typed in codes:
        return typed
    # A code of several words may be typed as it is written elsewhere: in_person.
    said = {code.replace("_", " "): code for code in codes}
    found = [code for words, code in said.items() if typed and words.startswith(typed.replace("_", " "))]
    return found[0] if len(found) == 1 else None


def _unpacked(kept: scribbles.Kept | None) -> dict[str, str]:
    if kept is None:
        return {}
    try:
        found = json.loads(kept.body)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
