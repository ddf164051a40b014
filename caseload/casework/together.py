"""What is told of several clients at once, without telling one of another: the names, aliases and case numbers of those who took
part are found in a text, and each record gets it without those of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..messages import _
from ..models import alias, identity
from ..store.database import Reading
from . import traces
from .find import CaseRef
from .masking import PARTICIPANT, Known, Mask, apart


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who took part is named in a text: the case, and in which line."""

    case: str
    line: int

    @property
    def words(self) -> str:
        """That in a sentence, without the name."""
        return _("Line {line} names who case {case} is about.").format(line=self.line, case=self.case)


@dataclass(frozen=True, slots=True)
class _Person:
    case_id: int
    number: str
    client_id: int
    names: tuple[str, ...]


class Together:
    """Those who took part, as far as whoever writes sees them."""

    def __init__(self, people: Sequence[_Person], today: date) -> None:
        self._people, self._today = people, today

    def named(self, text: str, *, besides: int | None = None) -> tuple[Named, ...]:
        """Who is named in a text, and where; `besides` that case itself, whose own name may stand there."""
        own = next((one for one in self._people if one.case_id == besides), None)
        found = []
        for one in self._people:
            if own is not None and one.client_id == own.client_id:
                continue
            without = self._without([one], own)
            lines = enumerate(text.splitlines(), 1)
            found += [Named(one.number, at) for at, line in lines if without(line) != line]
        return tuple(sorted(found, key=lambda one: (one.line, one.case)))

    def for_case(self, case_id: int, text: str) -> str:
        """The text as it may stand in that record: nobody else who took part is named in it."""
        own = next(one for one in self._people if one.case_id == case_id)
        return self._without([one for one in self._people if one.client_id != own.client_id], own)(text)

    def _without(self, others: Sequence[_Person], own: _Person | None) -> _Without:
        mine = " ".join(own.names) if own else ""
        names = [apart(name, mine) for one in others for name in one.names]
        return _Without(tuple(name for name in names if name), tuple(one.number for one in others), self._today)


class _Without:
    def __init__(self, names: tuple[str, ...], numbers: tuple[str, ...], today: date) -> None:
        self._mask = Mask(Known(tuple((name, PARTICIPANT) for name in names)), today) if names else None
        told = "|".join(number.replace("-", "-?") for number in numbers)
        self._numbers = re.compile(rf"(?<!\d)(?:{told})(?!\d)") if told else None

    def __call__(self, text: str) -> str:
        if self._numbers is not None:
            text = self._numbers.sub(traces.tag(_("participant")), text)
        return self._mask.names_out(text) if self._mask is not None else text


def of(r: Reading, refs: Sequence[CaseRef]) -> Together:
    """Those cases, whose clients' names the reader sees."""
    clients = {ref.client_id for ref in refs}
    names: dict[int, list[str]] = {}
    known = select(identity.c.client_id, identity.c.given, identity.c.middle, identity.c.family)
    for client_id, *parts in r.conn.execute(known.where(identity.c.client_id.in_(clients))):
        names.setdefault(client_id, []).append(" ".join(part for part in parts if part))
    for client_id, name in r.conn.execute(
        select(alias.c.client_id, alias.c.name).where(alias.c.client_id.in_(clients))
    ):
        names.setdefault(client_id, []).append(name)
    people = [_Person(ref.id, ref.number, ref.client_id, tuple(names.get(ref.client_id, ()))) for ref in refs]
    return Together(people, r.today)
