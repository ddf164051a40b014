"""Workers and teams. What changes is dated, so that reports of past weeks stay true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from ..errors import Refused, Usage
from ..messages import _, _n
from ..models import absence, case_file, team, team_supervisor, worker, worker_standing
from ..models.agency import HOLDERS, ROLES, SENIORITY
from ..store import errands, logins, scope
from ..store.database import Reading, Receipt, Work
from . import find, languages, loads, values
from .windup import wind_up

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
RESERVED = ("me", "none", "any")
MOST_CASES = 10_000
# NIST SP 800-63B-4, 3.1.1.2: at least fifteen characters where nothing else is asked for.
LEAST_PASSWORD = 15


@dataclass(frozen=True, slots=True)
class WorkerFields:
    """What is set about a worker; None leaves it as it is."""

    name: str | None = None
    role: str | None = None
    team: str | None = None
    login: str | None = None
    seniority: str | None = None
    capacity: int | None = None
    weekly_minutes: int | None = None
    languages: str | None = None
    supervises: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker as `worker list` shows them. `status` is active, away or left; `cases` counts open ones."""

    id: int
    worker: str
    name: str
    role: str
    team: str | None
    status: str
    capacity: int | None
    cases: int
    login: str | None

    @property
    def holds(self) -> bool:
        """Whether they hold cases, or may be given some."""
        return self.role in HOLDERS or self.cases > 0


@dataclass(frozen=True, slots=True)
class TeamRow:
    team: str
    name: str
    supervisor: str | None
    workers: int
    cases: int


def handle_of(text: str) -> str:
    """A handle as it is kept. Raises Usage for one that cannot be typed everywhere."""
    handle = text.strip().lower()
    if not _HANDLE.fullmatch(handle) or handle in RESERVED:
        raise Usage(
            _("{text!r} cannot be a handle. Use small letters, digits, dots or dashes, such as ana or ben.k.").format(
                text=text[:40]
            )
        )
    return handle


def add_worker(w: Work, handle: str, fields: WorkerFields) -> Receipt:
    """A new worker. Raises NotPermitted unless an admin asks, Usage for unknown values, Refused for a handle in use."""
    scope.require_admin(w, _("add workers"))
    row = {"handle": handle_of(handle), "name": handle, "role": "case_manager"} | _checked(w, fields)
    worker_id = w.add(worker, row)
    _supervises(w, worker_id, fields)
    _stand(w, worker_id)
    words = _("Added worker {handle}").format(handle=row["handle"]) + _login_said(w, row["handle"], row.get("login"))
    return w.receipt(words, data={"worker": row["handle"], "id": worker_id})


def edit_worker(w: Work, handle: str, fields: WorkerFields) -> Receipt:
    """Change what is set about a worker; their old team and capacity stay on record with their dates.

    Raises Refused for the only admin, and for a role that holds no cases while they hold some or answer for one.
    """
    scope.require_admin(w, _("change workers"))
    worker_id = find.worker_id(w, handle)
    changes = _checked(w, fields)
    holds_all = w.conn.execute(select(worker.c.holds_all).where(worker.c.id == worker_id)).scalar_one()
    lets_go = not holds_all and changes.get("role", HOLDERS[0]) not in HOLDERS
    if lets_go:
        errands.announce(w, worker_id)
    if changes.get("role", "admin") != "admin":
        keep_an_admin(w, worker_id)
    if lets_go:
        _must_hold_nothing(w, worker_id, handle, "caseload restrict CASE --custodian HANDLE --why TEXT")
    if not changes and fields.supervises is None:
        raise Usage(_("Say what to change about {handle}.").format(handle=handle))
    # Their own row last: whoever gives the admin's role up is no admin from then on.
    _supervises(w, worker_id, fields)
    _stand(w, worker_id, changes)
    if changes:
        w.conn.execute(update(worker).where(worker.c.id == worker_id).values(**changes, version=worker.c.version + 1))
    return w.receipt(_("Changed worker {handle}").format(handle=handle) + _login_said(w, handle, changes.get("login")))


