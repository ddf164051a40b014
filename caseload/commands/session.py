"""What one command line asked for: where the data is, who is asking, as of when. Passed to every command."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from caseload.errors import CaseloadError, Unreachable, Usage
from caseload.messages import _

from .terminal import say, shown

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from caseload.settings import Settings
    from caseload.store.database import Database, Reading, Receipt, Work


class Session:
    """The global options of one command line; opens the database once, when it is first needed."""

    def __init__(
        self,
        database: str | None = None,
        worker: str | None = None,
        today: str | None = None,
        key_fd: str | None = None,
    ) -> None:
        self._given = (database, worker, today, key_fd)
        self._settings: Settings | None = None
        self._db: Database | None = None

    @classmethod
    @contextmanager
    def at(cls, settings: Settings) -> Iterator[Session]:
        """A session in the database that these settings name."""
        opened = cls()
        opened._settings = settings
        try:
            yield opened
        finally:
            opened.close()

    @property
    def settings(self) -> Settings:
        """Where the data is and who is asking. Raises Usage for an option that makes no sense."""
        if self._settings is None:
            from caseload.settings import load

            from .unlock import ready

            database, worker, today, key_fd = self._given
            self._settings = load(database=database, as_worker=worker, today=today, key_fd=key_fd)
            ready(self._settings)
        return self._settings

    @property
    def db(self) -> Database:
        """The database. Nothing is opened before the first read."""
        if self._db is None:
            from caseload.store.connect import connect

            self._db = connect(self.settings)
        return self._db

    def read(self) -> AbstractContextManager[Reading]:
        """A reading by this person, on their day. Raises Unreachable or NotPermitted."""
        return self.db.read()

    def morning(self) -> None:
        """Carry out what was set for today, whoever comes first; where that is not possible just now, go on without."""
        from caseload.casework import morning

        with suppress(CaseloadError):
            morning.come(self.db)

    def act(self, verb: str, do: Callable[[Work], Receipt], *, why: str = "") -> Receipt:
        """One act in one transaction. Where the connection was lost on the way, asks whether it had committed."""
        self.morning()
        uid = str(uuid.uuid4())
        try:
            with self.db.work(verb, why=why, uid=uid) as work:
                return do(work)
        except Unreachable as lost:
            try:
                kept = self.db.committed(uid)
            except CaseloadError:
                kept = None
            if kept is None:
                raise lost from None
            return kept

    def close(self) -> None:
        """Let go of the database."""
        if self._db is not None:
            from caseload.store.connect import exposed

            if words := exposed(self._db):
                say(words)
            self._db.close()


def check_why(identified: bool, why: str | None) -> None:
    """Raises Usage unless `--identified` and `--why` come together."""
    if identified and not (why or "").strip():
        raise Usage(_("--identified needs --why TEXT: it goes on the record."))
    if why is not None and not identified:
        raise Usage(_("--why goes with --identified here."))


def looked(asked: Session, surface: str, identified: bool, why: str | None) -> None:
    """Put it on the record, before anything is read, where names are about to leave for a pipe or a file.

    Raises Usage unless `--identified` and `--why` come together.
    """
    check_why(identified, why)
    if identified:
        from caseload.casework.looks import announce_export

        announce_export(asked.db, surface, why or "")


def names_shown(identified: bool) -> bool:
    """Whether this output may carry names, birth dates and texts: at a terminal, or asked for with a reason."""
    return shown() or identified


def flush() -> None:
    """Hand on what was printed so far, before something slow."""
    sys.stdout.flush()
