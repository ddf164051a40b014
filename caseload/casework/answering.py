"""Who answers for a case besides the one who holds it: whom it is offered to, its custodian, and who covers while its worker
is away. What the person who asks may do about each is said with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Row, or_, select

from ..models import absence, case_file, cover, cover_case, worker
from ..store import scope
from ..store.database import Reading
from . import glass, offers
from .offers import TransferRow

if TYPE_CHECKING:
    from .custodians import RestrictedRow


@dataclass(frozen=True, slots=True)
class Covered:
    """The absence of a case's worker: until when and why, and who covers this case; nobody where `by` is empty."""

    absence: int
    worker: str
    from_on: date
    to_on: date
    why: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """What runs today, and what the person who asks may do: answer or withdraw the offer, restrict the case or change its
    restriction, end the absence. `broken`: until when that person has the case open in an emergency."""

    offer: TransferRow | None = None
    custody: RestrictedRow | None = None
    cover: Covered | None = None
    may_answer: bool = False
    may_withdraw: bool = False
    may_restrict: bool = False
    may_cover: bool = False
    broken: datetime | None = None

    @property
    def quiet(self) -> bool:
        """Whether nobody but its worker answers for the case."""
        return self.offer is None and self.custody is None and self.cover is None


NOBODY = Answering()


def of_case(r: Reading, case_id: int) -> Answering:
    """What runs today of a case; nothing of one that is out of sight."""
    row = r.conn.execute(select(case_file).where(case_file.c.id == case_id, scope.visible(r))).first()
    return of_row(r, row) if row is not None else NOBODY


def of_row(r: Reading, row: Row) -> Answering:  # type: ignore[type-arg]
    """The same of a case whose row was read, by who sees it."""
    case_id = row.id
    offer = next(iter(offers.listed(r, case=case_id)), None)
    custody = None
    if row.restricted:
        from . import custodians  # every preview reads this, and few cases are restricted

        custody = next(iter(custodians.listed(r, case=case_id)), None)
    cover_ = _cover(r, row)
    may_cover = False
    if cover_ is not None:
        from . import absences  # and few are covered

        may_cover = absences.may_set(r, row.owner_id)
    if not r.me.sees_identity:
        # Reasons are people's own words, as everywhere on the page.
        offer, custody = offer and replace(offer, why=""), custody and replace(custody, why="")
        cover_ = cover_ and replace(cover_, why="")
    return Answering(
        offer,
        custody,
        cover_,
        may_answer=offer is not None and (r.me.holds_all or offer.to_worker == r.me.handle),
        may_withdraw=offer is not None and (offer.offered_by == r.me.handle or scope.may_move(r, row)),
        may_restrict=row.closed_on is None and scope.may_restrict(r, row),
        may_cover=may_cover,
        broken=next((until for who, until, _why in glass.lasting(r, case_id) if who == r.me.id), None),
    )


def _cover(r: Reading, row: Row) -> Covered | None:  # type: ignore[type-arg]
    """The absence that runs today, and who of its cover has this case: the share it fell to, else the one without a query."""
    if row.owner_id is None or row.closed_on is not None:
        return None
    away = r.conn.execute(
        select(absence, worker.c.handle)
        .join(worker, worker.c.id == absence.c.worker_id)
        .where(absence.c.worker_id == row.owner_id, *scope.running(r))
        .order_by(absence.c.to_on.desc(), absence.c.id)
    ).all()
    if not away:
        return None
    # A restricted case is opened to nobody by a cover: its custodian answers for it.
    runs = [one.id for one in away]
    fallen = select(cover_case.c.absence_id, cover_case.c.share).where(
        cover_case.c.case_id == row.id, cover_case.c.absence_id.in_(runs)
    )
    drawn = [(cover.c.absence_id == one.absence_id) & (cover.c.share == one.share) for one in r.conn.execute(fallen)]
    here = (
        select(worker.c.handle)
        .join(cover, cover.c.worker_id == worker.c.id)
        .where(or_(*drawn) if drawn else cover.c.absence_id.in_(runs) & cover.c.query.is_(None))
        .order_by(cover.c.id)
    )
    by = () if row.restricted else tuple(dict.fromkeys(r.conn.execute(here).scalars()))
    first = away[0]
    return Covered(first.id, first.handle, first.from_on, first.to_on, first.why, by)
