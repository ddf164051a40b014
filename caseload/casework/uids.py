"""UUIDv7 for clients and cases: what imports and merges know them by. The standard library has it from Python 3.14."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> str:
    """A UUID that sorts by the millisecond it was made (RFC 9562, 5.7)."""
    if hasattr(uuid, "uuid7"):
        return str(uuid.uuid7())
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))
