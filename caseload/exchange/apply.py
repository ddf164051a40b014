"""Writing what is new, entity by entity and slice by slice, inside one unit of work. The journal writes itself by
triggers, so undo takes the whole of it back; the facts on the case row follow by triggers too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from ..casework import numbers
from ..casework.contacts import MEETING_KINDS
from ..casework.uids import uuid7
from ..messages import _
from ..models import (
    assignment,
    case_file,
    case_risk,
    case_stage,
    client,
    client_code,
    contact,
    contact_line,
    contact_topic,
    external_id,
    household,
    household_member,
    identity,
    name_key,
    policy,
    program,
    stay,
    stay_member,
    worker,
    worker_standing,
)
from ..store.at_once import at_once
from ..store.names import keys_of
from . import askings, bulk
from .ids import handles, number_new, program_codes
from .local import CODE_GROUPS, TABLES, code_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..store.database import Work
    from .assign import Owners
    from .stage import Stage

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One import under way: the unit of work, the workbench, whose names these are, and the moment it all happens."""

    w: Work
    stage: Stage
    system: str
    source: str
    moment: datetime

    @property
    def why(self) -> str:
        """The reason that stands with every row that asks for one."""
        return _("As the export of {source} has it").format(source=self.source)

    @property
    def by(self) -> tuple[datetime, int | None, str]:
        """When, by whom and why a dated row was written."""
        return self.moment, self.w.me.id, self.why

    def midnight(self, day: date) -> datetime:
        """The beginning of one of the agency's days."""
        return datetime.combine(day, time.min, self.w.zone).astimezone(UTC)

    def noon(self, day: date) -> datetime:
        """The middle of a day of which no hour is known: it stays that day in every neighbouring zone."""
        return datetime.combine(day, time(12), self.w.zone).astimezone(UTC)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def new_of(job: Job, entity: str, columns: str = "", where: str = "true") -> Iterator[Row]:
    """(row id, external id, fields, further columns) of every new record of an entity, in the order of the file."""
    sql = (
        f"select row_id, ext, fields{columns} from record r where entity = ? and state = 'new' and {where} order by seq"
    )
    for some in job.stage.slices(sql, (entity,), size=bulk.SLICE):
        job.stage.tell(len(some))
        for row_id, ext, fields, *more in some:
            yield row_id, ext, json.loads(fields), *more


def id_of(entity: str) -> str:
    """The id of what a record refers to, in SQL."""
    return f"(select k.row_id from known k where k.entity = '{entity}' and k.ext = r.\"{entity}\")"


def programs(job: Job) -> None:
    conn, names = job.w.conn, program_codes(job.w.conn)
    if not number_new(conn, job.stage, "program"):
        return
    rows = [
        (row_id, names.take(ext), f["name"][0], f["type"][0], day(f["days"][0]), day(f["days"][1]))
        for row_id, ext, f in new_of(job, "program")
    ]
    bulk.insert(conn, program, ("id", "code", "name", "hmis_project_type", "opened_on", "closed_on"), rows)
    today = job.w.today
    bulk.insert(
        conn, policy, ("program_id", "version", "from_on"), [(row[0], 1, min(row[4] or today, today)) for row in rows]
    )


def workers(job: Job) -> None:
    conn, names = job.w.conn, handles(job.w.conn)
    if not number_new(conn, job.stage, "worker"):
        return
    rows: list[Row] = []
    for row_id, ext, f in new_of(job, "worker"):
        left = day(f["left"][0])
        rows.append((row_id, names.take(ext), f["name"][0], "case_manager", "left" if left else "active", left))
    bulk.insert(conn, worker, ("id", "handle", "name", "role", "status", "left_on"), rows)
    standing = [(row[0], job.w.today, "case_manager", row[4]) for row in rows]
    bulk.insert(conn, worker_standing, ("worker_id", "from_on", "role", "status"), standing)


