"""Case numbers are drawn by lot, and what is equal otherwise stands in their order: in a test, the same lots every time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from caseload.casework import numbers

_SALT = os.environ.get("LOTS", "")


@contextmanager
def lots(name: str) -> Iterator[None]:
    """The lots of that name: always the same numbers. `LOTS=2 make test` draws others."""
    kept: Any = numbers.draw.__kwdefaults__
    numbers.draw.__kwdefaults__ = {"below": Random(name + _SALT).randrange}
    try:
        yield
    finally:
        numbers.draw.__kwdefaults__ = kept
