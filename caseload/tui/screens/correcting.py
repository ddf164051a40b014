"""Forms that set right what stands on record: only what reads differently is written, and never over somebody else's change."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...errors import Conflict
from ..draw import line_keep
from ..talk import Left
from ..widgets.fields import Field
from .form import Form

if TYPE_CHECKING:
    from ...store.database import Receipt
    from .. import scribbles
    from ..verbs import Doing


class Stands(NamedTuple):
    """What stands on record: its version, and each field as it is typed."""

    version: int
    values: Mapping[str, str]


class Correcting(Form):
    """What is typed is kept with what stood there when the typing began."""

    key: int
    number: str
    kept: scribbles.Kept | None
    # What is done, as the registry calls it; and what is said where nothing is different.
    command = "edit"
    same = ""

    def begin(self, now: Stands, kept: scribbles.Kept | None) -> None:
        """Fills the fields. Words typed over an earlier version stay words over that version."""
        self.version, self.kept = now.version, kept
        self.base = dict(now.values)
        self._values = dict(self.base)
        if kept is None:
            return
        try:
            found = json.loads(kept.body)
            self._values |= {name: str(found["typed"][name]) for name in self.base}
            self.base = {name: str(found["base"][name]) for name in self.base}
            self.version = int(found["version"])
        except (ValueError, KeyError, TypeError):
            self.kept = None

    @abstractmethod
    async def stands(self) -> Stands:
        """What stands on record by now. Raises CaseloadError where it is gone."""

    @abstractmethod
    def correction(self, changes: dict[str, str]) -> Doing:
        """What the practice is to do. Raises Usage, with the cursor on the field it is about."""

    @abstractmethod
    def called(self, name: str) -> str:
        """The label of a field."""

    def typed(self) -> dict[str, str]:
        """What reads in each field."""
        return {name: self.query_one(f"#field-{name}", Field).value.strip() for name in self.base}

    def changes(self) -> dict[str, str]:
        """What reads differently from what stood there."""
        return {name: text for name, text in self.typed().items() if text != line_keep(self.base[name]).strip()}

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
        while changes := self.changes():
            try:
                receipt = await self.write(
                    self.command, self.correction(changes), [self.key], words=(self.place, self.text())
                )
                if receipt.change is None:
                    await self.app.jotter.flush(self.place, "")  # nothing was written that could have forgotten them
                return receipt
            except Conflict:
                await self._settle(changes)
        await self.app.jotter.flush(self.place, "")
        self.app.announce(self.same, "dim")
        return None

    async def _settle(self, changes: Mapping[str, str]) -> None:
        """Takes theirs as the ground, and asks where both wrote the same field. Raises Left; the words are then kept."""
        from .conflict import Both, Conflicting

        now, typed = await self.stands(), self.typed()
        theirs = dict(now.values)
        fields: Sequence[Both] = [
            Both(name, self.called(name), mine, theirs[name], self.base[name])
            for name, mine in changes.items()
            if theirs[name] not in (self.base[name], mine)
        ]
        self.talk.hand_over()  # keys meant for the page below choose nothing here
        chosen = await self.visit(Conflicting(self.number, fields)) if fields else {}
        if chosen is None:
            raise Left
        standing = theirs | {name: typed[name] for name in changes} | chosen
        self.version, self.base = now.version, theirs
        for name, text in standing.items():
            self.query_one(f"#field-{name}", Field).value = text