def clients(job: Job) -> None:
    conn = job.w.conn
    number_new(conn, job.stage, "client")
    for some in bulk.slices(new_of(job, "client")):
        bulk.insert(
            conn, client, ("id", "uid", "language", "created_at"),
            [(row_id, uuid7(), f.get("language", [None])[0], job.moment) for row_id, _ext, f in some],
        )  # fmt: skip
        births = (f.get("birth", [None, None]) for _row_id, _ext, f in some)
        names = [
            (row_id, *f["name"], day(born), how) for (row_id, _ext, f), (born, how) in zip(some, births, strict=True)
        ]
        columns = ("client_id", "given", "middle", "family", "suffix", "name_quality", "born_on", "birth_quality")
        bulk.insert(conn, identity, columns, names)
        bulk.insert(
            conn, name_key, ("client_id", "word"), ((row[0], word) for row in names for word in keys_of(*row[1:5]))
        )
        codes = (
            (row_id, code_field(group), code)
            for row_id, _ext, f in some
            for group in CODE_GROUPS
            for code in f.get(group, [[]])[0]
        )
        bulk.insert(conn, client_code, ("client_id", "field", "code"), codes)


def households(job: Job) -> None:
    conn = job.w.conn
    number_new(conn, job.stage, "household")
    bulk.insert(
        conn, household, ("id", "created_at"), ((row_id, job.moment) for row_id, *_rest in new_of(job, "household"))
    )


# The lasting household of a stay.
_AT_HOME = (
    "(select k.row_id from home h join known k on k.entity = 'household' and k.ext = h.household where h.stay = r.ext)"
)


def stays(job: Job) -> None:
    """Who was served together: from the first day of any of them, and the lasting household they belong to."""
    conn = job.w.conn
    number_new(conn, job.stage, "stay")
    opened = (
        "(select min(json_extract(c.fields, '$.opened[0]')) from record c"
        " where c.entity = 'case' and c.stay = r.ext and c.state not in ('rejected', 'deleted', 'repeated'))"
    )
    rows = (
        (row_id, home, day(first) or job.w.today)
        for row_id, _ext, _f, first, home in new_of(job, "stay", f", {opened}, {_AT_HOME}")
    )
    bulk.insert(conn, stay, ("id", "household_id", "from_on"), rows)


def rehoused(job: Job) -> None:
    """Stays of earlier imports whose lasting household is known now."""
    conn = job.w.conn
    homeless = job.stage.run(
        f"select r.row_id, {_AT_HOME} from record r where r.entity = 'stay' and r.state <> 'new'"
        " and r.ext in (select stay from home)"
    ).fetchall()
    for some in bulk.slices(homeless, 500):
        found = dict(some)
        without = (
            conn.execute(select(stay.c.id).where(stay.c.id.in_(found), stay.c.household_id.is_(None))).scalars().all()
        )
        bulk.update(conn, stay, ("household_id",), [(one, found[one]) for one in without])


RISK_COLUMNS = ("case_id", "risk", "on_date", "at", "worker_id", "why")
_STAGE_COLUMNS = ("id", "case_id", "stage", "on_date", "at", "worker_id", "why", "close_reason", "destination")


