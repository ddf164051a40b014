"""What the screen asks of the practice about cases on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..casework.permits import Permit
    from ..store.database import Reading


def permit(r: Reading, key: int, recipient: str) -> Permit | str:
    """The record by which the whole of a case may go to that recipient, the client where none is named; or why it may not."""
    from ..casework import permits
    from ..casework.consents import CLIENT, KINDS

    return permits.may_go(r, key, recipient or CLIENT, KINDS)


def recipients(r: Reading, key: int) -> tuple[str, ...]:
    """Those whom a consent in force names for a case."""
    from . import permitting

    return tuple(dict.fromkeys(one.recipient for one in permitting.running(r, key) if one.recipient))
