"""Break-glass: a case out of one's sight opened in an emergency, where the agency allows that at all: with a typed reason, for
a few hours, and read of afterwards by whoever supervises its team. A restricted case is never opened so: nobody is told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from ..errors import NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import agency, case_file, glass, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import find, numbers, values

# Long enough for an evening's emergency, short enough that nobody gets used to it.
HOURS = 4
# A reason that says something.
LEAST = 10


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening: whose, of which case, from when until when, why, and who has read of it; and whether it is the person's own."""

    case: str
    worker: str
    at: datetime
    until: datetime
    why: str
    read_by: str | None
    case_id: int = 0
    mine: bool = False


def allowed(r: Reading) -> bool:
    """Whether this person may open cases so: the agency allows it, and they work with clients."""
    works = r.me.holds_all or r.me.role in ("case_manager", "supervisor")
    return works and bool(r.conn.execute(select(agency.c.break_glass)).scalar())


def break_glass(w: Work, number: str, why: str) -> Receipt:
    """Open a case out of sight for HOURS. Raises NotPermitted where the agency does not allow it or for roles that see no client,
    Usage for a number that is unknown, restricted or barred to this person, all alike, Refused for a case in sight anyway."""
    why = values.short(_("The reason"), why, needed=True)
    if not allowed(w):
        raise NotPermitted(
            _("No case is opened in an emergency here: the agency has not allowed it, or your role sees no client.")
        )
    if len(why) < LEAST:
        raise Usage(_("Say in a few words why: whoever supervises the case reads it."))
    wanted = numbers.parse(number)
    if w.conn.execute(select(case_file.c.id).where(case_file.c.number == wanted, scope.visible(w))).first():
        raise Refused(_("You see case {number} anyway.").format(number=wanted))
    key = _opened(w, wanted, why)
    if key is None:
        raise Usage(find.no_such_case(wanted))
    words = _("Opened case {number} for {n} hours; its supervisor reads why").format(number=wanted, n=HOURS)
    return w.receipt(words, cases=[key], undoable=False, data={"case": key})


def _opened(w: Work, number: str, why: str) -> int | None:
    if w.engine == "postgresql":
        told = w.conn.exec_driver_sql("SELECT break_glass(%s, %s)", (number, why)).scalar()
        return None if told is None else int(told)
    there = select(case_file.c.id).where(case_file.c.number == number, ~case_file.c.restricted, ~scope.denied(w))
    key = w.conn.execute(there).scalar()
    if key is not None:
        row = {
            "case_id": key,
            "worker_id": w.me.id,
            "why": why,
            "at": w.now,
            "until_at": w.now + timedelta(hours=HOURS),
        }
        w.conn.execute(insert(glass).values(row))
    return key


def openings(r: Reading, *, read: bool = False) -> list[Opening]:
    """Openings of the cases this person sees, and their own; the newest first. Only unread ones, unless `read`."""
    reader = worker.alias("reader")
    found = (
        select(
            glass, scope.number_of(r, glass.c.case_id).label("number"), worker.c.handle, reader.c.handle.label("reader")
        )
        .join(worker, worker.c.id == glass.c.worker_id)
        .outerjoin(reader, reader.c.id == glass.c.read_by)
        .order_by(glass.c.id.desc())
    )
    if r.engine == "sqlite":
        found = found.where(
            (glass.c.worker_id == r.me.id) | glass.c.case_id.in_(select(case_file.c.id).where(scope.visible(r)))
        )
    if not read:
        found = found.where(glass.c.read_at.is_(None))
    return [
        Opening(
            row.number or "", row.handle, row.at, row.until_at, row.why, row.reader, row.case_id, row.worker_id == r.me.id
        )
        for row in r.conn.execute(found)
    ]  # fmt: skip


def lasting(r: Reading, case_id: int) -> list[tuple[int, datetime, str]]:
    """Who has that case open so just now (their key), until when and why; the longest first. For callers that have asked whether
    the case may be seen."""
    runs = (glass.c.case_id == case_id, glass.c.until_at > r.now)
    found = select(glass.c.worker_id, glass.c.until_at, glass.c.why).where(*runs)
    return [(row.worker_id, row.until_at, row.why) for row in r.conn.execute(found.order_by(glass.c.until_at.desc()))]


def mark_read(w: Work, case: str | int) -> Receipt:
    """A supervisor of the case's team, or an admin, has read why it was opened. Nobody marks an opening of their own."""
    ref = find.case(w, case)
    if not (scope.may_administer(w) or scope.may_supervise(w, ref.team_id)):
        raise NotPermitted(_("A supervisor of its team, or an admin, marks that as read."))
    unread = (glass.c.case_id == ref.id, glass.c.read_at.is_(None), glass.c.worker_id != w.me.id)
    done = w.conn.execute(update(glass).where(*unread).values(read_by=w.me.id, read_at=w.now)).rowcount
    if not done:
        return w.nothing(_("Nothing of case {number} waits to be read.").format(number=ref.number))
    words = _n("Marked {n} opening as read", "Marked {n} openings as read", done).format(n=done)
    return w.receipt(words, cases=[ref.id])
