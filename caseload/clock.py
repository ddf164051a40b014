"""The agency's day. Due days are its local dates; instants are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import Usage


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises Usage."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Usage(f"{name!r} is not a time zone. Use a name such as Europe/Rome or America/New_York.") from None


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime, where: ZoneInfo) -> date:
    """The agency's local date of a moment."""
    return moment.astimezone(where).date()
