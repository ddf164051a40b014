"""Merging two records of one person: planned field by field, carried out as one change, taken back whole by undo.

What stays is the record of the second case's client. Everything that hangs on the first client moves to it; what the
second leaves blank is filled from the first; a name that differs is kept as an alias. The first stays behind, empty and
pointing at the second, so that imports and old receipts still lead there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, update

from ..errors import Conflict, NotPermitted, Refused
from ..messages import _, _n
from ..models import (
    alert,
    alias,
    case_file,
    channel,
    client,
    client_code,
    document,
    household_member,
    identity,
    person,
)
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.names import rekey
from ..text import fold
from . import duplicates, find, values

# What moves from one client to the other as it is.
MOVED = (case_file, alias, person, channel, alert, household_member, client_code, document)

_NAMES = ("given", "middle", "family", "suffix")


@dataclass(frozen=True, slots=True)
class Field:
    """One particular of both records, and which is kept: `same`, `into`, `from` where the other is blank, or `both`."""

    name: str
    ours: str
    theirs: str
    kept: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would do. `ours` is the client that goes, `theirs` the one that stays; `rows` counts what moves, and
    `alike` says why the two look like one person."""

    ours: int
    theirs: int
    our_cases: tuple[str, ...]
    their_cases: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: dict[str, int]
    versions: tuple[int, int]
    alike: tuple[str, ...] = ()

    @property
    def moves(self) -> str:
        """What moves, in words: `1 case, 2 phones, emails and addresses`."""
        return ", ".join(_counted(name, n) for name, n in self.rows.items() if n)


def label(name: str) -> str:
    """What people call that particular of a record."""
    return {
        "given": _("given name"), "middle": _("middle name"), "family": _("family name"), "suffix": _("suffix"),
        "born_on": _("birth date"), "language": _("language"), "deceased_on": _("died"), "retain_until": _("kept until"),
        "legal_hold": _("legal hold"),
    }.get(name, name.replace("_", " "))  # fmt: skip


def outcome(field: Field) -> str:
    """What becomes of that particular, in words."""
    return {
        "same": _("the same"), "into": _("stays"), "from": _("is taken over"), "both": _("stays, the other as alias"),
    }[field.kept]  # fmt: skip


def _counted(table: str, n: int) -> str:
    words = {
        "case_file": _n("{n} case", "{n} cases", n),
        "alias": _n("{n} alias", "{n} aliases", n),
        "person": _n("{n} person around them", "{n} people around them", n),
        "channel": _n("{n} phone, email or address", "{n} phones, emails and addresses", n),
        "alert": _n("{n} alert", "{n} alerts", n),
        "household_member": _n("{n} household", "{n} households", n),
        "document": _n("{n} document", "{n} documents", n),
        "client_code": _n("{n} coded answer", "{n} coded answers", n),
    }
    return words[table].format(n=n)


def _all_cases(r: Reading, clients: list[int]) -> int:
    """How many cases these clients have, in sight or not."""
    if r.engine == "postgresql":
        return int(r.conn.exec_driver_sql("SELECT cases_of(%s)", (clients,)).scalar_one())
    return int(r.conn.execute(select(func.count()).where(case_file.c.client_id.in_(clients))).scalar_one())


def plan(r: Reading, case: str | int, into: str | int) -> Plan:
    """Look at both records. Raises Refused where both cases are of one client or a record is merged already, NotPermitted
    where any case of either client is out of this person's sight."""
    find.names_seen(r)
    ours, theirs = find.case(r, case).client_id, find.case(r, into).client_id
    if ours == theirs:
        raise Refused(_("Both cases are of one client already."))
    mine, yours = _record(r, ours), _record(r, theirs)
    if mine.merged_into_id is not None or yours.merged_into_id is not None:
        raise Refused(_("One of these records was merged into another already."))
    of_both = case_file.c.client_id.in_((ours, theirs))
    if (
        _all_cases(r, [ours, theirs])
        != r.conn.execute(select(func.count()).where(of_both, scope.visible(r))).scalar_one()
    ):
        raise NotPermitted(_("These records cannot be merged from here. Ask your supervisor to do it."))
    fields = [_weighed(name, getattr(mine, name), getattr(yours, name)) for name in _FIELDS]
    fields += _codes(r, ours, theirs)
    rows = {
        table.name: int(r.conn.execute(select(func.count()).where(table.c.client_id == ours)).scalar_one())
        for table in MOVED
    }
    numbers = {ours: [], theirs: []}  # type: dict[int, list[str]]
    found = select(case_file.c.client_id, case_file.c.number).where(of_both).order_by(case_file.c.number)
    for row in r.conn.execute(found):
        numbers[row.client_id].append(row.number)
    versions = (mine.version, yours.version)
    alike = duplicates.between(r, ours, theirs)[1]
    return Plan(ours, theirs, tuple(numbers[ours]), tuple(numbers[theirs]), tuple(fields), rows, versions, alike)


