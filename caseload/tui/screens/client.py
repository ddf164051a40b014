"""The client's particulars, to be set right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.widget import Widget

from ...casework.clients import EDITABLE, Particulars, label
from ...errors import Usage
from ...messages import _
from .. import asks, days, scribbles, verbs
from ..draw import run
from ..widgets.fields import Field
from ..widgets.title import Title
from .correcting import Correcting, Stands

if TYPE_CHECKING:
    from ..verbs import Doing


class ClientForm(Correcting):
    """One field a line."""

    HINTS: ClassVar[tuple[str, ...]] = ("save", "leave")

    def __init__(self, key: int, number: str, now: Particulars, kept: scribbles.Kept | None) -> None:
        super().__init__(f"client|client:{now.client}")
        self.key, self.number, self.same = key, number, _("Nothing of the client is different.")
        self.begin(_stands(now), kept)

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
            title.show((run(f" {self.called(name)}"),))
        self.welcome(self.kept)

    def called(self, name: str) -> str:
        return label(name).capitalize()

    async def stands(self) -> Stands:
        return _stands(await self.desk.read(asks.particulars, self.key))

    def correction(self, changes: dict[str, str]) -> Doing:
        return verbs.edit_client(self.key, self._day_read(changes), self.version, self.base, self.place)

    def _day_read(self, changes: dict[str, str]) -> dict[str, str]:
        """The birth date as the practice takes it. Raises Usage, with the cursor on it."""
        born = changes.get("born")
        if born:
            found = days.read_past_day(born)
            if found is None:
                self.call_after_refresh(self.query_one("#field-born", Field).focus)
                raise Usage(_("Born: a day such as 1980-05-12 or 12 may 1980."))
            return changes | {"born": found.isoformat()}
        return changes


def _stands(now: Particulars) -> Stands:
    found = asdict(now)
    return Stands(now.version, {name: str(found[name]) for name in EDITABLE})
