"""Budgets: so much for a program or for one client in a period; what of it is authorised, committed, spent, left, and foreseen.

Amounts are whole cents of the agency's currency. A program's budget is set by an admin and read by everybody, in sums; a client's by
who supervises their case, and read by who works with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, and_, case, column, func, select, table, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import authorisation, budget, payment, program, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.facts import SOON_PERCENT
from . import amounts, find, scratches, values

MOST = 2_000_000_000  # cents; what is typed is no more (`amounts.cents`)


@dataclass(frozen=True, slots=True)
class NewBudget:
    """So many cents from the day `first` to the day `last`, for the program of that code or for the client of that case: exactly
    one of the two. `single` is the most that one person authorises under it alone; as much as the program says, unless given."""

    cents: int
    first: date
    last: date
    program: str | None = None
    case: str | int | None = None
    name: str = ""
    single: int | None = None
    scratch: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget and how it stands. In cents: `asked` waits for approval; `authorised` is all that was approved; `committed` what of
    that runs and is not paid yet; `spent` what was paid; `left` what is neither, less than nothing where it is over. `forecast` is what
    will be spent by its last day at the rate so far; None before its first. `name` is None for who sees no identity, of a client's."""

    id: int
    program: str | None
    case_id: int | None
    name: str | None
    cents: int
    single: int | None
    first: date
    last: date
    by: str
    asked: int
    authorised: int
    committed: int
    spent: int
    forecast: int | None
    version: int

    @property
    def left(self) -> int:
        """What is neither spent nor committed."""
        return self.cents - self.spent - self.committed

    @property
    def percent(self) -> float | None:
        """The share that is spent or committed, in percent to one decimal."""
        return round((self.spent + self.committed) * 100 / self.cents, 1) if self.cents else None

    @property
    def standing(self) -> str:
        """`over`, `soon` (from ninety percent on) or nothing."""
        taken = self.spent + self.committed
        if taken > self.cents:
            return "over"
        return "soon" if self.cents and taken * 100 >= self.cents * SOON_PERCENT else ""

    def runs(self, today: date) -> bool:
        """Whether its period has begun and is not over."""
        return self.first <= today <= self.last


def forecast(spent: int, first: date, last: date, today: date) -> int | None:
    """What will be spent by the last day: so far, by the days that have gone (today counted), times all days, rounded half up. None
    before the first day; what was spent after the last."""
    if today < first:
        return None
    if today >= last:
        return spent
    gone, days = (today - first).days + 1, (last - first).days + 1
    return (2 * spent * days + gone) // (2 * gone)


# -- acts ------------------------------------------------------------------------------------------


def add(w: Work, new: NewBudget) -> Receipt:
    """Set a budget. Raises Usage for amounts and days that cannot be, NotPermitted where it is not theirs to set."""
    if (new.program is None) == (new.case is None):
        raise Usage(_("A budget is a program's, or one case's: name one of the two."))
    row: dict[str, Any] = _checked(
        {"cents": new.cents, "single_cents": new.single, "from_on": new.first, "to_on": new.last, "name": new.name}
    )
    touched = []
    if new.program is not None:
        scope.require_admin(w, _("set the budget of a program"))
        row["program_id"] = find.program_id(w, new.program)
    else:
        ref = find.to_act_on(w, [new.case or 0])[0]
        _must_lead(w, ref)
        row["case_id"] = ref.id
        touched = [ref.id]
    made = w.add(budget, row, uid=str(uuid.uuid4()), set_by=w.me.id, at=w.now)
    scratches.clear(w, new.scratch)
    said = _("Set a budget of {amount} from {first} to {last}").format(
        amount=money(w, new.cents), first=new.first.isoformat(), last=new.last.isoformat()
    )
    return w.receipt(said, cases=touched, data={"budget": made})


# What of a budget may be set right, as callers name it, and the column it is.
CHANGES = {"cents": "cents", "single": "single_cents", "first": "from_on", "last": "to_on", "name": "name"}


