"""Setting up: founding an agency, bringing its database up to date, and the first act of a day."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from zoneinfo import available_timezones

from ..errors import Unreachable
from ..messages import _
from ..settings import Settings
from ..store import logins, migrate
from ..store.database import Database, Receipt
from ..store.engine import open_engine, sqlite_path, translated
from ..store.founding import Founding, found
from . import assign, staff, values


def init(
    settings: Settings,
    *,
    agency: str,
    admin: str,
    name: str | None = None,
    login: str | None = None,
    timezone: str | None = None,
) -> Receipt:
    """Make a new database with its agency; its admin is the caller, unless a login is named.

    Raises Refused where something is already there, Usage for a handle or time zone that cannot be.
    """
    handle = staff.handle_of(admin)
    wish = Founding(
        values.name(_("The agency's name"), agency, needed=True), timezone or local_zone(), handle,
        values.name(_("The name"), name or handle, needed=True), login,
    )  # fmt: skip
    found(settings, wish)
    words = _("Founded {agency}; its admin is {admin}.").format(agency=wish.name, admin=handle)
    return Receipt(None, words, undoable=False, data={"agency": wish.name, "admin": handle, "timezone": wish.timezone})


def local_zone() -> str:
    """The machine's time zone by its IANA name, UTC where it does not say."""
    named = [os.environ.get("TZ", "").lstrip(":")]
    with suppress(OSError):
        named.append(Path("/etc/timezone").read_text("utf-8").strip())
    with suppress(OSError):
        named.append(str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2])
    known = available_timezones()
    return next((zone for zone in named if zone in known), "UTC")


def upgrade(settings: Settings) -> Receipt:
    """Bring the database's tables and triggers to this software's version. Safe to run again."""
    path = sqlite_path(settings.database)
    if path is not None and not path.is_file():
        raise Unreachable(_("There is no database at that place."))
    engine = open_engine(settings.database, migrating=True)
    try:
        with translated():
            with engine.connect() as conn:
                before = migrate.standing(conn)
            if before == "newer":
                raise Unreachable(
                    _("The database is newer than this caseload. Install the newer caseload and try again.")
                )
            migrate.upgrade(engine)
            if path is None:
                with engine.begin() as conn:
                    logins.grant_all(conn)
    finally:
        engine.dispose()
    said = _("The database is up to date.") if before == "current" else _("Brought the database up to date.")
    return Receipt(None, said, undoable=False)


def morning(db: Database) -> Receipt | None:
    """What the first act of a day does for everybody: moves set for today, and who has had their last day goes. Does
    nothing where none waits; else returns the last of what it did."""
    with db.read() as r:
        waiting = 0 if r.as_of else assign.due_moves(r)
        going = [] if r.as_of else staff.departures_due(r)
    done = None
    if waiting:
        with db.work("carry_out_moves") as w:
            done = assign.carry_out_due(w)
    if going:
        from . import leavers
    for one in going:
        with db.work("worker_leaves") as w:
            done = leavers.carry_out_due(w, one)
    return done
