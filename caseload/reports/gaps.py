"""What the record lacks: what nobody asked, set or wrote down, by who can put it right.

Of open cases, by who held them when the last day ended; of contacts of the period, by who made them. Who a client is is
known as of today: names, birth dates and answers are corrected, not dated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, exists, func, literal, literal_column, select

from caseload.messages import _
from caseload.models import case_file, case_risk, client, client_code, contact, contact_line, identity

from . import then

if TYPE_CHECKING:
    from sqlalchemy import CTE

    from caseload.store.database import Reading

    from .period import Period

# A contact written down later than this many days after it happened.
LATE_DAYS = 3
# HMIS 1.6: nobody asked. That a client does not know, or prefers not to answer, is an answer.
NOT_COLLECTED = "99"
ANSWERS = ("sex", "race", "veteran")


@dataclass(slots=True)
class Gaps:
    """How many of how many: `of` everything looked at, and `found` by gap and by worker's id (None: nobody)."""

    cases: int = 0
    contacts: int = 0
    asked: tuple[str, ...] = ()
    found: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def total(self, gap: str) -> int:
        return sum(n for (name, _worker), n in self.found.items() if name == gap)

    def of(self, gap: str) -> int:
        return self.contacts if gap in OF_CONTACTS else self.cases


OF_CASES = ("name", "birth", "language", *ANSWERS, "risk", "team")
OF_CONTACTS = ("minutes", "place", "late")


def titles() -> dict[str, tuple[str, str]]:
    """Each gap's name, and what it counts."""
    return {
        "name": (_("No name"), _("Open cases whose client has neither a given nor a family name.")),
        "birth": (_("No birth date"), _("Open cases whose client has no birth date.")),
        "language": (_("No language"), _("Open cases whose client's language was not asked.")),
        "sex": (_("No sex"), _("Open cases whose client has no answer, not even that they prefer none.")),
        "race": (_("No race"), _("Open cases whose client has no answer, not even that they prefer none.")),
        "veteran": (
            _("No veteran status"),
            _("Open cases whose client has no answer, not even that they prefer none."),
        ),
        "risk": (_("Risk never set"), _("Open cases whose risk nobody has set.")),
        "team": (_("No team"), _("Open cases that belong to no team.")),
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
    """The gaps of the cases of `scope` (a select of ids). Answers that no client has (race, ...) are not asked for."""
    fields = set(r.conn.execute(select(client_code.c.field).distinct()).scalars())
    asked = (
        *(name for name in OF_CASES if name not in ANSWERS or code_field(name) in fields),
        *OF_CONTACTS,
    )
    gaps = Gaps(asked=asked)
    for statement, names in (
        (_cases(r, scope, days, [name for name in asked if name in OF_CASES]), OF_CASES),
        (_contacts(r, scope, days), OF_CONTACTS),
    ):
        for row in r.conn.execute(statement):
            told = row._asdict()
            who, rows = told.pop("worker_id"), int(told.pop("rows"))
            if names is OF_CASES:
                gaps.cases += rows
            else:
                gaps.contacts += rows
            for name, n in told.items():
                gaps.found[name, who] = int(n)
    return gaps


def code_field(name: str) -> str:
    """Under which name a client's coded answers stand (HMIS 3.04, 3.07, 4.21)."""
    return f"hmis:{name}"


def _cases(r: Reading, scope: Select[Any], days: Period, asked: list[str]) -> Select[Any]:
    f = then.cases(r.engine, scope, days.last)
    c, i = client.c, identity.c
    known: dict[str, Any] = {
        "name": and_(func.coalesce(i.given, "") == "", func.coalesce(i.family, "") == ""),
        "birth": i.born_on.is_(None),
        "language": func.coalesce(c.language, "") == "",
        "risk": ~exists(select(case_risk.c.id).where(case_risk.c.case_id == f.c.id, case_risk.c.on_date <= days.last)),
        "team": f.c.team_id.is_(None),
    }
    counted = [_one(known[name] if name in known else _unanswered(f, name)).label(name) for name in asked]
    return (
        select(f.c.worker_id, func.count().label("rows"), *counted)
        .select_from(f.join(client, c.id == f.c.client_id).outerjoin(identity, i.client_id == f.c.client_id))
        .where(f.c.closed_on.is_(None))
        .group_by(f.c.worker_id)
    )


def _unanswered(f: CTE, name: str) -> Any:
    k = client_code.c
    return ~exists().where(k.client_id == f.c.client_id, k.field == code_field(name), k.code != NOT_COLLECTED)


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
