"""The rows of an HMIS export, file by file, from what stands here. Nothing is made up: what caseload does not hold is empty, or 99
(not collected) where the standard wants a code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from ...models import (
    case_file,
    client,
    client_code,
    identity,
    program,
    worker,
)
from ...reports.stream import rows_of
from ...text import line
from .. import bulk
from ..local import code_field
from . import codes, spec
from .keys import Keys, by_key, by_uid, newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...reports.period import Period
    from ...store.database import Reading

Row = dict[str, Any]

_SLICE = 500


@dataclass(slots=True)
class Facts:
    """What an export is of: `ids` selects its cases. Gathers on the way who is named in it and what had no place."""

    r: Reading
    keys: Keys
    ids: Select[Any]
    days: Period
    identified: bool
    hashed: bool
    coc: str = ""
    geocode: str = ""
    workers: set[int] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)

    def local(self, at: datetime) -> datetime:
        """A moment as HMIS has them, by the agency's clock and to the second."""
        return at.astimezone(self.r.zone).replace(tzinfo=None, microsecond=0)

    def stamps(self, created: datetime, updated: datetime, worker_id: int | None, deleted: Any = None) -> Row:
        """Who last changed a row, and when. HUD wants somebody: where nobody is on record, whoever exports."""
        by = worker_id or self.r.me.id
        if by is not None:
            self.workers.add(by)
        return {
            "DateCreated": self.local(created), "DateUpdated": self.local(updated), "UserID": by, "DateDeleted": deleted,
        }  # fmt: skip

    @property
    def cases(self) -> Any:
        """Whether a case is of this export."""
        return case_file.c.id.in_(self.ids)


def organization(facts: Facts) -> Iterator[Row]:
    name = line(facts.r.agency.name)
    yield {
        "OrganizationID": by_key(None, 1),
        "OrganizationName": name,
        # Who serves victims of violence keeps no HMIS, by law (34 U.S.C. 12291).
        "VictimServiceProvider": 0,
        **facts.stamps(facts.r.now, facts.r.now, None),
    }


def project(facts: Facts) -> Iterator[Row]:
    f, p, e = case_file.c, program.c, facts.keys.of(program)
    first = select(f.program_id, func.min(f.opened_on).label("day")).where(facts.cases).group_by(f.program_id)
    began = first.subquery()
    asked = (
        select(p.id, p.name, p.hmis_project_type, p.opened_on, p.closed_on, began.c.day, e.c.external, e.c.updated_at)
        .join_from(program, began, began.c.program_id == p.id)
        .outerjoin(e, e.c.row_id == p.id)
        .order_by(p.id)
    )
    for row in rows_of(facts.r, asked):
        created, updated = newest(row.updated_at, facts.r.now, False, facts.r.now)
        yield {
            "ProjectID": by_key(row.external, row.id),
            "OrganizationID": by_key(None, 1),
            "ProjectName": row.name,
            # A program whose first day nobody wrote down was there when its first case was opened.
            "OperatingStartDate": row.opened_on or row.day,
            "OperatingEndDate": row.closed_on,
            "ContinuumProject": int(row.hmis_project_type is not None),
            "ProjectType": row.hmis_project_type,
            **facts.stamps(created, updated, None),
        }


def project_coc(facts: Facts) -> Iterator[Row]:
    """Where each project is: known only from whoever exports."""
    if not facts.coc:
        return
    for row in project(facts):
        told = {name: row[name] for name in ("ProjectID", "DateCreated", "DateUpdated", "UserID", "DateDeleted")}
        yield told | {"ProjectCoCID": row["ProjectID"], "CoCCode": facts.coc, "Geocode": facts.geocode or None}


def clients(facts: Facts) -> Iterator[Row]:
    c, i, e = client.c, identity.c, facts.keys.of(client)
    chosen = select(case_file.c.client_id).where(facts.cases)
    asked = (
        select(
            c.id, c.uid, c.created_at, c.version, i.version.label("told"), i.given, i.middle, i.family, i.suffix,
            i.name_quality, i.born_on, i.birth_quality, e.c.external, e.c.updated_at,
        )
        .join_from(client, identity, i.client_id == c.id, isouter=True)
        .outerjoin(e, e.c.row_id == c.id)
        .where(c.id.in_(chosen))
        .order_by(c.id)
    )  # fmt: skip
    for some in bulk.slices(rows_of(facts.r, asked), _SLICE):
        answers = _answers(facts, [row.id for row in some])
        for row in some:
            yield _client(facts, row, answers.get(row.id, {}))


def _answers(facts: Facts, ids: list[int]) -> dict[int, dict[str, list[str]]]:
    k = client_code.c
    found: dict[int, dict[str, list[str]]] = {}
    for row in facts.r.conn.execute(select(k.client_id, k.field, k.code).where(facts.r.among(k.client_id, ids))):
        found.setdefault(row.client_id, {}).setdefault(row.field, []).append(row.code)
    return found


def _client(facts: Facts, row: Any, answers: dict[str, list[str]]) -> Row:
    created, updated = newest(row.updated_at, row.created_at, row.version > 1 or (row.told or 1) > 1, facts.r.now)
    return {
        "PersonalID": by_uid(row.external, row.uid),
        **(_name(facts, row) if facts.identified else {}),
        "NameDataQuality": codes.quality(
            row.name_quality, bool(row.given and row.family), bool(row.given or row.family)
        ),
        # Social security numbers are never taken.
        "SSNDataQuality": codes.NOT_COLLECTED,
        "DOB": row.born_on if facts.identified else None,
        "DOBDataQuality": codes.quality(row.birth_quality, row.born_on is not None, False),
        "Sex": codes.answer(answers.get(code_field("sex"), ()), spec.SEXES),
        **codes.races(answers.get(code_field("race"), ())),
        "VeteranStatus": _or_99(codes.answer(answers.get(code_field("veteran"), ()), spec.YES_NO)),
        **facts.stamps(created, updated, None),
    }


def _or_99(code: int | None) -> int:
    return codes.NOT_COLLECTED if code is None else code


def _name(facts: Facts, row: Any) -> Row:
    turn = codes.hashed if facts.hashed else line
    parts = {"FirstName": row.given, "MiddleName": row.middle, "LastName": row.family}
    return {column: turn(text or "") for column, text in parts.items()} | {"NameSuffix": line(row.suffix or "")}


def users(facts: Facts) -> Iterator[Row]:
    """Everybody who is named in the other files; by name only where the export is identified."""
    w, e = worker.c, facts.keys.of(worker)
    asked = (
        select(w.id, w.name, w.left_on, e.c.external, e.c.updated_at)
        .join_from(worker, e, e.c.row_id == w.id, isouter=True)
        .where(facts.r.among(w.id, sorted(facts.workers)))
        .order_by(w.id)
    )
    for row in facts.r.conn.execute(asked):
        first, _blank, last = line(row.name).rpartition(" ")
        created, updated = newest(row.updated_at, facts.r.now, False, facts.r.now)
        stamps = facts.stamps(created, updated, None, row.left_on and datetime.combine(row.left_on, time()))
        named = {"UserFirstName": first, "UserLastName": last} if facts.identified else {}
        yield {**stamps, **named, "UserID": row.id}


def user_ids(facts: Facts) -> dict[int, str]:
    """What each worker is called in an export."""
    w, e = worker.c, facts.keys.of(worker)
    asked = select(w.id, e.c.external).join_from(worker, e, e.c.row_id == w.id, isouter=True)
    return {row.id: by_key(row.external, row.id) for row in facts.r.conn.execute(asked)}
