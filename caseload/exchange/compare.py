"""What each row read means for what we have: new, changed, unchanged, or changed on both sides.

Three sides are compared group by group: what the source says now, what we took from it last (the digest beside the
external id), and what stands here. Only where the source moved and we did not is anything overwritten.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, or_, select

from ..messages import _
from ..models import case_file, case_stage, client, contact_line, external_id, program, worker
from ..models.agency import HOLDERS
from ..text import fold
from .check import stand_together
from .local import TABLES, groups_of
from .rows import ENTITIES, FIXED, SAID, Reject, Value, digest_of, hash_of, parts_of
from .stage import Stage, fields_of

if TYPE_CHECKING:
    from .check import Wording

LOOK_UP = 500

# Where we never took it from the source, our word stands and is no conflict.
_OURS = {("closing", "reason"), ("contact", "kind"), ("place", "name"), ("place", "where")}


def look_up(conn: Connection, stage: Stage, system: str, wording: Wording) -> None:
    """Fill `known` with what earlier imports took of everything this delivery names, in slices of the delivery."""
    e = external_id.c
    taken = set(conn.execute(select(e.entity).where(e.system == system).distinct()).scalars())
    for entity in ENTITIES:
        if entity in wording.ours:
            _by_our_names(conn, stage, entity)
            continue
        if TABLES[entity].name not in taken:
            continue
        # Stays and households are named by the cases; the rows for them are made once references are settled.
        named = [f"select ext from record where entity = '{entity}'"]
        if entity == "household":
            # A household bears its head's name, and the head may be known though this delivery has no row of theirs.
            named.append("select client from record where client is not null")
        elif any(entity in refs for refs in ENTITIES.values()):
            named.append(f'select "{entity}" from record where "{entity}" is not null')
        stage.run("delete from named")
        stage.run(f"insert or ignore into named (ext) {' union '.join(named)}")
        after = ""
        # By key and not by cursor: the workbench is written to between slices.
        while some := [
            ext for (ext,) in stage.run(f"select ext from named where ext > ? order by ext limit {LOOK_UP}", (after,))
        ]:
            after = some[-1]
            _take_known(conn, stage, system, entity, some)


def _take_known(conn: Connection, stage: Stage, system: str, entity: str, names: list[str]) -> None:
    e, target = external_id.c, TABLES[entity]
    # A client merged into another is served there from then on.
    row_id = func.coalesce(client.c.merged_into_id, client.c.id) if entity == "client" else target.c.id
    rows = conn.execute(
        select(e.id, e.external, row_id.label("row_id"), e.updated_at, e.digest)
        .join_from(external_id, target, target.c.id == e.row_id, isouter=True)
        .where(e.system == system, e.entity == target.name, e.external.in_(names))
    ).all()
    stage.many(
        "insert into known (entity, ext, row_id, updated, digest, id) values (?,?,?,?,?,?)",
        [
            (entity, row.external, row.row_id, row.updated_at, row.digest, row.id)
            for row in rows
            if row.row_id is not None
        ],
    )
    stage.many("insert into dangling (id) values (?)", [(row.id,) for row in rows if row.row_id is None])


def _by_our_names(conn: Connection, stage: Stage, entity: str) -> None:
    """Find the programs, or the workers who hold cases, that rows name by our code or handle, or by a name that one alone has."""
    if entity == "program":
        rows = conn.execute(select(program.c.id, program.c.code, program.c.name)).all()
    else:
        w = worker.c
        rows = conn.execute(select(w.id, w.handle, w.name).where(or_(w.role.in_(HOLDERS), w.holds_all))).all()
    found: dict[str, set[int]] = {}
    for row_id, _code, name in rows:
        found.setdefault(fold(name), set()).add(row_id)
    # A code is a code, whoever else is called so.
    found |= {fold(code): {row_id} for row_id, code, _name in rows}
    named = stage.run(f'select distinct "{entity}" from record where "{entity}" is not null').fetchall()
    known = [(entity, name, *found[fold(name)]) for (name,) in named if len(found.get(fold(name), ())) == 1]
    stage.many("insert into known (entity, ext, row_id, updated, digest) values (?,?,?,'','')", known)


def classify(conn: Connection, stage: Stage, system: str, wording: Wording) -> None:
    """Give every record that was not rejected its state, and list the conflicts."""
    if "case" in wording.things:
        _closings_of_known_cases(conn, stage, wording)
    stand_together(stage, wording)
    if wording.whole:
        _contacts_of_known_cases(conn, stage)
    stage.db.create_function("same_digest", 2, _same, deterministic=True)
    stage.run(
        "update record set row_id = k.row_id, known_digest = k.digest from known k"
        " where k.entity = record.entity and k.ext = record.ext and record.state in ('read', 'deleted')"
    )
    _known_but_deleted(stage)
    stage.run("update record set state = 'new' where state = 'read' and row_id is null")
    # A group that this edition does not have stays as it was taken.
    stage.run(
        "update record set state = 'unchanged', digest = known_digest"
        " where state = 'read' and same_digest(digest, known_digest)"
    )
    _older(stage)
    for entity in ENTITIES:
        last = 0
        while some := stage.run(
            "select seq, row_id, file, row, fields, known_digest from record"
            " where entity = ? and state = 'read' and seq > ? order by seq limit ?",
            (entity, last, LOOK_UP),
        ).fetchall():
            last = some[-1][0]
            ours = groups_of(conn, system, entity, sorted({row_id for _seq, row_id, *_rest in some}))
            for seq, row_id, file, row, fields, known in some:
                _weigh(stage, entity, wording, seq, file, row, fields_of(fields), parts_of(known), ours.get(row_id, {}))
    stage.flush()


def _same(now: str, then: str) -> bool:
    """Whether no group that the source gives now differs from what we took."""
    before = parts_of(then)
    return bool(before or not now) and all(before.get(group) == value for group, value in parts_of(now).items())


def _conflict(stage: Stage, where: str, reason: str, expected: str) -> None:
    stage.run(
        'insert into problem (kind, file, row, "column", value, expected, reason)'
        f" select 'conflicting', file, row, '', '', ?, ? from record where {where}",
        (expected, reason),
    )
    stage.run(f"update record set state = 'conflicting', digest = known_digest where {where}")


def _known_but_deleted(stage: Stage) -> None:
    _conflict(
        stage,
        "state = 'deleted' and row_id is not null",
        _("is marked as deleted there, and was taken before: kept here"),
        _("close, correct or keep it here by hand"),
    )


def _older(stage: Stage) -> None:
    _conflict(
        stage,
        "state = 'read' and updated <> '' and exists (select 1 from known k"
        " where k.entity = record.entity and k.ext = record.ext and k.updated > record.updated)",
        _("is older than what was taken before, and differs: not taken"),
        _("a newer export"),
    )


def _weigh(
    stage: Stage, entity: str, wording: Wording, seq: int, file: str, row: int,
    theirs: dict[str, list[Value]], taken: dict[str, str], ours: dict[str, tuple[Value, ...]],
) -> None:  # fmt: skip
    """Decide group by group; `take` keeps the groups to write, the digest what we shall have taken."""
    take: list[str] = []
    clash: list[str] = []
    parts = dict(taken)
    for group, values in theirs.items():
        now, then = hash_of(tuple(values)), taken.get(group)
        here = ours.get(group, ())
        if now == then:
            continue
        mine = hash_of(here)
        if (entity, group) in FIXED | SAID or (now != mine and then is not None and mine != then):
            clash.append(group)
            continue
        parts[group] = now
        if now == mine or (then is None and (entity, group) in _OURS):
            continue
        if then is None and any(here):
            parts.pop(group)
            clash.append(group)
        else:
            take.append(group)
    for group in clash:
        fixed = (entity, group) in FIXED
        stage.problem(
            "conflicting",
            Reject(
                file, row, wording.groups.get((entity, group), group), "", _("decide here which is right"),
                _("is another one than before: a case does not move by a file") if fixed
                else _("reads otherwise than before: what was answered and said stays as it was recorded") if (entity, group) in SAID
                else _("was changed there and here since it was taken: kept as it is here"),
            ),
        )  # fmt: skip
    state = "conflicting" if clash else "changed" if take else "unchanged"
    stage.run(
        "update record set state = ?, take = ?, digest = ? where seq = ?",
        (state, json.dumps(take) if take else "", digest_of(parts), seq),
    )


def _closings_of_known_cases(conn: Connection, stage: Stage, wording: Wording) -> None:
    """Closings, new to us, of cases taken earlier: not before the opening; and where the case was closed here
    meanwhile, that closing is taken for theirs, to be compared like any other."""
    f, s = case_file.c, case_stage.c
    last = 0
    while some := stage.run(
        "select r.seq, r.ext, r.file, r.row, json_extract(r.fields, '$.day[0]'),"
        " (select json_extract(c.fields, '$.opened[0]') from record c"
        " where c.entity = 'case' and c.ext = r.\"case\" and c.state = 'read'), k.row_id from record r"
        " join known k on k.entity = 'case' and k.ext = r.\"case\""
        " where r.entity = 'closing' and r.state = 'read' and r.seq > ?"
        " and not exists (select 1 from known c where c.entity = 'closing' and c.ext = r.ext) order by r.seq limit ?",
        (last, LOOK_UP),
    ).fetchall():
        last = some[-1][0]
        closing = select(func.max(s.id)).where(s.case_id == f.id, s.stage == "closed", s.on_date == f.closed_on)
        standing = {
            row.id: row
            for row in conn.execute(
                select(f.id, f.opened_on, closing.scalar_subquery().label("closing")).where(
                    f.id.in_([one[-1] for one in some])
                )
            )
        }
        for seq, ext, file, row, day, opened, case in some:
            here = standing.get(case)
            if here is not None and day < (opened or here.opened_on.isoformat()):
                expected = _("a day not before {column}").format(column=wording.groups["case", "opened"])
                reason = _("is before the case was opened")
                stage.problem("rejected", Reject(file, row, wording.groups["closing", "day"], day, expected, reason))
                stage.run("update record set state = 'rejected' where seq = ?", (seq,))
            elif here is not None and here.closing is not None:
                stage.run(
                    "insert into known (entity, ext, row_id, updated, digest) values ('closing', ?, ?, '', '')",
                    (ext, here.closing),
                )


def _contacts_of_known_cases(conn: Connection, stage: Stage) -> None:
    """A contact of a day on which one stands here already is that one: somebody has written it down meanwhile."""
    k = contact_line.c
    last = 0
    while some := stage.run(
        "select r.seq, r.ext, json_extract(r.fields, '$.day[0]'), k.row_id from record r"
        " join known k on k.entity = 'case' and k.ext = r.\"case\""
        " where r.entity = 'contact' and r.state = 'read' and r.seq > ?"
        " and not exists (select 1 from known c where c.entity = 'contact' and c.ext = r.ext) order by r.seq limit ?",
        (last, LOOK_UP),
    ).fetchall():
        last = some[-1][0]
        lines = select(k.case_id, k.on_date, func.min(k.contact_id)).where(
            k.case_id.in_({case for *_rest, case in some}), k.outcome == "made"
        )
        there = {
            (case, day.isoformat()): contact
            for case, day, contact in conn.execute(lines.group_by(k.case_id, k.on_date))
        }
        stage.many(
            "insert or ignore into known (entity, ext, row_id, updated, digest) values ('contact', ?, ?, '', '')",
            [(ext, there[case, day]) for _seq, ext, day, case in some if (case, day) in there],
        )
