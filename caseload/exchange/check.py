"""What one row alone cannot tell: twins, references that lead nowhere, endings before beginnings. Each check is one
statement over the workbench; a row that fails says why, and what leaned on it fails with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..messages import _
from .rows import Note, Record

if TYPE_CHECKING:
    from .stage import Stage


@dataclass(frozen=True, slots=True)
class Wording:
    """What a format calls our nouns: the thing, the column that identifies it, and the columns behind each group.

    `ours` are the nouns that its rows name by our own codes and handles, and that it brings none of. Where rows stand
    `whole`, one holds several records, which are taken together or not at all.
    """

    things: dict[str, str]
    columns: dict[str, str]
    groups: dict[tuple[str, str], str]
    ours: frozenset[str] = frozenset()
    whole: bool = False


def settle(stage: Stage, wording: Wording) -> None:
    """Reject what cannot stand, in the order of references. `known` must hold what earlier imports took."""
    stage.flush()
    _twins(stage, wording)
    stand_together(stage, wording)
    if "service" in wording.things:
        _leads_nowhere(stage, wording, "service", "provider")
    if "case" in wording.things:
        _cases(stage, wording)
    stage.flush()


def _cases(stage: Stage, wording: Wording) -> None:
    """Cases and what leans on them, then who was served together."""
    if "worker" not in wording.ours:
        _unnamed_workers(stage)
    for target in ("client", "program"):
        _leads_nowhere(stage, wording, "case", target)
    if "worker" in wording.ours:
        _leads_nowhere(stage, wording, "case", "worker")
    stand_together(stage, wording)
    for entity in ("closing", "contact", "asking"):
        _leads_nowhere(stage, wording, entity, "case")
    _closed_before_opened(stage, wording)
    stand_together(stage, wording)
    _stays(stage)
    _heads(stage)
    _households(stage)


def stand_together(stage: Stage, wording: Wording) -> None:
    """Where rows stand whole: what was rejected of a row takes the rest of it along, and of what a rejected row and others
    say alike, the next one's word is taken."""
    if not wording.whole:
        return
    fallen = "(file, row) in (select file, row from problem where kind = 'rejected')"
    stage.flush()
    stage.run(f"update record set state = 'rejected' where state in ('read', 'repeated') and {fallen}")
    stage.run(
        "update record set state = 'read' where seq in (select min(seq) from record where state in ('read', 'repeated')"
        " group by entity, ext having sum(state = 'read') = 0)"
    )


def _reject(
    stage: Stage, where: str, column: str, expected: str, reason: str, *, show: str = "''", **values: str
) -> None:
    """Reject the staged records for which `where` holds; it may speak of the record as `r`."""
    stage.run(
        'insert into problem (kind, file, row, "column", value, expected, reason)'
        f" select 'rejected', r.file, r.row, :column, {show}, :expected, :reason from record r"
        f" where r.state = 'read' and ({where})",
        {"column": column, "expected": expected, "reason": reason, **values},
    )
    stage.run(f"update record as r set state = 'rejected' where r.state = 'read' and ({where})", values)


def _twins(stage: Stage, wording: Wording) -> None:
    """One thing, several rows: the newest by its own stamp stands, then the first. An equal twin is no fault."""
    stage.run(
        "create temp table twin as select seq, entity, row_number() over w as place, digest,"
        " first_value(digest) over w as best, first_value(row) over w as stands from record"
        " where state = 'read' and (entity, ext) in"
        " (select entity, ext from record where state = 'read' group by entity, ext having count(*) > 1)"
        " window w as (partition by entity, ext order by updated desc, seq)"
    )
    stage.run(
        "update record set state = 'repeated' where seq in (select seq from twin where place > 1 and digest = best)"
    )
    for entity, column in wording.columns.items():
        stage.run(
            'insert into problem (kind, file, row, "column", value, expected, reason)'
            " select 'rejected', r.file, r.row, :column, '', :expected, replace(:reason, '#', t.stands)"
            " from twin t join record r using (seq) where t.entity = :entity and t.place > 1 and t.digest <> t.best",
            {
                "entity": entity, "column": column, "expected": _("one row for each {column}").format(column=column),
                "reason": _("stands twice and the rows differ: row # is newer or comes first, and is taken"),
            },
        )  # fmt: skip
    stage.run(
        "update record set state = 'rejected' where state = 'read' and seq in (select seq from twin where place > 1)"
    )
    stage.run("drop table twin")
    for file, rows in stage.run("select file, count(*) from record where state = 'repeated' group by file").fetchall():
        stage.add(Note(file, rows, _("rows are there a second time, word for word")))


