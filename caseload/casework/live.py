"""What others have done since: asked for when the database says that something has changed, never told in advance.

SQLite counts every commit (`PRAGMA data_version`, a few microseconds to ask). PostgreSQL says the number of a change as it
commits (NOTIFY), and nothing else: what was changed is then read like anything else, under the rights of who reads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, union

from ..models import alert, alias, case_file, change, channel, client, identity, journal, packet, packet_answer, person
from ..store import cipher
from ..store.database import CHANNEL, Database
from ..store.engine import translated

# Changes commit in another order than they are numbered: so many back are looked at again.
_BACK = 200
# A change of more cases than this is told as one of these.
MOST = 1000
_OF_A_CLIENT = (client, identity, channel, alias, alert, person)


class Watch:
    """One screen's ear, with a connection of its own. Not for two threads at once. Every method raises CaseloadError."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._held: Any
        self._raw: Any
        with translated():
            if db.is_sqlite:
                # A bare line: counting commits needs no table, so the megabytes of a read schema are saved.
                path = Path(str(db.engine.url.database))
                self._held = self._raw = cipher.connect(path, cipher.key_for(path))
                self._count = self._counted()
            else:
                self._held = db.engine.raw_connection()
                self._raw = self._held.driver_connection
                self._held.detach()  # it is not one of the few that reading and writing share
                self._raw.rollback()
                self._raw.autocommit = True
                self._raw.execute(f"LISTEN {CHANNEL}")
        self._known: set[int] = set()
        self._newest = 0
        self._new_changes()

    @property
    def socket(self) -> int | None:
        """What becomes readable when there is something to hear; None where one must ask."""
        return None if self._db.is_sqlite else int(self._raw.fileno())

    def news(self, *, sure: bool = False) -> Mapping[int, Collection[int]]:
        """The changes that committed since this was last asked, each with the cases it touched. Without `sure` only a hint
        that there is something makes it look."""
        with translated():
            hinted = self._hinted()
        if not hinted and not sure:
            return {}
        new = self._new_changes()
        return self._cases(new) if new else {}

    def close(self) -> None:
        """Lets go of the connection."""
        with suppress(Exception):
            self._held.close()

    def _hinted(self) -> bool:
        if not self._db.is_sqlite:
            return bool(list(self._raw.notifies(timeout=0)))
        before, self._count = self._count, self._counted()
        return self._count != before

    def _counted(self) -> int:
        return int(self._raw.execute("PRAGMA data_version").fetchone()[0])

    def _new_changes(self) -> set[int]:
        with self._db.read() as r:
            back = select(change.c.id).where(change.c.id > self._newest - _BACK) if self._newest else None
            if back is None:
                back = select(change.c.id).order_by(change.c.id.desc()).limit(_BACK)
            found = set(r.conn.execute(back).scalars())
        new = found - self._known
        self._known = found
        self._newest = max(found, default=self._newest)
        return new

    def _cases(self, changes: Collection[int]) -> dict[int, list[int]]:
        by_change: dict[int, list[int]] = {one: [] for one in changes}
        with self._db.read() as r:
            for change_id, case_id in r.conn.execute(_touched(changes)):
                by_change[change_id].append(case_id)
        return by_change


def _touched(changes: Collection[int]) -> Select[Any]:
    """Changes and the cases they touched: by the journal's own word, through the client where a client was changed, and through the packet
    that was answered."""
    mine = journal.c.change_id.in_(changes)
    parts = [select(journal.c.change_id, journal.c.case_id).where(mine, journal.c.case_id.is_not(None))]
    for table in _OF_A_CLIENT:
        who = table.c.id if table is client else table.c.client_id
        parts.append(
            select(journal.c.change_id, case_file.c.id)
            .join(table, table.c.id == journal.c.row_id)
            .join(case_file, case_file.c.client_id == who)
            .where(mine, journal.c.table_name == table.name)
        )
    # What a consultant answers names no case; whoever works with the case finds it by the packet.
    parts.append(
        select(journal.c.change_id, packet.c.case_id)
        .join(packet_answer, packet_answer.c.id == journal.c.row_id)
        .join(packet, packet.c.id == packet_answer.c.packet_id)
        .where(mine, journal.c.table_name == "packet_answer")
    )
    every = union(*parts).subquery()
    return select(every.c[0], every.c[1]).order_by(every.c[0]).limit(MOST)