def change(
    w: Work, budget_id: int, changes: Mapping[str, Any], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Set a budget right, or raise or lower it: `cents`, `single`, `first`, `last`, `name`. What was authorised under it stands.
    Raises as `add` does, Conflict where somebody changed it since `seen`."""
    row = w.conn.execute(select(budget).where(budget.c.id == budget_id)).first()
    if row is None or (row.case_id is not None and not (w.me.sees_identity and scope.sees(w, row.case_id))):
        raise Usage(no_such(budget_id))
    if row.program_id is not None:
        scope.require_admin(w, _("set the budget of a program"))
    else:
        _must_lead(w, find.to_act_on(w, [row.case_id])[0])
    wanted = {CHANGES[name]: value for name, value in changes.items()}
    whole = {name: getattr(row, name) for name in CHANGES.values()} | wanted
    new = {name: value for name, value in _checked(whole).items() if value != getattr(row, name)}
    scratches.clear(w, scratch)
    if not new:
        return w.nothing(_("That budget is so already."))
    version = row.version if seen is None else seen
    same = (budget.c.id == budget_id, budget.c.version == version)
    if not w.conn.execute(update(budget).where(*same).values({**new, "version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that budget meanwhile. Nothing was changed; look again."))
    cases = [] if row.case_id is None else [row.case_id]
    return w.receipt(_("Changed a budget"), cases=cases, data={"budget": budget_id})


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    values.number(_("A budget in cents"), row["cents"], 0, MOST)
    if row["single_cents"] is not None:
        values.number(_("What one authorises alone, in cents"), row["single_cents"], 0, MOST)
    if row["to_on"] < row["from_on"]:
        raise Usage(_("A budget's last day lies before its first."))
    return row | {"name": values.name(_("The name"), row["name"])}


def _must_lead(w: Work, ref: find.CaseRef) -> None:
    if not scope.may_lead(w, ref):
        raise NotPermitted(_("Only who supervises the case sets its budget."))


def no_such(budget_id: int) -> str:
    """What is said of a budget that is not there, and of one that is out of sight: the same."""
    return _("There is no budget {id}.").format(id=budget_id)


def money(r: Reading, cents: int) -> str:
    """An amount with the agency's currency."""
    return f"{amounts.shown(cents)} {r.agency.currency}"


def sentence(currency: str, cents: int, spent: int, committed: int, asked: int, foreseen: int | None) -> str:
    """How a budget stands, in a sentence: what is left of how much, and of what that is made."""
    left = cents - spent - committed
    parts = [
        _("{left} {currency} left of {cents}").format(
            left=amounts.shown(left), currency=currency, cents=amounts.shown(cents)
        )
        if left >= 0
        else _("OVER by {over} {currency} of {cents}").format(
            over=amounts.shown(-left), currency=currency, cents=amounts.shown(cents)
        ),
        _("spent {amount}").format(amount=amounts.shown(spent)),
        _("committed {amount}").format(amount=amounts.shown(committed)),
    ]
    parts += [_("asked {amount}").format(amount=amounts.shown(asked))] if asked else []
    parts += (
        [_("at this rate {amount}").format(amount=amounts.shown(foreseen))] if foreseen is not None and spent else []
    )
    return " · ".join(parts)


# -- reading -----------------------------------------------------------------------------------------


def of_case(r: Reading, case_id: int, *, named: bool = True) -> tuple[BudgetRow, ...]:
    """The budgets of a client's case, the one that ends last first. For callers that have asked whether it may be seen."""
    return _rows(r, budget.c.case_id == case_id, named=named)


def of_programs(r: Reading, program_code: str | None = None) -> tuple[BudgetRow, ...]:
    """The budgets of a program, or of all, by program and then the one that ends last first. Everybody reads them."""
    which: ColumnElement[bool] = budget.c.program_id.is_not(None)
    if program_code is not None:
        which = budget.c.program_id == find.program_id(r, program_code)
    return _rows(r, which)


def one(r: Reading, budget_id: int) -> BudgetRow:
    """One budget. Raises Usage where there is none, or where its case is out of sight."""
    found = next(iter(_rows(r, budget.c.id == budget_id, named=r.me.sees_identity)), None)
    if found is None or (found.case_id is not None and not (r.me.sees_identity and scope.sees(r, found.case_id))):
        raise Usage(no_such(budget_id))
    return found


def _sums(r: Reading) -> FromClause:
    """What stands under each budget. A server tells of a program's in sums, whose cases ever are in sight."""
    named = ("budget_id", "asked", "authorised", "committed", "spent")
    if r.engine == "postgresql":
        return table("budget_sums", *(column(name) for name in named))
    a = authorisation.c
    paid = (
        select(payment.c.authorisation_id, func.sum(payment.c.cents).label("paid"))
        .group_by(payment.c.authorisation_id)
        .subquery("paid")
    )
    amount = func.coalesce(paid.c.paid, 0)

    def of(what: Any, *states: str) -> Any:
        return func.coalesce(func.sum(case((a.state.in_(states), what), else_=0)), 0)

    columns = (
        a.budget_id, of(a.cents, "asked").label("asked"), of(a.cents, "approved", "ended").label("authorised"),
        of(a.cents - amount, "approved").label("committed"), func.sum(amount).label("spent"),
    )  # fmt: skip
    joined = authorisation.outerjoin(paid, paid.c.authorisation_id == a.id)
    return select(*columns).select_from(joined).where(a.budget_id.is_not(None)).group_by(a.budget_id).subquery("sums")


def _rows(r: Reading, which: ColumnElement[bool], *, named: bool = True) -> tuple[BudgetRow, ...]:
    sums = _sums(r)
    source = (
        budget.join(worker, worker.c.id == budget.c.set_by)
        .outerjoin(program, program.c.id == budget.c.program_id)
        .outerjoin(sums, sums.c.budget_id == budget.c.id)
    )
    found = select(budget, program.c.code, worker.c.handle, sums).select_from(source).where(which)
    found = found.order_by(program.c.code, budget.c.to_on.desc(), budget.c.id.desc())
    return tuple(_row(r, row, named) for row in r.conn.execute(found))


def _row(r: Reading, row: Row, named: bool) -> BudgetRow:  # type: ignore[type-arg]
    spent = int(row.spent or 0)
    return BudgetRow(
        row.id, row.code, row.case_id, row.name if named or row.case_id is None else None, int(row.cents), row.single_cents,
        row.from_on, row.to_on, row.handle, int(row.asked or 0), int(row.authorised or 0), int(row.committed or 0), spent,
        forecast(spent, row.from_on, row.to_on, r.today), row.version,
    )  # fmt: skip


# -- holding one while something is authorised under it ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A budget that nobody else authorises under until this act is done: what it has, how much one person authorises alone under it,
    and what of it is spoken for, in cents."""

    cents: int
    single: int | None
    taken: int


def hold(w: Work, budget_id: int, *, but: int | None = None) -> Held:
    """Hold a budget to the end of the act; `but` is an authorisation that is not counted. On SQLite the whole file is held already.
    Raises Usage where it is out of sight."""
    if w.engine == "postgresql":
        told = w.conn.exec_driver_sql("SELECT cents, single, taken FROM hold_budget(%s, %s)", (budget_id, but)).one()
    else:
        a, paid = (
            authorisation.c,
            select(func.sum(payment.c.cents)).where(payment.c.authorisation_id == authorisation.c.id),
        )
        spent = func.coalesce(paid.correlate(authorisation).scalar_subquery(), 0)
        some = and_(a.budget_id == budget_id, a.state.in_(("approved", "ended")), a.id.is_distinct_from(but))
        taken = select(func.coalesce(func.sum(case((a.state == "approved", a.cents), else_=spent)), 0)).where(some)
        found = select(budget.c.cents, budget.c.single_cents, taken.scalar_subquery()).where(budget.c.id == budget_id)
        told = w.conn.execute(found).one()
    if told[0] is None:
        raise Usage(no_such(budget_id))
    return Held(int(told[0]), told[1], int(told[2]))


def meant(r: Reading, case_ref: find.CaseRef, first: date, last: date, wanted: int | None) -> int | None:
    """The budget under which something from `first` to `last` is authorised: the one named, else the only one of the client that
    lasts so long, else the only one of the program; None where there is none in these days. Raises Usage where it is of another case or program or
    does not last so long, Refused where several would do, or where one lasts part of it."""
    mine = (budget.c.case_id == case_ref.id) | (budget.c.program_id == case_ref.program_id)
    found = r.conn.execute(
        select(budget.c.id, budget.c.case_id, budget.c.from_on, budget.c.to_on).where(mine).order_by(budget.c.id)
    ).all()
    if wanted is not None:
        row = next((one for one in found if one.id == wanted), None)
        if row is None:
            raise Usage(no_such(wanted))
        if not (row.from_on <= first and last <= row.to_on):
            said = _("That budget lasts from {first} to {last}, and the days to authorise do not lie within.")
            raise Usage(said.format(first=row.from_on.isoformat(), last=row.to_on.isoformat()))
        return wanted
    fits = [one for one in found if one.from_on <= first and last <= one.to_on]
    nearest = [one for one in fits if one.case_id is not None] or fits
    short = [one for one in found if one.from_on <= last and first <= one.to_on]
    if short and not nearest:
        said = _("No budget lasts from {first} to {last}: {which} lasts part of it. Name other days, or no budget.")
        which = ", ".join(f"{one.id} ({one.from_on.isoformat()}..{one.to_on.isoformat()})" for one in short)
        raise Refused(said.format(first=first.isoformat(), last=last.isoformat(), which=which))
    if len(nearest) > 1:
        which = ", ".join(str(one.id) for one in nearest)
        raise Refused(_("Several budgets last so long: {which}. Name one, or none.").format(which=which))
    return int(nearest[0].id) if nearest else None