def commit(w: Work, planned: Plan, why: str) -> Receipt:
    """Carry a plan out. Raises Conflict where either record was changed since it was planned."""
    why = values.short(_("The reason"), why, needed=True)
    both = select(client.c.id).where(client.c.id.in_((planned.ours, planned.theirs))).order_by(client.c.id)
    w.conn.execute(both.with_for_update()).all()  # of two who merge one record, the second finds it merged
    if plan(w, planned.our_cases[0], planned.their_cases[0]) != planned:
        raise Conflict(_("One of these records was changed meanwhile. Nothing was changed; look again."))
    ours, theirs = planned.ours, planned.theirs
    for one, merged in ((ours, theirs), (theirs, None)):
        counted = {"version": client.c.version + 1} | ({"merged_into_id": merged} if merged else {})
        w.conn.execute(update(client).where(client.c.id == one).values(counted))
    w.conn.execute(update(client).where(client.c.merged_into_id == ours).values(merged_into_id=theirs))
    _fill(w, planned)
    _keep_names(w, ours, theirs)
    _drop_doubles(w, ours, theirs)
    for table in MOVED:
        moved: dict[str, Any] = {"client_id": theirs}
        if "version" in table.c:
            moved["version"] = table.c.version + 1
        w.conn.execute(update(table).where(table.c.client_id == ours).values(moved))
    rekey(w.conn, [ours, theirs])
    n = len(planned.our_cases)
    words = _n("Merged a client with {n} case into another", "Merged a client with {n} cases into another", n)
    ids = w.conn.execute(select(case_file.c.id).where(case_file.c.client_id == theirs)).scalars().all()
    return w.receipt(words.format(n=n), cases=list(ids), data=planned)


_FIELDS = (*_NAMES, "born_on", "language", "deceased_on", "retain_until", "legal_hold")
# Of two that differ the one which keeps the record longer, whichever record it stands in.
_LONGER = ("retain_until", "legal_hold")
# How good a particular is known to be goes with it.
_QUALITY = {"given": "name_quality", "family": "name_quality", "born_on": "birth_quality"}


def _record(r: Reading, client_id: int) -> Any:
    columns = [identity.c[name] for name in (*_NAMES, "born_on", "name_quality", "birth_quality")]
    names = ("language", "deceased_on", "retain_until", "legal_hold", "merged_into_id", "version")
    more = [client.c[name] for name in names]
    found = select(*columns, *more).join(identity, identity.c.client_id == client.c.id).where(client.c.id == client_id)
    return r.conn.execute(found).one()


def _weighed(name: str, ours: Any, theirs: Any) -> Field:
    mine, yours = (_("yes") if one is True else str(one or "") for one in (ours, theirs))
    longer = name in _LONGER and mine > yours
    kept = "same" if mine == yours else "from" if not yours or longer else "both" if name in _NAMES and mine else "into"
    return Field(name, mine, yours, kept)


def _codes(r: Reading, ours: int, theirs: int) -> list[Field]:
    """Coded answers stand and fall by field: those of the record that stays, unless it has none."""
    said: dict[str, dict[int, list[str]]] = {}
    found = select(client_code.c.client_id, client_code.c.field, client_code.c.code)
    for row in r.conn.execute(found.where(client_code.c.client_id.in_((ours, theirs))).order_by(client_code.c.id)):
        said.setdefault(row.field, {ours: [], theirs: []})[row.client_id].append(row.code)
    return [_weighed(name, ",".join(both[ours]), ",".join(both[theirs])) for name, both in sorted(said.items())]


def _fill(w: Work, planned: Plan) -> None:
    """What the record that stays leaves blank is taken from the other, and what keeps the record longer."""
    taken = {field.name for field in planned.fields if field.kept == "from"}
    taken |= {_QUALITY[name] for name in taken & _QUALITY.keys()}
    mine = _record(w, planned.ours)
    for table, key in ((identity, identity.c.client_id), (client, client.c.id)):
        new = {name: getattr(mine, name) for name in taken if name in table.c}
        if new:
            w.conn.execute(update(table).where(key == planned.theirs).values(new | {"version": table.c.version + 1}))


def _keep_names(w: Work, ours: int, theirs: int) -> None:
    mine, yours = (
        " ".join(part for part in (getattr(one, name) for name in _NAMES) if part)
        for one in (_record(w, ours), _record(w, theirs))
    )
    known = {fold(name) for name in w.conn.execute(select(alias.c.name).where(alias.c.client_id == theirs)).scalars()}
    if mine and fold(mine) not in known | {fold(yours)}:
        w.conn.execute(insert(alias).values(client_id=theirs, name=mine))


def _drop_doubles(w: Work, ours: int, theirs: int) -> None:
    """What both have would stand there twice."""
    names = {fold(name) for name in w.conn.execute(select(alias.c.name).where(alias.c.client_id == theirs)).scalars()}
    twice = [
        row.id
        for row in w.conn.execute(select(alias.c.id, alias.c.name).where(alias.c.client_id == ours))
        if fold(row.name) in names
    ]
    answered = select(client_code.c.field).where(client_code.c.client_id == theirs)
    homes = select(household_member.c.household_id).where(
        household_member.c.client_id == theirs, household_member.c.to_on.is_(None)
    )
    doubles: tuple[tuple[Any, ColumnElement[bool]], ...] = (
        (alias, alias.c.id.in_(twice) if twice else literal(False)),
        (client_code, client_code.c.field.in_(answered)),
        (household_member, household_member.c.household_id.in_(homes) & household_member.c.to_on.is_(None)),
    )
    for table, double in doubles:
        w.conn.execute(delete(table).where(table.c.client_id == ours, double))
