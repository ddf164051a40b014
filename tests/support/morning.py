"""The hour of the tests: ten in the morning, whatever the clock on the wall says, so that none runs into a midnight
or asks for what happened at eight before it is eight. From there time passes as it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

# Where the agencies of the tests are: its day is the tests' day, also in the hours in which London still has the one before.
ZONE = ZoneInfo("Europe/Rome")


def from_ten() -> Callable[[], datetime]:
    """A clock that stands at ten of this day now, and goes on."""
    began = datetime.now(UTC)
    ten = began.astimezone(ZONE).replace(hour=10, minute=0, second=0).astimezone(UTC)
    return lambda: ten + (datetime.now(UTC) - began)
