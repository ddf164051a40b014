"""By what rows are known outside: UUIDv7 for clients and cases (imports and merges; the standard library has it from Python 3.14), and
the UID of a task in a calendar."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import datetime

# UUIDs of tasks, which have none of their own, are made of this and the row (RFC 9562, 5.5).
_TASKS = uuid.UUID("6f2b5a58-6a0c-5d0e-9d3e-3f4f0a7c2b11")


def uuid7() -> str:
    """A UUID that sorts by the millisecond it was made (RFC 9562, 5.7)."""
    if hasattr(uuid, "uuid7"):
        return str(uuid.uuid7())
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


def task_uid(key: int, created_at: datetime) -> str:
    """What a task is called in a calendar: the same as long as the row lives."""
    return str(uuid.uuid5(_TASKS, f"{key}/{created_at:%Y%m%dT%H%M%S.%f}"))
