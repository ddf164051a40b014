"""What the appointments that a calendar brings clash with: with each other, and with what stands here, as far as it is in sight."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ...casework import clashes, judging
from ...casework.clashes import Clash, Meeting
from ...messages import _, _n
from ...models import case_file
from ...store.portions import portions
from ..rows import Reject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...store.database import Reading
    from ..stage import Stage

_WANTED = (
    "select file, row, fields, row_id from record where entity = 'appointment'"
    " and (state = 'new' or take like '%\"when\"%' or take like '%\"state\"%') order by seq"
)


def tell(r: Reading, stage: Stage, worker: int) -> int:
    """Lay down a problem `clashing` for each appointment, new or moved, that overlaps another; answers how many. It holds nothing up."""
    stage.flush()
    found = [
        (file, row, fields, row_id)
        for file, row, text, row_id in stage.run(_WANTED).fetchall()
        if (fields := json.loads(text)).get("when") and fields["state"][0] == "scheduled"
    ]
    clients = _clients(r, {fields["case"][0] for _file, _row, fields, _key in found})
    ways: dict[str, tuple[int, int]] = {}
    wanted: list[Meeting] = []
    of: list[tuple[str, int]] = []
    for file, row, fields, _key in found:
        number, place = fields["case"][0], fields["place"][0]
        if number not in clients:
            continue
        if place not in ways:
            ways[place] = judging.way(r, None, place, "in_person")
        starts, ends = (datetime.fromisoformat(one) for one in fields["when"])
        wanted.append(Meeting(starts, ends, clients[number][1], worker, *ways[place], id=-1, case=number))
        of.append((file, row))
    besides = {key for *_rest, key in found if key is not None}
    met_by = clashes.planned(r, wanted, {key for key, _client in clients.values()}, besides)
    for place, met in met_by.items():
        file, row = of[place]
        when = wanted[place].starts.astimezone(r.zone)
        said = _said(r, met)
        stage.problem(
            "clashing", Reject(file, row, "DTSTART", f"{when:%Y-%m-%d %H:%M}", _("hours that are free"), said)
        )
    stage.flush()
    return len(met_by)


def _said(r: Reading, met: Sequence[Clash]) -> str:
    """The first that is in sight by its case and hours, how many more, and whether something out of sight is there."""
    said = []
    seen = [one for one in met if one.case is not None]
    if seen:
        one = seen[0]
        starts, ends = (at.astimezone(r.zone) for at in (one.starts_at, one.ends_at))
        words = (
            _("the way overlaps {case}, {starts}–{ends}") if one.on_the_way else _("overlaps {case}, {starts}–{ends}")
        )
        said.append(words.format(case=one.case, starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}"))
        if more := len(seen) - 1:
            said.append(_n("{n} more", "{n} more", more).format(n=more))
    if len(seen) < len(met):
        said.append(_("overlaps what is out of your sight"))
    return "; ".join(said)


def _clients(r: Reading, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """(key, client) of these cases, by number."""
    found: dict[str, tuple[int, int]] = {}
    f = case_file.c
    for some in portions(sorted(wanted)):
        rows = r.conn.execute(select(f.number, f.id, f.client_id).where(f.number.in_(some)))
        found |= {row.number: (row.id, row.client_id) for row in rows}
    return found
