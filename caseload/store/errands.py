"""Acts that may leave no case behind, by who does not see all of them: announced and committed first, on record for each case."""

from __future__ import annotations

from .database import Reading


def announce(r: Reading, worker_id: int) -> None:
    """An admin lets somebody go: of the restricted cases these hold or answer for, the admin sees from now on that they are
    there, for five minutes, and no name or word. On SQLite, where files are the boundary, nothing needs to be asked."""
    if r.engine == "postgresql":
        with r.conn.engine.connect() as other, other.begin():
            other.exec_driver_sql("SELECT announce_errand(%s)", (worker_id,))