def _unnamed_workers(stage: Stage) -> None:
    """Workers that rows speak of and no list names are taken all the same, under the name the rows use."""
    found = stage.run(
        "select worker, min(file) from record where state = 'read' and worker is not null and worker not in"
        " (select ext from record where entity = 'worker' and state = 'read') and worker not in"
        " (select ext from known where entity = 'worker') group by worker order by min(seq)"
    ).fetchall()
    for worker, file in found:
        stage.add(Record("worker", worker, "", 0, {"name": (worker,), "left": (None,)}))
        stage.add(Note(file, 1, _("users are in no user list: taken under their identifier")))
    stage.flush()


def _leads_nowhere(stage: Stage, wording: Wording, entity: str, target: str) -> None:
    """Reject what refers to a thing that is neither in this delivery nor known from an earlier one."""
    about = f"r.entity = '{entity}' and r.\"{target}\" is not null"
    staged = f"select 1 from record t where t.entity = '{target}' and t.ext = r.\"{target}\""
    missing = (
        f"not exists ({staged} and t.state = 'read')"
        f" and not exists (select 1 from known k where k.entity = '{target}' and k.ext = r.\"{target}\")"
    )
    column, thing = wording.columns[target], wording.things[target]
    if target in wording.ours:
        # Neither a delivery's nor an earlier one's: ours, or nobody's.
        where = f"{about} and not exists (select 1 from known k where k.entity = '{target}' and k.ext = r.\"{target}\")"
        _reject(stage, where, column, thing, _("is none that is known here"))
        return
    for state, reason in (
        ("deleted", _("its {thing} is marked as deleted")),
        ("rejected", _("its {thing} was rejected")),
        ("%", _("its {thing} is not there")),
    ):
        there = "1" if state == "%" else f"exists ({staged} and t.state = '{state}')"
        _reject(
            stage, f"{about} and {missing} and {there}", column, _("the {column} of a row that is taken").format(column=column),
            reason.format(thing=thing),
        )  # fmt: skip


def _closed_before_opened(stage: Stage, wording: Wording) -> None:
    opened = (
        "(select json_extract(c.fields, '$.opened[0]') from record c"
        " where c.entity = 'case' and c.ext = r.\"case\" and c.state = 'read')"
    )
    _reject(
        stage, f"r.entity = 'closing' and json_extract(r.fields, '$.day[0]') < {opened}",
        wording.groups["closing", "day"],
        _("a day not before {column}").format(column=wording.groups["case", "opened"]),
        _("is before the case was opened"), show="json_extract(r.fields, '$.day[0]')",
    )  # fmt: skip


def _stays(stage: Stage) -> None:
    """Who was served together: named by the cases alone."""
    stage.run(
        "insert into record (entity, ext, file, row, updated, fields, digest, state, first_state, first_digest)"
        " select 'stay', stay, '', 0, '', '{}', '', 'read', '', ''"
        " from record where entity = 'case' and state = 'read' and stay is not null group by stay order by min(seq)"
    )


def _heads(stage: Stage) -> None:
    """Stays without a head or with several are taken as they are, and said."""
    heads = (
        "select min(file) as file, sum(json_extract(fields, '$.stay[1]') = 'self') as heads from record"
        " where entity = 'case' and state = 'read' and stay is not null group by stay"
    )
    for word, where in (
        (_("stays have no head of household"), "heads = 0"),
        (_("stays have several heads of household"), "heads > 1"),
    ):
        for file, stays in stage.run(f"select file, count(*) from ({heads}) where {where} group by file").fetchall():
            stage.add(Note(file, stays, word))


def _households(stage: Stage) -> None:
    """The lasting household is the head's: made where a stay has the head and somebody else, and all their stays'."""
    accepted = "entity = 'case' and state = 'read' and stay is not null"
    stage.run(
        "create temp table head as select stay, client from"
        " (select stay, client, row_number() over (partition by stay order by seq)"
        f" as place from record where {accepted} and json_extract(fields, '$.stay[1]') = 'self') where place = 1"
    )
    together = f"select stay from record where {accepted} group by stay having count(distinct client) > 1"
    stage.run(
        "insert into record (entity, ext, file, row, updated, fields, digest, state, first_state, first_digest)"
        " select distinct 'household', client, '', 0, '', '{}', '', 'read', '', '' from head"
        f" where stay in ({together}) order by client"
    )
    stage.run(
        "insert into home (stay, household) select stay, client from head where client in"
        " (select ext from record where entity = 'household' and state = 'read'"
        " union select ext from known where entity = 'household')"
    )
    stage.run("drop table head")
