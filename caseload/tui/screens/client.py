"""The client's particulars, to be set right: only what is changed is written, and never over somebody else's change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.widget import Widget

from ...casework.clients import EDITABLE, Particulars, label
from ...errors import Conflict, Usage
from ...messages import _
from .. import asks, days, scribbles, verbs
from ..draw import run
from ..talk import Left
from ..widgets.fields import Field
from ..widgets.title import Title
from .form import Form

if TYPE_CHECKING:
    from ...store.database import Receipt


class ClientForm(Form):
    """One field a line. What was typed is kept with what stood there when the typing began."""

    HINTS: ClassVar[tuple[str, ...]] = ("save", "leave")

    def __init__(self, key: int, number: str, now: Particulars, kept: scribbles.Kept | None) -> None:
        super().__init__(f"client|client:{now.client}")
        self.key, self.number, self.kept = key, number, kept
        self.version, self.base = now.version, _values(now)
        self._values = dict(self.base)
        if kept is not None:
            self._take_up(kept)

    def _take_up(self, kept: scribbles.Kept) -> None:
        """Words typed over an earlier version stay words over that version."""
        try:
            found = json.loads(kept.body)
            self._values |= {name: str(found["typed"][name]) for name in EDITABLE}
            self.base = {name: str(found["base"][name]) for name in EDITABLE}
            self.version = int(found["version"])
        except (ValueError, KeyError, TypeError):
            self.kept = None

    def fields(self) -> Iterable[Widget]:
        for name in EDITABLE:
            with Horizontal(classes="row"):
                yield Title(id=f"label-{name}", classes="label")
                yield Field(self._values[name], id=f"field-{name}", limit=400, whole=name == "safe_to_call")

    def on_mount(self) -> None:
        self.head.show((run(_(" Client of {number}").format(number=self.number)),))
        width = max(cell_len(label(name)) for name in EDITABLE) + 3
        for name in EDITABLE:
            title = self.query_one(f"#label-{name}", Title)
            title.styles.width = width
            title.show((run(f" {label(name).capitalize()}"),))
        if self.kept is not None:
            self.say(_("Your words from {time} are back. Ctrl-S saves them.").format(time=self.kept.when), "good")

    def typed(self) -> dict[str, str]:
        return {name: self.query_one(f"#field-{name}", Field).value.strip() for name in EDITABLE}

    def changes(self) -> dict[str, str]:
        """What reads differently from what stood there."""
        return {name: text for name, text in self.typed().items() if text != self.base[name]}

    def text(self) -> str:
        whole = {"version": self.version, "base": self.base, "typed": self.typed()}
        return json.dumps(whole, ensure_ascii=False)

    def is_blank(self) -> bool:
        return not self.changes()

    async def save(self, command: str) -> None:
        receipt = await self._saved()
        self.dismiss(receipt)
        if receipt is not None:
            self.app.say_done(receipt)

    async def _saved(self) -> Receipt | None:
        while changes := self._day_read(self.changes()):
            work = verbs.edit_client(self.key, changes, self.version, self.base, self.place)
            try:
                return await self.write("edit", work, [self.key], words=(self.place, self.text()))
            except Conflict:
                await self._settle(changes)
        await self.app.jotter.flush(self.place, "")
        self.app.announce(_("Nothing of the client is different."), "dim")
        return None

    async def _settle(self, changes: Mapping[str, str]) -> None:
        """Takes theirs as the ground, and asks where both wrote the same field. Raises Left; the words are then kept."""
        from .conflict import Both, Conflicting

        now = await self.desk.read(asks.particulars, self.key)
        theirs, typed = _values(now), self.typed()
        fields = [
            Both(name, label(name).capitalize(), mine, theirs[name], self.base[name])
            for name, mine in changes.items()
            if theirs[name] not in (self.base[name], mine)
        ]
        self.talk.hand_over()  # keys meant for the page below choose nothing here
        chosen = await self.visit(Conflicting(self.number, fields)) if fields else {}
        if chosen is None:
            raise Left
        stands = theirs | {name: typed[name] for name in changes} | chosen
        self.version, self.base = now.version, theirs
        for name, text in stands.items():
            self.query_one(f"#field-{name}", Field).value = text

    def _day_read(self, changes: dict[str, str]) -> dict[str, str]:
        """The birth date as the practice takes it. Raises Usage, with the cursor on it."""
        born = changes.get("born")
        if born:
            found = days.read_past_day(born)
            if found is None:
                self.call_after_refresh(self.query_one("#field-born", Field).focus)
                raise Usage(_("Born: a day such as 1980-05-12 or 12 may 1980."))
            changes["born"] = found.isoformat()
        return changes


def _values(now: Particulars) -> dict[str, str]:
    found = asdict(now)
    return {name: str(found[name]) for name in EDITABLE}
