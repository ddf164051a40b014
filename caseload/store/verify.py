"""Holding the journal and the stored ranks against what they claim."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from ..messages import _
from ..models import journal
from .database import Reading
from .ddl import missing_objects
from .engine import digest
from .sweep import differing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at and what was found wrong, in sentences."""

    rows: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


def verify_journal(r: Reading, limit: int = 50) -> Verdict:
    """Each journal row against its own hash, and its payload against the hash the row keeps.

    A payload that is no longer there is a fault unless its erasure was recorded.
    """
    sqlite = r.engine == "sqlite"
    at = "j.at" if sqlite else "(extract(epoch FROM j.at) * 1000000)::bigint::text"
    rows = r.conn.execution_options(yield_per=2000).execute(
        text(
            f"SELECT j.id, {at}, j.change_id, j.worker_id, j.login, j.table_name, j.row_id, j.case_id, j.op, j.columns,"
            " j.payload_hash, j.hash, p.salt, p.body FROM journal j LEFT JOIN payload p ON p.id = j.id ORDER BY j.id"
        )
    )
    seen, faults = 0, []
    for (
        id_,
        when,
        change_id,
        worker_id,
        login,
        table,
        row_id,
        case_id,
        op,
        columns,
        payload_hash,
        hash_,
        salt,
        body,
    ) in rows:
        seen += 1
        said = "|".join(
            str(part if part is not None else "")
            for part in (when, change_id, worker_id, login, table, row_id, case_id, op, columns, payload_hash)
        )
        if digest(said) != hash_:
            faults.append(_("Journal row {row} does not agree with its hash.").format(row=id_))
        elif body is None:
            faults.append(_("Journal row {row} has lost its payload.").format(row=id_))
        elif digest(salt + body) != payload_hash:
            faults.append(_("The payload of journal row {row} does not agree with its hash.").format(row=id_))
        if len(faults) >= limit:
            break
    return Verdict(seen, tuple(faults))


def check(r: Reading) -> Verdict:
    """The stored ranks against the naive query, and the triggers against their definitions."""
    faults = [
        _("The trigger or function {name} is missing or altered. Run: caseload upgrade").format(name=n)
        for n in missing_objects(r.conn)
    ]
    wrong = differing(r.conn, r.today)
    faults += [_("The stored rank of case {number} differs from its facts.").format(number=number) for number in wrong]
    faults += _integrity(r.conn)
    return Verdict(int(r.conn.execute(select(func.count()).select_from(journal)).scalar_one()), tuple(faults))


def _integrity(conn: Connection) -> list[str]:
    if conn.dialect.name != "sqlite":
        return []
    said = [row[0] for row in conn.exec_driver_sql("PRAGMA quick_check(5)") if row[0] != "ok"]
    said += [
        _("A row of {table} points at something that is not there.").format(table=row[0])
        for row in conn.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    return said
