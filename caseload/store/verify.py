"""Holding the journal and the stored ranks against what they claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, text

from ..errors import Usage
from ..messages import _
from ..models import journal, seal
from . import fitting, seals
from .database import Reading
from .ddl import missing_objects
from .engine import digest
from .seals import Seal
from .sweep import differing
from .tampering import Checker, Flaw


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at and what was found wrong, in sentences."""

    rows: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class JournalVerdict(Verdict):
    """The same of the journal: how many seals there are, how many rows no seal covers yet, and the newest seal."""

    seals: int = 0
    unsealed: int = 0
    newest: Seal | None = None


def verify_journal(r: Reading, limit: int = 50, anchor: str | None = None) -> JournalVerdict:
    """Each journal row against its own hash, its payload against the hash the row keeps, and all of them against the seals.

    The reading must see the data of one moment (`snapshot`). A payload that is no longer there is a fault unless its erasure
    was recorded. `anchor` is a seal as an export's manifest or `journal anchor` gave it: it must be there still.
    Raises Usage for an anchor that is none.
    """
    return verify_rows(r.conn, limit, anchor)


def verify_rows(conn: Connection, limit: int = 50, anchor: str | None = None) -> JournalVerdict:
    """The same where nobody has been identified yet."""
    newest = seals.newest(conn)
    faults = [] if anchor is None else _held(conn, anchor, newest)
    checker = Checker(seals.every(conn), seals.latecomers(conn), newest)
    seen = 0
    for row, hash_, agrees, payload_agrees in _rows(conn):
        seen += 1
        in_seal = checker.take(row, hash_, bool(agrees and payload_agrees))
        if not (agrees and payload_agrees):
            faults.append(_fault(row, in_seal, agrees, payload_agrees))
        if len(faults) + len(checker.flaws) >= limit:
            break
    else:
        checker.finish()
    faults += [_sentence(flaw) for flaw in checker.flaws]
    return JournalVerdict(seen, tuple(faults), checker.seals, checker.unsealed, newest)


def _rows(conn: Connection) -> Iterator[tuple[int, str, bool, bool | None]]:
    """Every journal row in the order of its key: its hash, whether that stands, and its payload's; None where that is gone."""
    sqlite = conn.dialect.name == "sqlite"
    if not sqlite and conn.exec_driver_sql("SELECT row_security_active('journal')").scalar_one():
        # Whoever may not read what was done has the server hash it.
        hashed = "SELECT id, hash, agrees, payload_agrees FROM journal_hashes ORDER BY id"
        for id_, hash_, agrees, kept in conn.execute(text(hashed), execution_options={"yield_per": 2000}):
            yield id_, hash_, agrees, kept
        return
    at = "j.at" if sqlite else "(extract(epoch FROM j.at) * 1000000)::bigint::text"
    rows = conn.execute(
        text(
            f"SELECT j.id, {at}, j.change_id, j.worker_id, j.login, j.table_name, j.row_id, j.case_id, j.op, j.columns,"
            " j.payload_hash, j.hash, p.salt, p.body FROM journal j LEFT JOIN payload p ON p.id = j.id ORDER BY j.id"
        ),
        execution_options={"yield_per": 2000},
    )
    for id_, *parts, payload_hash, hash_, salt, body in rows:
        rest = "|".join(str(part if part is not None else "") for part in (*parts[1:], payload_hash))
        # What came over from the other engine was hashed with its moment as that one writes it.
        agrees = any(digest(f"{moment}|{rest}") == hash_ for moment in _spellings(str(parts[0])))
        yield id_, hash_, agrees, None if body is None else digest(salt + body) == payload_hash


def _spellings(at: str) -> Iterator[str]:
    """A moment as the engine at hand writes it into a hash (SQLite its text, PostgreSQL microseconds), then as the other does."""
    yield at
    epoch, microsecond = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
    with suppress(ValueError, OverflowError):  # what was tampered with need be no moment
        if at.lstrip("-").isdigit():
            yield (epoch + int(at) * microsecond).strftime("%Y-%m-%d %H:%M:%S.%f")
        else:
            yield str((datetime.fromisoformat(at).replace(tzinfo=UTC) - epoch) // microsecond)


def _fault(id_: int, in_seal: int | None, agrees: bool, payload_agrees: bool | None) -> str:
    """What is wrong with a journal row by itself, and which seal it falls under, if one does yet."""
    row = str(id_) if in_seal is None else _("{row} (seal {seal})").format(row=id_, seal=in_seal)
    if not agrees:
        return _("Journal row {row} does not agree with its hash.").format(row=row)
    if payload_agrees is None:
        return _("Journal row {row} has lost its payload.").format(row=row)
    return _("The payload of journal row {row} does not agree with its hash.").format(row=row)


def _sentence(flaw: Flaw) -> str:
    rows = str(flaw.first) if flaw.first == flaw.last else f"{flaw.first}-{flaw.last}"
    match flaw.kind:
        case "gone":
            return _("Sealed and gone since: journal row {rows} (seal {seal}).").format(rows=rows, seal=flaw.seal)
        case "added":
            return _("Journal row {rows} was put in after seal {seal} was made.").format(rows=rows, seal=flaw.seal)
        case "altered":
            return _("Journal rows {rows} are not what was sealed in seal {seal}.").format(rows=rows, seal=flaw.seal)
    if flaw.first <= flaw.last:
        return _("Seal {seals} is missing; what it covered is no longer held.").format(seals=rows)
    return _("Seal {seal} does not follow from the one before it.").format(seal=flaw.seal)


def _held(conn: Connection, anchor: str, newest: Seal | None) -> list[str]:
    """Whether a seal that was copied elsewhere is still the one that stands here."""
    number, _colon, wanted = anchor.strip().partition(":")
    if not number.isdigit() or not re.fullmatch("[0-9a-f]{64}", wanted):
        raise Usage(_("An anchor is a number, a colon and 64 digits, as journal anchor prints it."))
    found = conn.execute(select(seal.c.hash).where(seal.c.id == int(number))).scalar()
    if found == wanted:
        return []
    if found is None:
        last = newest.id if newest else 0
        return [_("Seal {seal} is gone: the journal was cut off after seal {last}.").format(seal=number, last=last)]
    return [_("Seal {seal} is another one than the anchor says: the journal was rewritten.").format(seal=number)]


def check(r: Reading) -> Verdict:
    """The stored ranks against the naive query, and the triggers against their definitions.

    Raises OtherSchema where tables or columns are missing.
    """
    fitting.must_have_tables(r.conn)
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
