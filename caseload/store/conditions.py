"""PostgreSQL: what a policy asks of a row, each worded once: who sees its case, knows its client, moves, restricts or leads.

Each is a condition in SQL on the column it is given; which table asks which of them stands in store/policies.py.
"""

from __future__ import annotations

from .sight import HERE, ME, NAMED, ROLE

HANDLES = "(SELECT my_cases_as()) IS NOT NULL"
ADMIN = f"{ROLE} IN ('admin', 'all')"
# Another system's name of an appointment or a task, for who works with its case: they take over what their calendar says.
TAKEN_OVER = "({})".format(
    " OR ".join(
        f"external_id.entity = '{name}' AND EXISTS (SELECT 1 FROM {name} a JOIN my_cases m ON m.id = a.case_id"
        " WHERE a.id = external_id.row_id)"
        for name in ("appointment", "task")
    )
)
# What a case that came as a Bundle has brought along, by the table it stands in: of a case, and of its client.
_BROUGHT = ("task", "note", "assessment", "need", "background", "goal", "step", "document")
_BROUGHT_CLIENT = ("alias", "channel", "person", "alert")
# Another agency's names of a case, its client and what came with them, for who works with the case: they take what that agency sends.
BROUGHT = "(" + " OR ".join(
    [
        *(
            f"external_id.entity = '{table}' AND EXISTS (SELECT 1 FROM {table} x JOIN my_cases m ON m.id = x.case_id"
            " WHERE x.id = external_id.row_id)"
            for table in _BROUGHT
        ),
        *(
            f"external_id.entity = '{table}' AND EXISTS (SELECT 1 FROM {table} x JOIN my_cases m ON m.client_id = x.client_id"
            " WHERE x.id = external_id.row_id)"
            for table in _BROUGHT_CLIENT
        ),
    ]
) + ")"  # fmt: skip
# What another system calls its programs and users, and what belongs to a case, for who works with it: an export goes out under the
# names by which the rest came in. What it calls a household is its head's name there, and stays out.
CALLED_THERE = (
    "external_id.entity IN ('program', 'worker')"
    " OR external_id.entity = 'stay' AND EXISTS (SELECT 1 FROM stay_member s JOIN my_cases m ON m.id = s.case_id"
    " WHERE s.stay_id = external_id.row_id)"
    " OR external_id.entity = 'contact' AND EXISTS (SELECT 1 FROM contact_line l JOIN my_cases m ON m.id = l.case_id"
    " WHERE l.contact_id = external_id.row_id)"
    " OR external_id.entity = 'assessment' AND EXISTS (SELECT 1 FROM assessment a JOIN my_cases m ON m.id = a.case_id"
    " WHERE a.id = external_id.row_id)"
)
# Another directory's names of what stands in ours, for who keeps it.
LISTED = f"({HANDLES} AND external_id.entity IN ('provider', 'service', 'place'))"


def glimpses(column: str) -> str:
    """Who sees the row of a case: that case's own policy says."""
    return f"EXISTS (SELECT 1 FROM case_file k WHERE k.id = {column})"


def sees_case(column: str) -> str:
    """Who works with a case: more than a glimpse. Asked of a view, which asks no further policy: one asking another asks for all
    that it asks, and the glimpses besides, which took most of the time that reading a page took."""
    return f"EXISTS (SELECT 1 FROM my_cases m WHERE m.id = {column})"


def knows(column: str) -> str:
    """Who knows a client: who works with a case of theirs, and the transaction that wrote them down."""
    works = f"EXISTS (SELECT 1 FROM my_cases m WHERE m.client_id = {column})"
    return f"({works} OR EXISTS (SELECT 1 FROM client c WHERE c.id = {column} AND c.made_in = {HERE}))"


def undoing(table: str) -> str:
    """A row of a change that is being taken back, of a case that the change took out of sight: such a one is given back and nothing
    else of the case is moved by that."""
    return f"(k.touched_in = -{HERE} AND {table}.id = ANY ((SELECT my_undoing('{table}'))::bigint[]))"


def moves(column: str, *, also: str = "false") -> str:
    """Who moves a case: who holds it or answers for it, who supervises its team, an admin; whoever it is offered to or comes
    to today; and the transaction that has opened it or begun to move it."""
    theirs = (
        f"k.touched_in = {HERE} OR k.owner_id = {ME} OR k.custodian_id = {ME}"
        " OR k.team_id = ANY ((SELECT my_supervised())::bigint[]) OR k.id = ANY ((SELECT my_takes())::bigint[])"
    )
    return f"EXISTS (SELECT 1 FROM case_file k WHERE k.id = {column} AND ({ADMIN} OR {theirs} OR {also}))"


def gives_back(table: str) -> str:
    """Who changes or takes away a row by which a case moves: who moves it, and who takes back the act that wrote the row."""
    return moves(f"{table}.case_id", also=undoing(table))


def closed(column: str) -> str:
    """A case that is closed, for whoever works with it."""
    return f"({NAMED} AND {is_closed(column)})"


def is_closed(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM my_cases m WHERE m.id = {column} AND m.closed_on IS NOT NULL)"


def restricts(column: str, *, also: str = "false") -> str:
    """Who restricts a case, or names people to it: the custodian of a restricted one; else who supervises its team, an
    admin; and the transaction that has done so (`guard_restriction`)."""
    return (
        f"EXISTS (SELECT 1 FROM case_file k WHERE k.id = {column} AND (k.touched_in = {HERE} OR {ROLE} = 'all' OR {also}"
        f" OR (k.restricted AND k.custodian_id = {ME})"
        f" OR (NOT k.restricted AND ({ROLE} = 'admin' OR k.team_id = ANY ((SELECT my_supervised())::bigint[])))))"
    )


def leads(column: str) -> str:
    """Who says when a worker is away: the worker, who supervises their team, an admin."""
    return (
        f"({ADMIN} OR {column} = {ME} OR EXISTS (SELECT 1 FROM worker w WHERE w.id = {column}"
        " AND w.team_id = ANY ((SELECT my_supervised())::bigint[])))"
    )


def supervised(column: str) -> str:
    """Who reads what is on a worker's agenda for supervision: the worker, and who supervises them."""
    return (
        f"({ROLE} = 'all' OR {column} = {ME} OR EXISTS (SELECT 1 FROM worker w WHERE w.id = {column}"
        " AND w.team_id = ANY ((SELECT my_supervised())::bigint[])))"
    )
