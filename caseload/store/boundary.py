"""Who can see what, and whether the database says the same as the policy: logins, groups, rights, policies.

On PostgreSQL the server is asked what it really lets each login do. On SQLite the file's permissions are all there is.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from ..messages import _
from ..models import case_file, metadata, team_supervisor, worker
from ..models.agency import ROLES
from . import logins, scope
from .database import Reading
from .ddl import missing_objects


@dataclass(frozen=True, slots=True)
class Sight:
    """One worker: how they log in and until when, and what they see. `cases` counts the open cases in their sight, None
    where whoever asks does not see them all."""

    worker: str
    role: str
    login: str | None
    ends: datetime | None
    sees: str
    cases: int | None


def sees(role: str, *, holds_all: bool = False, team: bool = False) -> str:
    """What a role sees, in words."""
    if holds_all:
        return _("everything, in a demo")
    team_too = _("; their team's") if team else ""
    words = {
        "case_manager": _("their own cases, those beside others, covered and named to them") + team_too,
        "supervisor": _("the cases of their teams, besides their own"),
        "admin": _("case rows that are not restricted; no name, no word"),
        "analyst": _("counts"),
        "auditor": _("the journal and the looks"),
    }
    return words[role]


def everybody(r: Reading) -> list[Sight]:
    """Every active worker, by handle."""
    whole = r.engine == "sqlite" or not r.conn.exec_driver_sql("SELECT row_security_active('case_file')").scalar_one()
    ends: dict[str, datetime | None] = {}
    if r.engine == "postgresql":
        found = (
            "SELECT rolname, CASE WHEN isfinite(rolvaliduntil) THEN rolvaliduntil END FROM pg_roles WHERE rolcanlogin"
        )
        ends = dict(r.conn.exec_driver_sql(found).all())
    out = []
    for row in r.conn.execute(select(worker).where(worker.c.status == "active").order_by(worker.c.handle)).all():
        there = row.login if r.engine == "sqlite" or row.login in ends else None
        out.append(
            Sight(
                row.handle, row.role, there, ends.get(there or ""),
                sees(row.role, holds_all=row.holds_all, team=r.agency.manager_sees_team), _count(r, row) if whole else None,
            )
        )  # fmt: skip
    return out


def _count(r: Reading, row) -> int:  # type: ignore[no-untyped-def]
    teams = r.conn.execute(select(team_supervisor.c.team_id).where(team_supervisor.c.worker_id == row.id)).scalars()
    them = replace(
        r.me, id=row.id, handle=row.handle, role=row.role, team_id=row.team_id, holds_all=bool(row.holds_all),
        teams=tuple(sorted(teams)), masked=False,
    )  # fmt: skip
    as_them = Reading(r.conn, them, r.agency, r.today, r.as_of)
    if not scope.handles(as_them):
        return 0
    open_ones = (case_file.c.closed_on.is_(None), scope.visible(as_them))
    return int(r.conn.execute(select(func.count()).select_from(case_file).where(*open_ones)).scalar_one())


def gaps(r: Reading) -> list[str]:
    """Where the database lets somebody do more, or less, than the policy says; a sentence each."""
    return _server(r.conn) if r.engine == "postgresql" else _file(r.conn)


def _file(conn: Connection) -> list[str]:
    path = str(conn.engine.url.database)
    said = []
    for name in (path, f"{path}-wal", f"{path}-shm"):
        try:
            mode = os.stat(name).st_mode
        except OSError:
            continue
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            said.append(
                _("{file} can be opened by others. Close it to them: chmod 600").format(file=os.path.basename(name))
            )
    return said


def _server(conn: Connection) -> list[str]:
    said = [
        _("{name} is missing or altered. Run: caseload upgrade").format(name=name) for name in missing_objects(conn)
    ]
    said += [
        _("The table {table} is under no policy. Run: caseload upgrade").format(table=table)
        for table in conn.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
            " AND NOT relrowsecurity AND relname <> 'alembic_version' ORDER BY 1"
        ).scalars()
    ]
    return said + _rights(conn) + _logins(conn)


def _rights(conn: Connection) -> list[str]:
    """What each group may do with each table, beside what it should; and rights of anybody else."""
    have: dict[tuple[str, str], set[str]] = {}
    found = """
      SELECT COALESCE(g.rolname, 'public'), c.relname, a.privilege_type || COALESCE(' ' || t.attname, '')
      FROM pg_class c LEFT JOIN LATERAL (
        SELECT NULL::name AS attname, c.relacl AS acl UNION ALL
        SELECT attname, attacl FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL) t ON true
      CROSS JOIN LATERAL aclexplode(t.acl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v') AND a.grantee <> c.relowner
    """
    for who, table, right in conn.exec_driver_sql(found):
        have.setdefault((who, table), set()).add(right)
    asked = {role: conn.exec_driver_sql("SELECT login_group(%s, false)", (role,)).scalar() for role in ROLES}
    groups = {role: str(name) for role, name in asked.items() if name}
    want: dict[tuple[str, str], set[str]] = {}
    for role, group in groups.items():
        for table in metadata.sorted_tables:
            want[group, table.name] = logins.each_right(table, role)
        for view in logins.VIEWS:
            want[group, view] = {"SELECT"}
    said = [
        _("No group is there for the role {role}. Run: caseload upgrade").format(role=role)
        for role in ROLES
        if role not in groups
    ]
    for who, table in sorted(want.keys() | have.keys()):
        if have.get((who, table), set()) != want.get((who, table), set()):
            said.append(
                _("{who} has other rights on {table} than its role. Run: caseload upgrade").format(who=who, table=table)
            )
    return said


def _logins(conn: Connection) -> list[str]:
    said = []
    found = text(
        "SELECT w.handle, w.login, r.rolsuper OR r.rolbypassrls AS beyond, pg_has_role(r.oid, c.relowner, 'MEMBER') AS owner,"
        " r.oid IS NULL AS missing, login_group(w.role, w.holds_all) AS wanted,"
        " ARRAY(SELECT g.name FROM login_groups() g WHERE r.oid IS NOT NULL AND pg_has_role(r.oid, g.name, 'MEMBER')) AS groups"
        " FROM worker w CROSS JOIN pg_class c LEFT JOIN pg_roles r ON r.rolname = w.login"
        " WHERE c.oid = 'worker'::regclass AND w.status = 'active' AND w.login IS NOT NULL ORDER BY w.handle"
    )
    for row in conn.execute(found):
        if row.missing:
            said.append(_("{worker} has no login on the server yet.").format(worker=row.handle))
        elif row.beyond:
            said.append(
                _("No policy asks the login of {worker}: it is a superuser's, or bypasses them.").format(
                    worker=row.handle
                )
            )
        elif row.owner:
            said.append(_("No policy asks the login of {worker}: it owns the tables.").format(worker=row.handle))
        elif row.groups != [row.wanted]:
            said.append(_("The login of {worker} is not in the group of their role alone.").format(worker=row.handle))
    strangers = conn.exec_driver_sql(
        "SELECT r.rolname FROM login_groups() g JOIN pg_roles h ON h.rolname = g.name JOIN pg_auth_members m ON m.roleid = h.oid"
        " JOIN pg_roles r ON r.oid = m.member JOIN pg_class c ON c.oid = 'worker'::regclass"
        " WHERE NOT r.rolsuper AND r.oid <> c.relowner AND NOT EXISTS (SELECT 1 FROM worker w WHERE w.login = r.rolname"
        " AND w.status = 'active') GROUP BY r.rolname ORDER BY r.rolname"
    ).scalars()  # fmt: skip
    said += [_("The login {login} is in a group, and no worker's.").format(login=login) for login in strangers]
    return said