def leave(w: Work, handle: str, on: date | None = None) -> Receipt:
    """A worker leaves, today or on a day past: from then on they are locked out.

    Raises Usage for a day ahead, Refused while they hold open cases: those are reassigned first.
    """
    scope.require_admin(w, _("record that someone leaves"))
    worker_id = find.worker_id(w, handle)
    if on is not None and on > w.today:
        raise Usage(_("{day} lies ahead. Record it on the day they leave.").format(day=on.isoformat()))
    if w.conn.execute(select(worker.c.status).where(worker.c.id == worker_id)).scalar() == "left":
        return w.nothing(_("{handle} has already left.").format(handle=handle))
    errands.announce(w, worker_id)
    keep_an_admin(w, worker_id)
    _must_hold_nothing(w, worker_id, handle, f"caseload worker leave {handle} --custodian HANDLE --why TEXT")
    wind_up(w, worker_id, _("{handle} has left").format(handle=handle))
    lock_out(w, worker_id, on or w.today)
    return w.receipt(_("{handle} has left").format(handle=handle))


def _must_hold_nothing(w: Work, worker_id: int, handle: str, another: str) -> None:
    """Raises Refused while they hold open cases or answer for restricted ones, which nobody would do then; `another` is how
    another custodian is named."""
    held = loads.open_cases(w).get(worker_id, 0)
    if held:
        words = _n(
            "{handle} still holds {n} open case. First run: caseload reassign --from {handle} --to HANDLE --why TEXT",
            "{handle} still holds {n} open cases. First run: caseload reassign --from {handle} --to HANDLE --why TEXT",
            held,
        )
        raise Refused(words.format(handle=handle, n=held))
    answers_for = w.conn.execute(
        select(func.count()).where(case_file.c.custodian_id == worker_id, case_file.c.restricted)
    ).scalar_one()
    if answers_for:
        words = _n(
            "{handle} is custodian of {n} restricted case. Name another: {another}",
            "{handle} is custodian of {n} restricted cases. Name another: {another}",
            answers_for,
        )
        raise Refused(words.format(handle=handle, n=answers_for, another=another))


def lock_out(w: Work, worker_id: int, on: date) -> None:
    """Mark a worker as left, who holds nothing any more: from now on they may do nothing, and a server ends their login."""
    _stand(w, worker_id, {"status": "left"})
    gone = {"status": "left", "left_on": on, "login": None, "version": worker.c.version + 1}
    w.conn.execute(update(worker).where(worker.c.id == worker_id).values(gone))


def keep_an_admin(w: Reading, worker_id: int) -> None:
    """Without an admin nobody could ever make another. Raises Refused."""
    admins = select(worker.c.id).where(worker.c.status == "active", (worker.c.role == "admin") | worker.c.holds_all)
    if isinstance(w, Work):
        # Of two who would each leave the other as the last one, the second waits, and sees.
        admins = admins.order_by(worker.c.id).with_for_update()
    if list(w.conn.execute(admins).scalars()) == [worker_id]:
        raise Refused(
            _("That is the only admin. Make someone else admin first: caseload worker edit HANDLE --role admin")
        )


def _login_said(w: Work, handle: str, login: str | None) -> str:
    """On PostgreSQL the login must exist on the server, which then lets it in; what is to be said about it."""
    if not login or w.engine != "postgresql" or logins.exists(w.conn, login):
        return ""
    words = _(
        ". The server has no login {login!r} yet. Make it, with a first password: caseload worker password {handle}"
    )
    return words.format(login=login, handle=handle)


