"""Who holds an imported case."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ..casework.loads import open_cases
from ..models import worker

if TYPE_CHECKING:
    from datetime import date

    from ..store.database import Reading

WAYS = ("by-user", "even", "none")


@dataclass(frozen=True, slots=True)
class Share:
    """A worker who is given a case. `since_opening`: they have held it all along, so it is nothing new to them."""

    worker_id: int
    team_id: int | None
    since_opening: bool


class Owners:
    """Hands out cases: to the user who last worked on each, evenly over the active case managers, or to nobody.

    Whoever has left is given no open case. What is closed stays with its user, so that the record says who it was.
    """

    def __init__(self, r: Reading, way: str) -> None:
        self._way = way
        rows = r.conn.execute(
            select(worker.c.id, worker.c.handle, worker.c.team_id, worker.c.status, worker.c.role)
        ).all()
        self._teams = {row.id: row.team_id for row in rows}
        self._active = {row.id for row in rows if row.status == "active"}
        self._heap: list[tuple[int, str, int]] = []
        if way == "even":
            held = open_cases(r)
            self._heap = [
                (held.get(row.id, 0), row.handle, row.id)
                for row in rows
                if row.id in self._active and row.role == "case_manager"
            ]
            heapq.heapify(self._heap)

    def of(self, user: int | None, closed: date | None) -> Share | None:
        """Who gets the next case, which its user last worked on."""
        if self._way == "by-user" and user is not None and (closed is not None or user in self._active):
            return Share(user, self._teams.get(user), since_opening=True)
        if self._way == "even" and closed is None and self._heap:
            count, handle, chosen = heapq.heappop(self._heap)
            heapq.heappush(self._heap, (count + 1, handle, chosen))
            return Share(chosen, self._teams.get(chosen), since_opening=False)
        return None
