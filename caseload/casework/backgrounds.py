"""The history a client brings along, in sections. Told anew, a section is written over; what was told before is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from ..errors import Conflict
from ..messages import _
from ..models import background, narrative, worker
from ..models.assessment import SECTIONS as SECTIONS
from ..store.database import Reading, Receipt, Work
from . import attention, find, scratches, values

_b = background.c


@dataclass(frozen=True, slots=True)
class BackgroundRow:
    """One section as it was last told; text is None for who reads no prose."""

    id: int
    case_id: int
    section: str
    text: str | None
    by: str
    on: date
    version: int


@dataclass(frozen=True, slots=True)
class Told:
    """A section as it read at one time."""

    at: datetime
    by: str
    text: str


def write(
    w: Work, case: str | int, section: str, text: str, *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Write a section, or write it anew. `seen` is the version that was read, 0 where nothing stood there. Raises Usage for an
    unknown section and no words, Conflict where somebody wrote it meanwhile."""
    ref = find.to_act_on(w, [case])[0]
    values.one_of(_("section"), section, SECTIONS)
    body = values.prose(_("The text"), text)
    row = w.conn.execute(select(background).where(_b.case_id == ref.id, _b.section == section)).first()
    changed = _("Someone else wrote that section meanwhile. Nothing was changed; look again.")
    if seen is not None and seen != (row.version if row is not None else 0):
        raise Conflict(changed)
    prose = {"case_id": ref.id, "worker_id": w.me.id, "body": body, "at": w.now}
    if row is None:
        made = {"narrative_id": w.add(narrative, prose), "worker_id": w.me.id, "on_date": w.today}
        key = w.add(background, {"case_id": ref.id, "section": section, **made})
        said = _("Wrote a section of the history")
    else:
        key = row.id
        told = w.add(narrative, prose | {"supersedes_id": row.narrative_id})
        new = {"narrative_id": told, "worker_id": w.me.id, "on_date": w.today, "version": row.version + 1}
        if not w.conn.execute(update(background).where(_b.id == key, _b.version == row.version).values(new)).rowcount:
            raise Conflict(changed)
        said = _("Wrote a section of the history anew")
    attention.taken_up(w, [ref.id])
    scratches.clear(w, scratch)
    return w.receipt(said, cases=[ref.id], data={"background": key})


def of_case(r: Reading, case_id: int, *, told: bool = True) -> tuple[BackgroundRow, ...]:
    """The sections that were told, in their order. Text only where `told`. For callers that have asked whether the case may be
    seen with who its client is."""
    if r.me.masked:
        from . import veil

        return veil.worded(r, case_id, of_case(veil.lifted(r), case_id, told=told))
    found = (
        select(background, worker.c.handle, (narrative.c.body if told else narrative.c.id).label("body"))
        .join(worker, worker.c.id == _b.worker_id)
        .outerjoin(narrative, narrative.c.id == _b.narrative_id)
        .where(_b.case_id == case_id, _b.on_date <= r.today)
    )
    rows = [
        BackgroundRow(
            row.id, row.case_id, row.section, row.body if told else None, row.handle, row.on_date, row.version
        )
        for row in r.conn.execute(found)
    ]
    return tuple(sorted(rows, key=lambda one: SECTIONS.index(one.section)))


def earlier(r: Reading, case_id: int, section: str) -> tuple[Told, ...]:
    """How a section has read, newest first, as it reads now among them. For callers that have opened the case: it is prose."""
    values.one_of(_("section"), section, SECTIONS)
    if r.me.masked:
        from . import veil

        return veil.worded(r, case_id, earlier(veil.lifted(r), case_id, section))
    at = r.conn.execute(select(_b.narrative_id).where(_b.case_id == case_id, _b.section == section)).scalar()
    found = []
    while at is not None:
        of = select(narrative, worker.c.handle).join(worker, worker.c.id == narrative.c.worker_id)
        row = r.conn.execute(of.where(narrative.c.id == at)).first()
        if row is None:
            break
        found.append(Told(row.at, row.handle, row.body))
        at = row.supersedes_id
    return tuple(found)


def section_words(section: str) -> str:
    """A section of the history as people call it."""
    return {
        "social": _("Social"), "educational": _("School and work"), "legal": _("Legal"),
        "institutional": _("Institutions"), "substance": _("Substances"),
    }.get(section, section)  # fmt: skip