def first_password(w: Work, handle: str) -> Receipt:
    """A login on the server for that worker, with a first password that ends after 24 hours unless they renew it; or such a
    password anew, for who has forgotten theirs. The receipt's data has the password, which is kept nowhere.

    Raises NotPermitted unless an admin asks, Refused on SQLite, and for a login that was not made here.
    """
    scope.require_admin(w, _("make logins"))
    row = w.conn.execute(select(worker).where(worker.c.id == find.worker_id(w, handle))).one()
    if w.engine != "postgresql":
        raise Refused(_("An SQLite file has no logins: whoever may open the file may use it."))
    if row.status != "active" or not row.login:
        raise Refused(
            _("{handle} has no login. Name one: caseload worker edit {handle} --login NAME").format(handle=row.handle)
        )
    if row.id == w.me.id:
        raise Refused(_("Your own password you renew yourself: caseload worker password"))
    if not logins.ours(w.conn, row.login):
        raise Refused(
            _("The login {login!r} was made by a database administrator, who sets its password.").format(
                login=row.login
            )
        )
    password = logins.random_password()
    until = logins.open_login(w.conn, row.id, row.login, password)
    words = _("Gave {handle} a first password, which ends after 24 hours").format(handle=row.handle)
    data = {"worker": row.handle, "login": row.login, "password": password, "until": until}
    return w.receipt(words, undoable=False, data=data)


def renew_password(w: Work, password: str) -> Receipt:
    """The person's own password anew; it does not end. Raises Refused on SQLite, for a login that was not made here, and for
    a password shorter than LEAST_PASSWORD characters."""
    if w.engine != "postgresql":
        raise Refused(_("An SQLite file has no logins: whoever may open the file may use it."))
    if not logins.ours(w.conn, w.me.login, must_exist=True):
        raise Refused(_("Your login was made by a database administrator, who sets its password."))
    if len(password) < LEAST_PASSWORD:
        raise Refused(
            _("A password has at least {n} characters; a few words are easiest to keep.").format(n=LEAST_PASSWORD)
        )
    logins.renew(w.conn, w.me.login, password)
    return w.receipt(_("Renewed your password"), undoable=False)


def _checked(r: Reading, fields: WorkerFields) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if fields.name is not None:
        row["name"] = values.name(_("The name"), fields.name, needed=True)
    if fields.role is not None:
        row["role"] = values.one_of("role", fields.role, ROLES)
    if fields.seniority is not None:
        row["seniority"] = values.one_of("seniority", fields.seniority, SENIORITY)
    if fields.team is not None:
        row["team_id"] = find.team_id(r, fields.team) if fields.team else None
    if fields.login is not None:
        row["login"] = values.name(_("The login"), fields.login) or None
    if fields.capacity is not None:
        row["capacity"] = values.number(_("Capacity"), fields.capacity, 0, MOST_CASES)
    if fields.weekly_minutes is not None:
        row["weekly_minutes"] = values.number(_("Minutes a week"), fields.weekly_minutes, 0, 7 * 24 * 60)
    if fields.languages is not None:
        spoken = values.short(_("The languages"), fields.languages).split(",")
        row["languages"] = ",".join(sorted({languages.code(part) for part in spoken if part.strip()}))
    return row


def _supervises(w: Work, worker_id: int, fields: WorkerFields) -> None:
    if fields.supervises is None:
        return
    wanted = {find.team_id(w, code) for code in fields.supervises}
    have = set(
        w.conn.execute(select(team_supervisor.c.team_id).where(team_supervisor.c.worker_id == worker_id)).scalars()
    )
    if have - wanted:
        w.conn.execute(
            delete(team_supervisor).where(
                team_supervisor.c.worker_id == worker_id, team_supervisor.c.team_id.in_(have - wanted)
            )
        )
    if wanted - have:
        w.conn.execute(
            insert(team_supervisor), [{"team_id": one, "worker_id": worker_id} for one in sorted(wanted - have)]
        )


def _stand(w: Work, worker_id: int, changes: Mapping[str, Any] | None = None) -> None:
    """Date the worker's team, role, status and capacity as they are now, or as they are about to be."""
    kept = ("team_id", "role", "status", "capacity", "weekly_minutes")
    row = w.conn.execute(select(*(worker.c[name] for name in kept)).where(worker.c.id == worker_id)).one()
    now = [(changes or {}).get(name, value) for name, value in zip(kept, row, strict=True)]
    running = (worker_standing.c.worker_id == worker_id, worker_standing.c.to_on.is_(None))
    last = w.conn.execute(select(*(worker_standing.c[name] for name in kept)).where(*running)).first()
    if last is not None and tuple(last) == tuple(now):
        return
    w.conn.execute(update(worker_standing).where(*running).values(to_on=w.today))
    w.conn.execute(
        insert(worker_standing).values(worker_id=worker_id, from_on=w.today, **dict(zip(kept, now, strict=True)))
    )


