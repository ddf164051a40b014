"""What lies on the desks this morning: lists somebody saved, notes read and spoken about, cases offered to colleagues, and
what may be told.

It hangs on what was told case by case and draws nothing by chance, so that the same seed tells the same cases with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, exists, select

from .. import models
from ..store.database import Work
from ..store.names import refile
from ..text import fold
from . import again, agency, helpers, money, permissions
from .agency import Brought, Lent
from .diary import Diary
from .ledger import Ledger, put
from .opening import Opening

_OPENED_BEFORE = 60
# Read before this minute of yesterday; what was said about it follows, and the answer in the evening.
_READ, _ANSWERED = 16 * 60 + 30, 17 * 60 + 40


@dataclass(frozen=True, slots=True)
class Desks:
    """Writes into the last change of the making, when all cases are there."""

    w: Work
    ledger: Ledger
    diary: Diary
    opening: Opening

    def lay(self) -> None:
        """Everything: saved lists, read marks, comments, offers, topics of supervision, consents and what was told, services and what
        was asked of them, appointments that come again, and money."""
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._views(rows)
        self._readings(rows)
        for lent in agency.OFFERS:
            self._offer(rows, lent)
        self._topics(rows)

        def add(table: str, **row: Any) -> int:
            return self._add(rows, table, **row)

        signed = permissions.lay(self.w, self.diary, add)
        services = helpers.lay(self.w, self.diary, add, signed)
        again.lay(self.w, self.diary, self.opening.worker, add)
        purse = money.Purse(self.w, self.diary, self.opening, services, add)
        purse.lay()
        put(self.w, rows)
        purse.end()
        refile(self.w.conn, services=services)

    def _add(self, rows: dict[str, list[dict[str, Any]]], table: str, **row: Any) -> int:
        id_ = self.ledger.key(table)
        rows[table].append({"id": id_, **row})
        return id_

    def _views(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """The lists that somebody saved, three of them shared with a team."""
        worker, team = self.opening.worker, self.opening.team
        for one in agency.VIEWS:
            if one.handle in worker and (one.team is None or one.team in team):
                self._add(
                    rows, "saved_view", worker_id=worker[one.handle], team_id=team[one.team] if one.team else None,
                    name=one.name, folded=fold(one.name), query=one.query, sort=one.sort, columns=one.columns,
                )  # fmt: skip

    def _readings(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """Supervisors have read every third of their teams' newer notes. About two of each something was said, and the
        first time its author answered."""
        for lead in self.opening.staff:
            teams = [self.opening.team[code] for code in lead.supervises if code in self.opening.team]
            if not teams:
                continue
            me = self.opening.worker[lead.handle]
            found = self.w.conn.execute(self._notes(me, teams)).all()[::3]
            for row in found:
                self._add(rows, "read_mark", case_id=row.case_id, note_id=row.id, worker_id=me, at=self._at(_READ))
            # What waits for an answer waits, where it can, for whoever opens the demo.
            own = self.w.me.id
            spoken = [*found[:1], *sorted(found[1:], key=lambda row: row.author_id != own)]
            for row, (said, answer) in zip(spoken, agency.SAID, strict=False):
                about = self._say(rows, row, me, said, self._at(_READ + 5))
                if answer:
                    read = {"comment_id": about, "worker_id": row.author_id, "at": self._at(_ANSWERED)}
                    self._add(rows, "read_mark", case_id=row.case_id, **read)
                    self._say(rows, row, row.author_id, answer, self._at(_ANSWERED))

    def _say(self, rows: dict[str, list[dict[str, Any]]], note: Any, who: int, words: str, at: datetime) -> int:
        prose = self._add(rows, "narrative", case_id=note.case_id, worker_id=who, body=words, at=at)
        about = {"case_id": note.case_id, "note_id": note.id}
        return self._add(rows, "comment", **about, worker_id=who, narrative_id=prose, at=at)

    def _at(self, minute: int) -> datetime:
        return self.diary.at(self.diary.ago(1), minute)

    def _notes(self, me: int, teams: list[int]) -> Select[Any]:
        """The signed notes of these teams from the last weeks, newest first, of cases that somebody else holds openly."""
        note, case = models.note, models.case_file
        first, last = (datetime.combine(self.diary.ago(n), time(), self.diary.zone) for n in (25, 1))
        return (
            select(note.c.id, note.c.case_id, note.c.author_id)
            .join(case, case.c.id == note.c.case_id)
            .where(
                note.c.state == "signed", note.c.signed_at >= first, note.c.signed_at < last, note.c.author_id != me,
                note.c.addendum_to_id.is_(None), case.c.owner_id == note.c.author_id, case.c.team_id.in_(teams),
                *_plain_case(),
            )
            .order_by(note.c.signed_at.desc(), note.c.id)
        )  # fmt: skip

    def _offer(self, rows: dict[str, list[dict[str, Any]]], lent: Lent) -> None:
        """A case in order, long with whoever gives it, offered to a colleague."""
        worker = self.opening.worker
        if lent.giver not in worker or lent.taker not in worker:
            return
        offered: date = self.diary.ago(lent.offered_ago)
        case, pending = models.case_file, models.pending_move
        calm = (
            select(case.c.id)
            .where(
                case.c.owner_id == worker[lent.giver], case.c.closed_on.is_(None), case.c.stage == "active",
                case.c.opened_on < self.diary.ago(_OPENED_BEFORE), case.c.owned_on < self.diary.ago(_OPENED_BEFORE),
                *_plain_case(), ~exists().where(pending.c.case_id == case.c.id).correlate(case),
            )
            .order_by(case.c.urgency.desc(), case.c.id)
            .limit(1)
        )  # fmt: skip
        found = self.w.conn.execute(calm).scalar()
        if found is None:
            return
        giver = worker[lent.giver]
        self._add(
            rows, "transfer", case_id=found, from_worker_id=giver, to_worker_id=worker[lent.taker], offered_by=giver,
            offered_at=self.diary.at(offered, _READ), offered_on=offered,
            answer_by=self.diary.today + timedelta(days=lent.answer_in), why=lent.why, state="offered",
        )  # fmt: skip

    def _topics(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """What waits for the next supervision, and what was agreed at the last; each about a case of its own."""
        taken: list[int] = []
        for one in agency.TOPICS:
            worker = self.opening.worker
            if one.handle in worker and one.by in worker:
                case = self._talked_over(worker[one.handle], one.ago, taken) if one.about_case else None
                if case is not None or not one.about_case:
                    taken += [case] if case is not None else []
                    self._topic(rows, one, case)

    def _talked_over(self, who: int, ago: int, taken: list[int]) -> int | None:
        """The most urgent case that is long with them and of which nothing is brought yet."""
        case = models.case_file
        theirs = (case.c.owner_id == who, case.c.closed_on.is_(None), case.c.owned_on < self.diary.ago(ago))
        found = select(case.c.id).where(*theirs, case.c.id.not_in(taken), *_plain_case())
        return self.w.conn.execute(found.order_by(case.c.urgency, case.c.since_on, case.c.id).limit(1)).scalar()

    def _topic(self, rows: dict[str, list[dict[str, Any]]], one: Brought, case: int | None) -> None:
        worker, day = self.opening.worker, self.diary.ago(one.ago)
        lead = worker.get("ben", worker[one.handle])

        def prose(who: int, words: str, at: datetime) -> int:
            about = {"case_id": case, "worker_id": who, "agenda_of": worker[one.handle]}
            return self._add(rows, "narrative", **about, body=words, at=at)

        over = self.diary.ago(one.agreed_ago) if one.agreed_ago is not None else None
        at = self.diary.at(day, _READ)
        self._add(
            rows, "supervision_topic", worker_id=worker[one.handle], brought_by=worker[one.by], case_id=case,
            narrative_id=prose(worker[one.by], one.words, at), at=at, on_date=day, discussed_on=over,
            discussed_by=lead if over is not None else None,
            agreed_id=prose(lead, one.agreed, self.diary.at(over, _READ)) if over is not None else None,
        )  # fmt: skip


def _plain_case() -> tuple[Any, ...]:
    """Not restricted, and nobody named who may see it or may not."""
    case, access = models.case_file, models.case_access
    named = exists().where(access.c.case_id == case.c.id).correlate(case)
    return case.c.restricted.is_(False), ~named
