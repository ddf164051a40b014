"""Setting up: founding an agency, bringing its database up to date, and the first act of a day."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import select, update

from ..errors import NotPermitted, Unreachable, Usage
from ..messages import _
from ..models import agency as agency_table
from ..models.agency import DECIDED, WEEKS
from ..settings import Settings
from ..store import fitting, logins, migrate, scope
from ..store.database import Reading, Receipt, Work
from ..store.engine import open_engine, sqlite_path, translated
from ..store.founding import Founding, found
from . import amounts, load_kinds, retention, staff, travel, values


def init(
    settings: Settings,
    *,
    agency: str,
    admin: str,
    name: str | None = None,
    login: str | None = None,
    timezone: str | None = None,
    currency: str = amounts.USUAL_CURRENCY,
) -> Receipt:
    """Make a new database with its agency; its admin is the caller, unless a login is named.

    Raises Refused where something is already there, Usage for a handle, time zone or currency that cannot be.
    """
    handle = staff.handle_of(admin)
    wish = Founding(
        values.name(_("The agency's name"), agency, needed=True), timezone or local_zone(), handle,
        values.name(_("The name"), name or handle, needed=True), login, currency=amounts.currency(currency),
    )  # fmt: skip
    password = found(settings, wish)
    words = _("Founded {agency}; its admin is {admin}.").format(agency=wish.name, admin=handle)
    data = {"agency": wish.name, "admin": handle, "timezone": wish.timezone, "currency": wish.currency}
    if password is not None:
        data |= {"login": str(login), "password": password}
    return Receipt(None, words, undoable=False, data=data)


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
                if before not in ("empty", "older"):
                    # Its triggers may well be another's: they are what is made anew.
                    fitting.must_have_tables(conn)
            migrate.upgrade(engine)
            if path is None:
                with engine.begin() as conn:
                    logins.settle(conn)
    finally:
        engine.dispose()
    said = _("The database is up to date.") if before == "current" else _("Brought the database up to date.")
    return Receipt(None, said, undoable=False)


# How it is written what an agency decides for all its people.
SETTINGS = DECIDED
_YES_NO = {"yes": True, "no": False}
_MOST_WEEKS = 12


def decided(r: Reading) -> dict[str, str]:
    """What the agency has decided: `yes` or `no`, by which load model loads are told, in which currency amounts are, and after how
    many weeks it is warned."""
    row = r.conn.execute(select(*(agency_table.c[name] for name in SETTINGS))).one()
    return {name: decided_as(value) for name, value in zip(SETTINGS, row, strict=True)}


def decided_as(value: object) -> str:
    """A decision as it is shown."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def decide(w: Work, changes: Mapping[str, str]) -> Receipt:
    """Decide for the agency. Only an admin may.

    Raises NotPermitted, and Usage for a setting or an answer there is none of.
    """
    if not scope.may_administer(w):
        raise NotPermitted(_("Only an admin decides for the agency."))
    wanted: dict[str, bool | str | int] = {}
    for name, answer in changes.items():
        values.one_of(_("setting of the agency"), name, SETTINGS)
        if name == "load_model":
            wanted[name] = load_kinds.model_named(answer.lower())
        elif name == "currency":
            wanted[name] = amounts.currency(answer)
        elif name in WEEKS:
            wanted[name] = _weeks(answer)
        elif name == "office_place":
            wanted[name] = travel.known_place(w, answer)
        elif name in ("travel_kmh", "travel_minutes"):
            wanted[name] = travel.whole(name, answer)
        elif name == "document_mb":
            wanted[name] = retention.megabytes(answer)
        elif name == "document_years":
            wanted[name] = retention.decided(answer)
        else:
            wanted[name] = _YES_NO[values.one_of(_("answer"), answer.lower(), tuple(_YES_NO))]
    before = decided(w)
    new = {name: value for name, value in wanted.items() if before[name] != decided_as(value)}
    if not new:
        return w.nothing(_("It is decided so already."))
    w.conn.execute(update(agency_table).values(new))
    return w.receipt(_("Decided for the agency: {what}").format(what=", ".join(sorted(new))))


def _weeks(answer: str) -> int:
    """A number of weeks from 0, which is never, to 12."""
    if not (answer.isascii() and answer.isdigit() and int(answer) <= _MOST_WEEKS):
        raise Usage(_("Give a number of weeks from 0, which is never, to {most}.").format(most=_MOST_WEEKS))
    return int(answer)
