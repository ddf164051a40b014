"""What the calendar alone changes: the morning's re-ranking, and the queue as of another day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from ..models import case_file
from .dialect import Sql, bound
from .facts import GROUPS
from .rank import ranked, refresh, written

_STALE = "SELECT EXISTS (SELECT 1 FROM case_file WHERE closed_on IS NULL AND recheck_on <= :today)"


def stale(conn: Connection, today: date) -> bool:
    """Whether the day has come for any open case to be ranked anew, in sight or not."""
    if conn.dialect.name == "postgresql":
        return bool(conn.exec_driver_sql("SELECT ranks_stale(%s)", (today,)).scalar())
    return bool(conn.execute(text(_STALE), {"today": _bind(conn, today)}).scalar())


def sweep(conn: Connection, today: date) -> int:
    """Rank anew the open cases whose day has come; returns how many. Idempotent: who comes first does it."""
    if conn.dialect.name == "postgresql":
        # Whoever comes first does it for all, those included whom they do not see.
        return int(conn.exec_driver_sql("SELECT sweep_ranks()").scalar_one())
    sql = refresh(bound(conn.dialect.name), "c.closed_on IS NULL AND c.recheck_on <= :today", GROUPS)
    return conn.execute(text(sql), {"today": _bind(conn, today)}).rowcount


def differing(conn: Connection, today: date, limit: int = 20) -> list[str]:
    """Numbers of open cases whose stored facts or rank differ from the naive query over the facts."""
    if conn.dialect.name == "postgresql":
        # What a case's rank follows from is not for everybody to read who may ask whether it is right.
        found = text(f"SELECT number FROM misranked(:today) number ORDER BY number LIMIT {limit}")
    else:
        found = text(f"{misranked(bound('sqlite'))} ORDER BY k.number LIMIT {limit}")
    return list(conn.execute(found, {"today": _bind(conn, today)}).scalars())


def misranked(s: Sql) -> str:
    """A select of the numbers of those cases."""
    columns = written(GROUPS)
    kept = tuple(c for c in columns if c not in ("level", "urgency", "since_on", "recheck_on"))
    naive = ranked(s, "c.closed_on IS NULL", GROUPS, kept)
    word = "IS DISTINCT FROM" if s.postgres else "IS NOT"
    differs = " OR ".join(f"k.{c} {word} r.{c}" for c in columns)
    # A row whose day has come is known to be stale; the queue ranks it anew by itself.
    return (
        f"SELECT k.number FROM case_file k JOIN ({naive}) r ON r.id = k.id"
        f" WHERE (k.recheck_on IS NULL OR k.recheck_on > {s.today}) AND ({differs})"
    )


def shadow(conn: Connection, today: date) -> None:
    """Let this connection see the case rows as of another day, in a private table that hides the real one.

    Contacts, stages and risks after that day do not count, cases opened later are not there; who holds a case, and what
    is done or signed, is as now.
    """
    unshadow(conn)
    s = bound(conn.dialect.name)
    columns = written(GROUPS)
    kept = tuple(c for c in columns if c not in ("level", "urgency", "since_on", "recheck_on"))
    chosen = ", ".join(f"r.{c.name}" if c.name in columns else f"k.{c.name}" for c in case_file.columns)
    real = "case_file" if s.postgres else "main.case_file"
    naive = ranked(s, "c.opened_on <= :today", GROUPS, kept).replace("FROM case_file c", f"FROM {real} c")
    conn.execute(
        text(f"CREATE TEMPORARY TABLE case_file AS SELECT {chosen} FROM {real} k JOIN ({naive}) r ON r.id = k.id"),
        {"today": _bind(conn, today)},
    )
    conn.exec_driver_sql(
        "CREATE INDEX temp_case_file_id ON case_file (id)"
        if s.postgres
        else "CREATE INDEX temp.temp_case_file_id ON case_file (id)"
    )
    order = "(urgency, since_on, number)"
    conn.exec_driver_sql(f"CREATE INDEX {'' if s.postgres else 'temp.'}temp_case_file_rank ON case_file {order}")


def unshadow(conn: Connection) -> None:
    """See the real case rows again."""
    conn.exec_driver_sql(f"DROP TABLE IF EXISTS {'pg_temp' if conn.dialect.name == 'postgresql' else 'temp'}.case_file")


def _bind(conn: Connection, today: date) -> date | str:
    return today.isoformat() if conn.dialect.name == "sqlite" else today