def workers(r: Reading, *, team_code: str | None = None, everyone: bool = True) -> list[WorkerRow]:
    """The staff, with how many open cases each holds; those who have left last."""
    away = select(absence.c.worker_id).where(
        absence.c.from_on <= r.today, absence.c.to_on >= r.today, absence.c.ended_on.is_(None)
    )
    held = loads.open_cases(r)
    found = (
        select(worker, team.c.code, worker.c.id.in_(away).label("away"))
        .outerjoin(team, team.c.id == worker.c.team_id)
        .order_by(worker.c.status, worker.c.handle)
    )
    if team_code is not None:
        found = found.where(worker.c.team_id == find.team_id(r, team_code))
    if not everyone:
        found = found.where(worker.c.status == "active")
    return [
        WorkerRow(
            row.id, row.handle, row.name, row.role, row.code,
            "left" if row.status == "left" else "away" if row.away else "active", row.capacity, held.get(row.id, 0), row.login,
        )
        for row in r.conn.execute(found)
    ]  # fmt: skip


def add_team(w: Work, code: str, name: str, supervisors: tuple[str, ...] = ()) -> Receipt:
    """A new team, with those who supervise it."""
    scope.require_admin(w, _("add teams"))
    row = {"code": handle_of(code), "name": values.name(_("The name"), name or code, needed=True)}
    team_id = w.add(team, row)
    for handle in supervisors:
        w.conn.execute(insert(team_supervisor).values(team_id=team_id, worker_id=find.worker_id(w, handle)))
    return w.receipt(_("Added team {code}").format(code=row["code"]), data={"team": row["code"]})


def edit_team(w: Work, code: str, name: str | None = None, supervisors: tuple[str, ...] | None = None) -> Receipt:
    """Rename a team or say who supervises it."""
    scope.require_admin(w, _("change teams"))
    team_id = find.team_id(w, code)
    if name is not None:
        changes = {"name": values.name(_("The name"), name, needed=True), "version": team.c.version + 1}
        w.conn.execute(update(team).where(team.c.id == team_id).values(changes))
    if supervisors is not None:
        w.conn.execute(delete(team_supervisor).where(team_supervisor.c.team_id == team_id))
        for handle in supervisors:
            w.conn.execute(insert(team_supervisor).values(team_id=team_id, worker_id=find.worker_id(w, handle)))
    return w.receipt(_("Changed team {code}").format(code=code))


def teams(r: Reading) -> list[TeamRow]:
    """The teams, who supervises each, how many work in it and how many open cases it has."""
    staff: dict[int | None, int] = dict(
        r.conn.execute(
            select(worker.c.team_id, func.count()).where(worker.c.status == "active").group_by(worker.c.team_id)
        ).all()
    )
    held = loads.open_cases(r, case_file.c.team_id)
    leads: dict[int, list[str]] = {}
    joined = select(team_supervisor.c.team_id, worker.c.handle).join(worker, worker.c.id == team_supervisor.c.worker_id)
    for team_id, handle in r.conn.execute(joined.order_by(team_supervisor.c.id)):
        leads.setdefault(team_id, []).append(handle)
    return [
        TeamRow(row.code, row.name, ", ".join(leads.get(row.id, ())) or None, staff.get(row.id, 0), held.get(row.id, 0))
        for row in r.conn.execute(select(team.c.id, team.c.code, team.c.name).order_by(team.c.code))
    ]


def team_codes(r: Reading) -> list[tuple[int, str]]:
    """The teams: key and code."""
    return [(row.id, row.code) for row in r.conn.execute(select(team.c.id, team.c.code).order_by(team.c.code))]
