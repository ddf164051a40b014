"""Which saved views a person may use, and what `view:NAME` means in a query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, or_, select

from ..models import saved_view, team, worker
from ..text import fold
from . import scope
from .database import Reading


def known(r: Reading) -> Select[Any]:
    """The person's own views and those shared with their teams, with the team's code and whose they are."""
    shared = saved_view.c.team_id.in_(scope.my_teams(r)) if not r.me.holds_all else saved_view.c.team_id.is_not(None)
    return (
        select(saved_view, team.c.code.label("team"), worker.c.handle)
        .outerjoin(team, team.c.id == saved_view.c.team_id)
        .join(worker, worker.c.id == saved_view.c.worker_id)
        .where(or_(saved_view.c.worker_id == r.me.id, shared))
    )


def find(r: Reading, name: str) -> Row[Any] | None:
    """The view of that name, whatever its case and accents; one's own before a shared one, the older before the newer."""
    found = r.conn.execute(known(r).where(saved_view.c.folded == fold(name))).all()
    return min(found, key=lambda row: (row.worker_id != r.me.id, row.id), default=None)