def cases(job: Job, owners: Owners) -> int:
    """New cases with their stages, their place in a stay, and who holds them. Answers how many are left to nobody.

    A case is written whole, closing and all, before the next slice: what belongs together lies together, and a small
    cache suffices.
    """
    conn = job.w.conn
    number_new(conn, job.stage, "case")
    _draw_numbers(job)
    closing = (
        "(select json_array(x.seq, json(x.fields)) from record x"
        " where x.entity = 'closing' and x.ext = r.ext and x.state = 'new')"
    )
    number = "(select n.number from number n where n.seq = r.seq)"
    columns = f", {id_of('client')}, {id_of('program')}, {id_of('stay')}, {id_of('worker')}, {closing}, {number}"
    unheld = 0
    for some in bulk.slices(new_of(job, "case", columns)):
        files: list[Row] = []
        stages: list[Row] = []
        held: list[Row] = []
        ids = iter(bulk.draw(conn, case_stage, 2 * len(some)))
        ended: list[Row] = []
        weighed: list[Row] = []
        for row_id, _ext, f, client_id, program_id, _stay, worker_id, closed, drawn in some:
            first, last = date.fromisoformat(f["opened"][0]), None
            stages.append((next(ids), row_id, f.get("stage", ["active"])[0], first, *job.by, None, None))
            if risk := f.get("risk", [None])[0]:
                weighed.append((row_id, risk, first, *job.by))
            if closed:
                seq, ending = json.loads(closed)
                stages.append(_closing(job, next(ids), row_id, ending))
                ended.append((stages[-1][0], seq))
                last = stages[-1][3]
            share = owners.of(worker_id, last)
            unheld += share is None and last is None
            team = share.team_id if share else None
            source = f.get("source", [""])[0]
            files.append((row_id, uuid7(), drawn, client_id, program_id, team, source, first, job.moment))
            if share and share.since_opening:
                # Whoever has held a case all along has long seen that it is theirs.
                begins, ends = job.midnight(first), job.midnight(last) if last else None
                held.append((row_id, share.worker_id, begins, first, ends, last, job.why, begins))
            elif share:
                held.append((row_id, share.worker_id, job.moment, job.w.today, None, None, job.why, None))
        filed = ("id", "uid", "number", "client_id", "program_id", "team_id", "source", "opened_on", "created_at")
        bulk.insert(conn, case_file, filed, files)
        bulk.insert(conn, case_stage, _STAGE_COLUMNS, stages)
        bulk.insert(conn, case_risk, RISK_COLUMNS, weighed)
        job.stage.many("update record set row_id = ? where seq = ?", ended)
        members = [(row[5], row[0], row[2]["stay"][1]) for row in some if row[5] is not None]
        bulk.insert(conn, stay_member, ("stay_id", "case_id", "relationship"), members)
        askings.at_entry(
            job, ((row[0], date.fromisoformat(row[2]["opened"][0]), row[6], row[2].get("entry")) for row in some)
        )
        held_as = ("case_id", "worker_id", "starts_at", "starts_on", "ends_at", "ends_on", "why", "acknowledged_at")
        bulk.insert(conn, assignment, held_as, held)
    return unheld


def _closing(job: Job, row_id: int, case: int, f: dict[str, Any]) -> Row:
    """A closing with its coded reason and destination."""
    return (row_id, case, "closed", date.fromisoformat(f["day"][0]), *job.by, f["reason"][0], f["where"][0])


def _draw_numbers(job: Job) -> None:
    """A case number for every new case, of the year it was opened; a year at a time, since they are drawn by year."""
    stage = job.stage
    stage.run("delete from number")
    year = "substr(json_extract(fields, '$.opened[0]'), 1, 4)"
    chosen = "from record where entity = 'case' and state = 'new'"
    for some, count in stage.run(f"select {year}, count(*) {chosen} group by 1").fetchall():
        drawn = numbers.draw(job.w.conn, int(some), count)
        waiting = (
            seq for rows in stage.slices(f"select seq {chosen} and {year} = ? order by seq", (some,)) for (seq,) in rows
        )
        stage.many("insert into number (seq, number) values (?,?)", zip(list(waiting), drawn, strict=True))


def members(job: Job) -> None:
    """Everybody who was served with a head belongs to the head's lasting household from that day."""
    conn = job.w.conn
    sql = (
        f"select hk.row_id, {id_of('client')} as person, min(json_extract(r.fields, '$.opened[0]'))"
        " from record r join home h on h.stay = r.stay"
        " join known hk on hk.entity = 'household' and hk.ext = h.household"
        " where r.entity = 'case' and r.state not in ('rejected', 'deleted', 'repeated') group by 1, 2 order by 1, 2"
    )
    for some in job.stage.slices(sql, size=500):
        m = household_member.c
        there = {
            (row.household_id, row.client_id)
            for row in conn.execute(
                select(m.household_id, m.client_id).where(m.household_id.in_({row[0] for row in some}))
            )
        }
        rows = [(home, person, day(first)) for home, person, first in some if (home, person) not in there]
        bulk.insert(conn, household_member, ("household_id", "client_id", "from_on"), rows)


def closings(job: Job) -> None:
    """Closings of cases taken earlier; whoever holds a case that ends, holds it no longer."""
    number_new(job.w.conn, job.stage, "closing")
    # Those of new cases were written with them, and are known by now.
    for some in bulk.slices(
        new_of(job, "closing", f", {id_of('case')}", "ext in (select ext from known where entity = 'closing')")
    ):
        rows = [_closing(job, row_id, case, f) for row_id, _ext, f, case in some]
        bulk.insert(job.w.conn, case_stage, _STAGE_COLUMNS, rows)
        end_assignments(job, {row[1]: row[3] for row in rows})


