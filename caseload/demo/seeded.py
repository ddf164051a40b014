"""Identifiers that come from the seed, so that the same agency has the same ones."""

from __future__ import annotations

import uuid
from datetime import datetime
from random import Random


def uid7(rng: Random, moment: datetime) -> str:
    """A UUIDv7 (RFC 9562, 5.7) of a moment."""
    value = int(moment.timestamp() * 1000) << 80 | rng.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


def uid4(rng: Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
