"""What the record lacks: what nobody asked, set or wrote down, by who can put it right.

Of open cases, by who held them when the last day ended; of cases that closed in the period, by who closed them; of contacts of the period,
by who made them. Who a client is is known as of today: names, birth dates and answers are corrected, not dated. What HMIS wants is
looked for in the programs that are reported to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, func, literal, literal_column, select

from caseload.casework import lacks
from caseload.messages import _
from caseload.models import case_file, case_stage, client_code, contact, contact_line
from caseload.store import gaps
from caseload.store.gaps import ANSWERS, CLOSED, GAPS, code_field
from caseload.store.gaps import NOT_COLLECTED as NOT_COLLECTED

from . import then

if TYPE_CHECKING:
    from caseload.store.database import Reading

    from .period import Period

# A contact written down later than this many days after it happened.
LATE_DAYS = 3
OF_CASES = tuple(name for name, gap in GAPS.items() if not gap.hmis)
OF_REPORTED = tuple(name for name, gap in GAPS.items() if gap.hmis and not gap.closed)
OF_CONTACTS = ("minutes", "place", "late")


@dataclass(slots=True)
class Gaps:
    """How many of how many: `of` everything looked at, and `found` by gap and by worker's id (None: nobody)."""

    cases: int = 0
    reported: int = 0
    closings: int = 0
    contacts: int = 0
    asked: tuple[str, ...] = ()
    found: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def total(self, gap: str) -> int:
        return sum(n for (name, _worker), n in self.found.items() if name == gap)

    def of(self, gap: str) -> int:
        if gap in OF_CONTACTS:
            return self.contacts
        return self.closings if gap in CLOSED else self.reported if gap in OF_REPORTED else self.cases


def titles() -> dict[str, tuple[str, str]]:
    """Each gap's name, and what it counts."""
    return lacks.titles() | {
        "minutes": (_("No minutes"), _("Contacts made in the period without their length.")),
        "place": (
            _("Visit without place"),
            _("Visits made in the period without where: none counts as in the residence."),
        ),
        "late": (
            _("Written late"),
            _("Contacts of the period written down more than {n} days after they happened.").format(n=LATE_DAYS),
        ),
    }


def found(r: Reading, scope: Select[Any], days: Period) -> Gaps:
    """The gaps of the cases of `scope` (a select of ids). Answers that no client has (race, ...) are not asked for, nor what HMIS wants
    where no program is reported to it, nor of a server whose policies show this person no client what only clients' rows say."""
    fields = set(r.conn.execute(select(client_code.c.field).distinct()).scalars())
    hmis = gaps.concerns(r)
    of_cases = [name for name in OF_CASES if hmis or name not in ANSWERS or code_field(name) in fields]
    of_reported, of_closings = (
        [name for name in some if hmis and _readable(r, name)] for some in (OF_REPORTED, CLOSED)
    )
    made = Gaps(asked=(*of_cases, *of_reported, *of_closings, *OF_CONTACTS))
    counted = ["cases", "reported", "closings", "contacts"]
    statements = (
        _cases(r, scope, days, of_cases),
        _cases(r, scope, days, of_reported, hmis=True) if of_reported else None,
        _closings(r, scope, days, of_closings) if of_closings else None,
        _contacts(r, scope, days),
    )
    for kind, statement in zip(counted, statements, strict=True):
        for row in r.conn.execute(statement) if statement is not None else ():
            told = row._asdict()
            who, rows = told.pop("worker_id"), int(told.pop("rows"))
            setattr(made, kind, getattr(made, kind) + rows)
            for name, n in told.items():
                made.found[name, who] = int(n)
    return made


def _readable(r: Reading, name: str) -> bool:
    return not r.me.policed or gaps.told(r, GAPS[name])


def _cases(r: Reading, scope: Select[Any], days: Period, asked: list[str], *, hmis: bool = False) -> Select[Any]:
    f = then.cases(r.engine, scope, days.last)
    counted = [_one(gaps.holds(r, name, f, days.last)).label(name) for name in asked]
    return (
        select(f.c.worker_id, func.count().label("rows"), *counted)
        .where(f.c.closed_on.is_(None), *((gaps.reported(f),) if hmis else ()))
        .group_by(f.c.worker_id)
    )


def _closings(r: Reading, scope: Select[Any], days: Period, asked: list[str]) -> Select[Any]:
    """Cases of reported programs that closed in the period and were closed when it ended, by who closed them."""
    c, s = case_file.alias("c"), case_stage.alias("by_stage")
    closer = (
        select(s.c.worker_id).where(s.c.case_id == c.c.id, s.c.stage == "closed", s.c.on_date <= days.last)
        .order_by(s.c.on_date.desc(), s.c.id.desc()).limit(1).correlate(c).scalar_subquery()
    )  # fmt: skip
    # Whatever became of it since: only of cases with a closing in the period is the history read.
    ended = select(s.c.case_id).where(s.c.stage == "closed", s.c.on_date.between(days.first, days.last)).correlate(None)
    closed_on = then.fact(r.engine, "closed_on", days.last)
    f = (
        select(
            c.c.id, c.c.program_id, c.c.client_id, c.c.team_id, c.c.opened_on, closed_on.label("closed_on"),
            closer.label("worker_id"),
        )
        .where(c.c.id.in_(scope), c.c.id.in_(ended), gaps.reported(c)).cte("ended")
    )  # fmt: skip
    counted = [_one(gaps.holds(r, name, f, days.last)).label(name) for name in asked]
    return (
        select(f.c.worker_id, func.count().label("rows"), *counted)
        .where(f.c.closed_on.between(days.first, days.last))
        .group_by(f.c.worker_id)
    )


def _contacts(r: Reading, scope: Select[Any], days: Period) -> Select[Any]:
    k, n = contact_line.c, contact.c
    if r.engine == "postgresql":
        late: Any = n.recorded_at > n.at + literal_column(f"interval '{LATE_DAYS} days'")
    else:
        late = func.julianday(n.recorded_at) > func.julianday(n.at) + LATE_DAYS
    made = k.outcome == "made"
    return (
        select(
            n.worker_id, func.count().label("rows"), _one(and_(made, n.minutes.is_(None))).label("minutes"),
            _one(and_(made, k.kind == "visit", n.place.is_(None))).label("place"), _one(late).label("late"),
        )
        .select_from(contact_line.join(contact, n.id == k.contact_id).join(case_file, case_file.c.id == k.case_id))
        .where(k.on_date.between(days.first, days.last), case_file.c.id.in_(scope))
        .group_by(n.worker_id)
    )  # fmt: skip


def _one(condition: Any) -> Any:
    return func.sum(case((condition, literal(1)), else_=literal(0)))
