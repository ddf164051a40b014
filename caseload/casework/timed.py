"""The timed phases of a program: which of them an active case is in, until when, and how often contact is due in it.

Critical time intervention has three of three months, with contact growing sparser from one to the next; a program may have others. They
are counted from the day the case became active, and set what the contact clock goes by (`store/facts.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from ..models import case_file, policy
from ..models.agency import TIMED_PHASES
from ..store.database import Reading


@dataclass(frozen=True, slots=True)
class Phase:
    """The phase that runs: which, of how many, its last day, and how many days lie between contacts at the risk of the case."""

    number: int
    of: int
    until: date
    contact_days: int


def phase_of(r: Reading, case_id: int) -> Phase | None:
    """The phase an open case is in today; None where none runs. The case must be in sight."""
    c, p = case_file.c, policy.c
    settings = [p[f"phase{one}_{what}"] for one in TIMED_PHASES for what in ("days", "contact_days")]
    found = (
        select(c.stage_on, c.risk, p.contact_high_days, p.contact_critical_days, *settings)
        .join(policy, (p.program_id == c.program_id) & p.is_current)
        .where(c.id == case_id, c.stage.in_(("active", "monitoring")), p.phase1_days.is_not(None))
    )
    row = r.conn.execute(found).mappings().first()
    if row is None or row["stage_on"] is None:
        return None
    phases = [one for one in TIMED_PHASES if row[f"phase{one}_days"] is not None]
    ends = row["stage_on"]
    for one in phases:
        ends += timedelta(days=row[f"phase{one}_days"])
        if r.today < ends:
            by_risk = row.get(f"contact_{row['risk']}_days")
            every = row[f"phase{one}_contact_days"]
            return Phase(one, len(phases), ends - timedelta(days=1), min(every, by_risk) if by_risk else every)
    return None
