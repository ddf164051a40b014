"""How long the way to an appointment takes, in minutes, where nobody has said.

From the agency's office to the place, as the crow flies (the directory knows where places lie), at the agency's speed, rounded
up to five minutes; where the distance is not known, what the agency reckons with. No way to the office, to a call, or to where
the client goes alone.
"""

from __future__ import annotations

import math

from sqlalchemy import select

from ..errors import Usage
from ..messages import _
from ..models import agency, place
from ..store.database import Reading
from ..text import fold
from . import values
from .directory import DEGREE
from .finder import km_between

# No way is longer, in minutes.
MOST = 480
_STEP = 5
_LIMITS = {"travel_kmh": (1, 200), "travel_minutes": (0, MOST)}


def usual(r: Reading, where: str, mode: str) -> int:
    """The minutes that the way to a place takes, one way."""
    key = fold(where)
    if mode != "in_person" or not key:
        return 0
    office, speed, minutes = r.conn.execute(
        select(agency.c.office_place, agency.c.travel_kmh, agency.c.travel_minutes)
    ).one()
    if key == fold(office):
        return 0
    found = select(place.c.name_key, place.c.latitude, place.c.longitude).where(
        place.c.name_key.in_([key, fold(office)])
    )
    lies = {row.name_key: (row.latitude / DEGREE, row.longitude / DEGREE) for row in r.conn.execute(found)}
    if key not in lies or fold(office) not in lies:
        return int(minutes)
    hours = km_between(lies[key], lies[fold(office)]) / speed
    return int(min(MOST, math.ceil(hours * 60 / _STEP) * _STEP))


def read(text: str) -> tuple[int, int]:
    """The way as people write it: `20` there and back, or `20,5`. Raises Usage."""
    parts = [one.strip() for one in text.split(",")]
    if len(parts) not in (1, 2) or not all(one.isascii() and one.isdecimal() and len(one) < 5 for one in parts):
        raise Usage(_("The way is minutes there and back, such as 20, or 20,5 where they differ."))
    there, back = int(parts[0]), int(parts[-1])
    values.number(_("The way"), max(there, back), 0, MOST)
    return there, back


def known_place(r: Reading, name: str) -> str:
    """The name of a place of the directory as it stands there; nothing for no place. Raises Usage for an unknown one."""
    if not name.strip():
        return ""
    found = r.conn.execute(select(place.c.name).where(place.c.name_key == fold(name))).scalar()
    if found is None:
        raise Usage(_("There is no place of that name. Say where it lies with: caseload place add NAME LAT LON"))
    return str(found)


def whole(name: str, text: str) -> int:
    """What the agency decides in numbers. Raises Usage."""
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise Usage(_("{name} is a whole number.").format(name=name))
    return values.number(name, int(text), *_LIMITS[name])
