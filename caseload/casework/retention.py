"""For how long a document is kept: by its kind, as the agency has decided, from the day it was added."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from ..errors import Usage
from ..messages import _
from ..models import agency
from ..models.document import DOCUMENT_KINDS, MOST_MB
from ..store.database import Reading

_MOST_YEARS = 100


def until(r: Reading, kind: str, day: date) -> date:
    """The last day on which a document of that kind, added that day, is kept."""
    row = r.conn.execute(select(agency.c.retain_years, agency.c.document_years)).one()
    return later(day, _read(row.document_years).get(kind, row.retain_years))


def later(day: date, years: int) -> date:
    """That day so many years later; of a leap day the day before the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def decided(answer: str) -> str:
    """Years by kind as an admin writes them (`identity=1,court=10`; nothing where all are kept alike), in one order. Raises Usage."""
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in answer.lower().split(","))):
        kind, _equals, years = (word.strip() for word in part.partition("="))
        if kind not in DOCUMENT_KINDS or not (years.isascii() and years.isdigit() and 1 <= int(years) <= _MOST_YEARS):
            raise Usage(
                _(
                    "Write kinds of documents with a number of years from 1 to {most}, such as identity=1,court=10."
                ).format(most=_MOST_YEARS),
                details=[_("Kinds: {known}").format(known=", ".join(DOCUMENT_KINDS))],
            )
        found[kind] = int(years)
    return ",".join(f"{kind}={found[kind]}" for kind in DOCUMENT_KINDS if kind in found)


def megabytes(answer: str) -> int:
    """The largest document, as an admin writes it. Raises Usage."""
    if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= MOST_MB):
        raise Usage(_("Give a number of megabytes from 1 to {most}.").format(most=MOST_MB))
    return int(answer)


def _read(text: str) -> dict[str, int]:
    return {kind: int(years) for kind, _equals, years in (one.partition("=") for one in text.split(",") if one)}
