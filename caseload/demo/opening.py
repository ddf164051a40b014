"""The first days of the agency: programs and policies, teams, staff with their past, holidays, absences and cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from .. import models
from ..messages import _
from ..store.database import Database, Work
from . import agency
from .agency import Staff
from .diary import Diary
from .ledger import Ledger, insert_many


class Opening:
    """Writes the agency and remembers the keys of what it wrote."""

    def __init__(self, ledger: Ledger, diary: Diary, staff: list[Staff]) -> None:
        self.ledger = ledger
        self.diary = diary
        self.staff = staff
        self.worker: dict[str, int] = {}
        self.team: dict[str, int] = {}
        self.program: dict[str, int] = {}

    def write(self, db: Database, uid: Callable[[], str]) -> None:
        """Set the agency up, one change for each kind of thing."""
        steps: tuple[tuple[str, Callable[[Work], str]], ...] = (
            ("program", self._programs),
            ("team", self._teams),
            ("worker", self._workers),
            ("holiday", self._holidays),
            ("cover", self._absences),
        )
        for verb, step in steps:
            with db.work(verb, uid=uid()) as w:
                if verb == "program":
                    self.ledger.start(w)
                w.receipt(step(w), undoable=False)

    def _rows(self, w: Work, table: str, rows: list[dict[str, Any]]) -> list[int]:
        keyed = [{"id": self.ledger.key(table), **row} for row in rows]
        insert_many(w, models.metadata.tables[table], keyed)
        return [row["id"] for row in keyed]

    def _programs(self, w: Work) -> str:
        began = self.diary.ago(1500)
        made = [
            {"code": one.code, "name": one.name, "hmis_project_type": one.hmis_project_type, "opened_on": began}
            for one in agency.PROGRAMS
        ]
        self.program = dict(zip((one.code for one in agency.PROGRAMS), self._rows(w, "program", made), strict=True))
        for one in agency.PROGRAMS:
            row: dict[str, Any] = {
                "program_id": self.program[one.code],
                "version": 1,
                "from_on": began,
                "is_current": True,
            }
            if one.code == "housing":
                earlier = row | agency.EARLIER_POLICY | {"is_current": False}
                row |= {"version": 2, "from_on": self.diary.ago(agency.POLICY_CHANGED_DAYS_AGO)}
                self._rows(w, "policy", [earlier])
            self._rows(w, "policy", [row | one.policy])
        return _("Added the programs and their policies")

    def _teams(self, w: Work) -> str:
        made = self._rows(w, "team", [{"code": code, "name": name} for code, name in agency.TEAMS])
        self.team = dict(zip((code for code, _name in agency.TEAMS), made, strict=True))
        return _("Added the teams")

    def _workers(self, w: Work) -> str:
        assert w.me.id is not None
        for one in self.staff:
            team_id = self.team[one.team] if one.team else None
            row = {
                "name": one.name, "role": one.role, "seniority": one.seniority, "team_id": team_id, "capacity": one.capacity,
                "weekly_minutes": one.weekly_minutes, "languages": one.languages,
            }  # fmt: skip
            if one.handle == w.me.handle:
                # The founder is there already, since the founding.
                self.worker[one.handle] = w.me.id
                changes = {
                    name: row[name] for name in ("seniority", "team_id", "capacity", "weekly_minutes", "languages")
                }
                w.conn.execute(update(models.worker).where(models.worker.c.id == w.me.id).values(changes))
                standing = models.worker_standing
                since = {"from_on": self.diary.ago(one.hired_days_ago), "team_id": team_id, "capacity": one.capacity}
                w.conn.execute(update(standing).where(standing.c.worker_id == w.me.id).values(since))
                continue
            left = self.diary.ago(agency.LEFT_DAYS_AGO) if one.handle == agency.LEAVER else None
            status = "left" if left else "active"
            (key,) = self._rows(w, "worker", [row | {"handle": one.handle, "status": status, "left_on": left}])
            self.worker[one.handle] = key
            self._past(w, one, key, row, left)
        led = [
            {"team_id": self.team[code], "worker_id": self.worker[one.handle]}
            for one in self.staff
            for code in one.supervises
        ]
        self._rows(w, "team_supervisor", led)
        return _("Added the staff")

    def _past(self, w: Work, one: Staff, key: int, row: dict[str, Any], left: date | None) -> None:
        """Where the worker stood when: hired, moved from another team, given more hours, gone."""
        kept = ("team_id", "role", "capacity", "weekly_minutes")
        now = {"worker_id": key, "status": "active"} | {name: row[name] for name in kept}
        turns: list[tuple[date, dict[str, Any]]] = [(self.diary.ago(one.hired_days_ago), now)]
        if one.handle == "zofia":
            turns = [(turns[0][0], now | {"team_id": self.team["north"], "capacity": 8}), (self.diary.ago(150), now)]
        elif one.seniority == "junior":
            turns = [(turns[0][0], now | {"capacity": 8}), (self.diary.ago(95), now)]
        if left:
            turns.append((left, now | {"status": "left"}))
        ends = [day for day, _standing in turns[1:]] + [None]
        for (day, standing), end in zip(turns, ends, strict=True):
            self._rows(w, "worker_standing", [standing | {"from_on": day, "to_on": end}])

    def _holidays(self, w: Work) -> str:
        year = self.diary.today.year
        rows = [
            {"on_date": date(one, month, day), "name": name}
            for one in range(year - 1, year + 2)
            for month, day, name in agency.HOLIDAYS
        ]
        self._rows(w, "holiday", rows)
        return _("Set the agency's holidays")

    def _absences(self, w: Work) -> str:
        today, ago = self.diary.today, self.diary.ago
        self._absence(w, "ana", ago(74), ago(60), "Course", ("ben",), ended=ago(61))
        self._absence(
            w, agency.AWAY, ago(agency.AWAY_SINCE), today + timedelta(days=16), agency.AWAY_WHY, agency.COVERED_BY
        )
        soon = today + timedelta(days=9)
        self._absence(w, agency.AWAY_SOON, soon, soon + timedelta(days=11), agency.AWAY_SOON_WHY, ("ana",))
        return _("Set absences and cover")

    def _absence(
        self, w: Work, who: str, first: date, last: date, why: str, by: tuple[str, ...], ended: date | None = None
    ) -> None:
        row = {"worker_id": self.worker[who], "from_on": first, "to_on": last, "why": why, "ended_on": ended}
        (key,) = self._rows(w, "absence", [row])
        self._rows(w, "cover", [{"absence_id": key, "worker_id": self.worker[one]} for one in by if one in self.worker])
