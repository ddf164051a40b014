"""Saved views: a query, an order and columns under a name, one's own or shared with a team; some on the number keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, delete, update

from ..errors import NotPermitted, Usage
from ..messages import _
from ..models import saved_view
from ..store import query, scope, selection, views
from ..store.database import Reading, Receipt, Work
from ..text import fold
from . import cases, find, values

# What a view may show, on the screen and by command; the first few are what a list shows unless told otherwise.
COLUMNS = ("level", "case", "client", "program", "stage", "risk", "worker", "last_contact", "next_due", "since", "snoozed_until", "why")  # fmt: skip
LONGEST_NAME = 40
KEYS = range(1, 10)


@dataclass(frozen=True, slots=True)
class NewView:
    """A view to be saved. `team` shares it with that team; `number` puts it on a number key."""

    name: str
    query: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    number: int | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view this person may use. `mine` says that it is theirs; `team` is the one it is shared with."""

    id: int
    name: str
    query: str
    sort: str
    columns: tuple[str, ...]
    number: int | None
    team: str | None
    by: str
    mine: bool


def save(w: Work, new: NewView) -> Receipt:
    """Save a view; one's own of the same name is replaced, and a key it takes is taken from one's own view that had it.

    Raises Usage for a bad name, query, sort, column or key; NotPermitted for a team that is not one's own.
    """
    if w.me.id is None:
        raise NotPermitted(_("Views belong to workers, and you are not one of them."))
    name = values.name(_("The name"), new.name, needed=True)
    folded = fold(name)
    if len(name) > LONGEST_NAME or not folded:
        raise Usage(_("A view's name has letters or digits, and at most {n} characters.").format(n=LONGEST_NAME))
    parsed = query.parse(new.query)
    if query.speaks_of(parsed, "view"):
        raise Usage(_("A view cannot name another view: write its terms instead."))
    if new.team is not None and any(isinstance(leaf, query.Word) for leaf in parsed.leaves()):
        raise Usage(_("A shared view looks for nobody by name: write terms, as in tag:rent, or keep it your own."))
    selection.where(w, new.query)  # says what is wrong with it
    columns = check_columns(new.columns)
    if new.sort and new.sort.lstrip("-") not in cases.SORTS:
        raise Usage(_("Cases cannot be sorted by {name!r}.").format(name=new.sort[:40]))
    if new.number is not None and new.number not in KEYS:
        raise Usage(_("A view stands on one of the keys 1 to 9."))
    team_id = _team(w, new.team) if new.team is not None else None
    mine = saved_view.c.worker_id == w.me.id
    if new.number is not None:
        others = (mine, saved_view.c.number == new.number, saved_view.c.folded != folded)
        w.conn.execute(update(saved_view).where(*others).values(number=None, version=saved_view.c.version + 1))
    row = {
        "name": name, "query": new.query.strip(), "sort": new.sort, "columns": ",".join(columns), "team_id": team_id,
        "number": new.number,
    }  # fmt: skip
    again = update(saved_view).where(mine, saved_view.c.folded == folded)
    if not w.conn.execute(again.values(**row, version=saved_view.c.version + 1)).rowcount:
        w.add(saved_view, row | {"worker_id": w.me.id, "folded": folded})
    return w.receipt(_("Saved a view"), data={"view": name})


def check_columns(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns a view may show, each once. Raises Usage for one it cannot."""
    for one in columns:
        if one not in COLUMNS:
            said = _("{name!r} is no column of a view. Choose from: {known}.")
            raise Usage(said.format(name=one[:40], known=", ".join(COLUMNS)))
    return tuple(dict.fromkeys(columns))


def drop(w: Work, name: str) -> Receipt:
    """Drop a view: one's own, or a shared one of a team one supervises. Raises Usage, NotPermitted."""
    row = _found(w, name)
    if row.worker_id != w.me.id and not (scope.may_administer(w) or scope.may_supervise(w, row.team_id)):
        raise NotPermitted(
            _("That view was shared by {who}; they drop it, or who supervises the team.").format(who=row.handle)
        )
    w.conn.execute(delete(saved_view).where(saved_view.c.id == row.id))
    return w.receipt(_("Dropped a view"), data={"view": row.name})


def listed(r: Reading) -> list[ViewRow]:
    """The views of this person and those shared with their teams: on the keys first, then by name; own before shared."""
    found = r.conn.execute(
        views.known(r).order_by(
            saved_view.c.number.is_(None), saved_view.c.number, saved_view.c.folded, saved_view.c.id
        )
    ).all()
    return [
        _row(r, row) for row in sorted(found, key=lambda row: (row.number or 99, row.folded, row.worker_id != r.me.id))
    ]


def named(r: Reading, name: str) -> ViewRow:
    """The view of that name; one's own goes before a shared one. Raises Usage with the nearest name."""
    return _row(r, _found(r, name))


def on_key(r: Reading, number: int) -> ViewRow | None:
    """The view this person has on a number key: their own, else the one shared first."""
    found = r.conn.execute(views.known(r).where(saved_view.c.number == number)).all()
    best = min(found, key=lambda row: (row.worker_id != r.me.id, row.id), default=None)
    return None if best is None else _row(r, best)


def _found(r: Reading, name: str) -> Row:  # type: ignore[type-arg]
    row = views.find(r, name)
    if row is None:
        from difflib import get_close_matches

        near = get_close_matches(fold(name), [one.folded for one in r.conn.execute(views.known(r))], 1)
        hint = _(" Did you mean {near!r}?").format(near=near[0]) if near else _(" List them with: caseload view list")
        raise Usage(_("You have no view of that name.") + hint)
    return row


def _row(r: Reading, row: Row) -> ViewRow:  # type: ignore[type-arg]
    columns = tuple(one for one in row.columns.split(",") if one)
    return ViewRow(
        row.id, row.name, row.query, row.sort, columns, row.number, row.team, row.handle, row.worker_id == r.me.id
    )


def _team(w: Work, code: str) -> int:
    found = find.team_id(w, code)
    if found not in scope.my_teams(w) and not scope.may_administer(w):
        raise NotPermitted(_("A view is shared with a team of your own."))
    return found
