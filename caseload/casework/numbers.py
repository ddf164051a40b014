"""Case numbers: a year and random digits, so that gaps reveal nothing, closed by a check digit that catches a slip.

The check digit is ISO/IEC 7064 MOD 11,10 over all digits before it: every single mistyped digit is caught, and nearly
every pair typed in the wrong order.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from sqlalchemy import Connection, func, select

from ..errors import Usage
from ..messages import _
from ..models import case_file

_SHAPE = re.compile(r"(\d{4})-?(\d{6,9})", re.ASCII)
# Five random digits before the check digit until a year is half full, then one more.
_DIGITS = 5


def check_digit(digits: str) -> str:
    """The check digit of a run of digits."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def compose(year: int, body: int, digits: int = _DIGITS) -> str:
    """The case number of a year and its random part."""
    text = f"{body:0{digits}d}"
    return f"{year:04d}-{text}{check_digit(f'{year:04d}{text}')}"


def parse(text: str) -> str:
    """A case number as it is written, blanks and a missing dash forgiven. Raises Usage, saying what is wrong."""
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        # What was typed is not repeated: it may be a name.
        raise Usage(_("That is not a case number. One looks like 2026-048212."))
    year, rest = match.groups()
    if check_digit(year + rest[:-1]) != rest[-1]:
        raise Usage(
            _(
                "There is a slip in case number {text}: its last digit does not fit the others. Check it and try again."
            ).format(text=f"{year}-{rest}")
        )
    return f"{year}-{rest}"


def draw(conn: Connection, year: int, count: int = 1, *, below: Callable[[int], int] = secrets.randbelow) -> list[str]:
    """That many case numbers of a year that nobody has yet, drawn at random."""
    of_year = (case_file.c.number >= f"{year:04d}-", case_file.c.number < f"{year:04d}.")
    taken = set(conn.execute(select(case_file.c.number).where(*of_year)).scalars()) if count > 20 else None
    used = len(taken) if taken is not None else int(conn.execute(select(func.count()).where(*of_year)).scalar_one())
    digits = _DIGITS
    while (used + count) * 2 > 10**digits:
        digits += 1
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        number = compose(year, below(10**digits), digits)
        if number in drawn or (taken is not None and number in taken):
            continue
        if taken is None and conn.execute(select(case_file.c.id).where(case_file.c.number == number)).first():
            continue
        drawn[number] = None
    return list(drawn)