def end_assignments(job: Job, closed: dict[int, date]) -> None:
    """End what is still held of these cases on the day each closed, or where it began if that was later."""
    a = assignment.c
    for some in bulk.slices(closed.items(), 500):
        last = dict(some)
        held = job.w.conn.execute(
            select(a.id, a.case_id, a.starts_at, a.starts_on).where(a.case_id.in_(last), a.ends_at.is_(None))
        )
        rows = [
            (row.id, max(row.starts_at, job.midnight(last[row.case_id])), max(row.starts_on, last[row.case_id]))
            for row in held.all()
        ]
        bulk.update(job.w.conn, assignment, ("ends_at", "ends_on"), rows)


def contacts(job: Job) -> None:
    """Contacts that were made. Where the source does not say how: on the street where the program works there, at the office
    otherwise. Who made one is unknown where no user is named; then it stands in the name of who imports."""
    conn = job.w.conn
    number_new(conn, job.stage, "contact")
    for some in bulk.slices(new_of(job, "contact", f", {id_of('case')}, {id_of('worker')}")):
        kinds = _kinds(job, sorted({row[3] for row in some}))
        events: list[Row] = []
        lines: list[Row] = []
        topics: list[Row] = []
        for row_id, _ext, f, case, by in some:
            on, kind = date.fromisoformat(f["day"][0]), f.get("kind", [kinds[case]])[0]
            whom = "other" if kind == "collateral" else "client"
            events.append((row_id, kind, "made", whom, job.noon(on), job.moment, by or job.w.me.id))
            lines.append((row_id, case, on, kind, "made", kind in MEETING_KINDS))
            if topic := f.get("topic", [None])[0]:
                topics.append((row_id, topic))
        bulk.insert(conn, contact, ("id", "kind", "outcome", "with_whom", "at", "recorded_at", "worker_id"), events)
        bulk.insert(conn, contact_line, ("contact_id", "case_id", "on_date", "kind", "outcome", "met"), lines)
        bulk.insert(conn, contact_topic, ("contact_id", "topic"), topics)


def _kinds(job: Job, ids: list[int]) -> dict[int, str]:
    """How a case's program meets people: street outreach (HMIS 2.02.6, 4) goes out, to the others people come."""
    found: dict[int, str] = {}
    for some in bulk.slices([(one,) for one in ids], 500):
        rows = job.w.conn.execute(
            select(case_file.c.id, program.c.hmis_project_type)
            .join_from(case_file, program, program.c.id == case_file.c.program_id)
            .where(case_file.c.id.in_([one for (one,) in some]))
        )
        found |= {row.id: "visit" if row.hmis_project_type == 4 else "office" for row in rows}
    return found


def names_taken(job: Job) -> None:
    """Remember the other system's names, so that the same file again is known; and what we took of each row."""
    conn, stage = job.w.conn, job.stage
    stale = [one for (one,) in stage.run("select id from dangling").fetchall()]
    for some in bulk.slices([(one,) for one in stale], 500):
        conn.execute(delete(external_id).where(external_id.c.id.in_([one for (one,) in some])))
    fresh = (
        "select r.entity, r.ext, r.row_id, r.updated, r.digest from record r left join known k using (entity, ext)"
        " where r.row_id is not null and k.id is null and (r.state = 'new' or r.digest <> r.known_digest)"
        " order by r.seq"
    )
    columns = ("system", "entity", "external", "row_id", "updated_at", "digest")
    with at_once(job.w, {external_id: "0"}):
        for some in stage.slices(fresh):
            bulk.insert(conn, external_id, columns, [(job.system, TABLES[row[0]].name, *row[1:]) for row in some])
    moved = (
        "select k.id, max(r.updated, k.updated), r.digest from record r join known k using (entity, ext)"
        " where k.id is not null and r.state in ('changed', 'unchanged', 'conflicting') and r.digest <> r.known_digest"
        " order by r.seq"
    )
    for some in stage.slices(moved):
        bulk.update(conn, external_id, ("updated_at", "digest"), some)
