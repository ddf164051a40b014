"""What the first act of a day does for everybody: moves set for that day, and who has had their last day goes; and the next dates
of what comes again.

Asked at every start, so that whatever carries it out is imported on the mornings that need it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from ..models import appointment_series, departure, pending_move
from ..models.series import GOES_ON, LEAST_AHEAD
from ..store import scope
from ..store.database import FOR_EVERYBODY, Database, Reading, Receipt


def come(db: Database) -> Receipt | None:
    """Does what waits for today; returns the last of what it did, or None where nothing waited."""
    with db.read() as r:
        if r.as_of or not scope.handles(r):
            return None
        # Letting somebody go is an admin's; their rights have ended by the calendar anyhow.
        moves, going = _moves(r), _going(r) if scope.may_administer(r) else []
        again = _series(r)
    done = None
    if moves:
        with db.work(FOR_EVERYBODY[0]) as w:
            from . import pending

            done = pending.carry_out(w)
    if going:
        from . import leavers
    for one in going:
        with db.work(FOR_EVERYBODY[1]) as w:
            done = leavers.carry_out_due(w, one)
    if again:
        from . import series

        # Nobody has to know: the dates stand where the rule said that they would.
        with db.work("series") as w:
            if not series.go_on(w):
                w.nothing("")
    return done


def _series(r: Reading) -> bool:
    """Whether a series of this person's cases wants its next dates."""
    soon = appointment_series.c.made_to < r.today + timedelta(days=LEAST_AHEAD)
    if r.conn.execute(select(appointment_series.c.id).where(soon, GOES_ON).limit(1)).first() is None:
        return False
    from . import series

    return series.due(r)


def _moves(r: Reading) -> bool:
    """Whether a move waits for today, and its receiver can have it."""
    asked = (pending_move.c.state == "waiting", pending_move.c.on_date <= r.today)
    if r.conn.execute(select(pending_move.c.id).where(*asked).limit(1)).first() is None:
        return False
    from . import pending

    return bool(pending.due(r))


def _going(r: Reading) -> list[int]:
    """Those whose last day was set ahead and is over, by the keys of their departures."""
    found = select(departure.c.id).where(departure.c.state == "waiting", departure.c.on_date < r.today)
    return list(r.conn.execute(found.order_by(departure.c.on_date, departure.c.id)).scalars())
