"""The worklist of gaps: which cases lack what in their record, and what mends it. The gaps themselves stand in `store/gaps.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, or_, select

from ..messages import _
from ..models import case_file, case_stage, client_code, identity, program, worker
from ..store import gaps, scope, selection
from ..store.database import Reading
from ..store.portions import portions
from .triage import full_name

# So many cases are asked at a time for all that they lack.
_WINDOW = 200


@dataclass(frozen=True, slots=True)
class LackRow:
    """One case and what its record lacks, by the names that `gap:` knows. `worker` is who holds it, or who closed it; `client` is
    None for those who see no identity."""

    id: int
    case: str
    client: str | None
    program: str
    worker: str | None
    gaps: tuple[str, ...]


def asked(r: Reading) -> tuple[str, ...]:
    """The gaps that are looked for: what this person may be told of; those of HMIS where a program is reported to it; and answers that
    some client has given, or HMIS wants."""
    reported = gaps.concerns(r)
    fields = set() if reported else set(r.conn.execute(select(client_code.c.field).distinct()).scalars())

    def wanted(name: str) -> bool:
        return reported or not (gaps.GAPS[name].hmis or (name in gaps.ANSWERS and gaps.code_field(name) not in fields))

    return tuple(name for name, gap in gaps.GAPS.items() if gaps.told(r, gap) and wanted(name))


def keys(r: Reading, query: str = "", *, limit: int | None = None) -> list[int]:
    """The cases in sight that answer a query and lack something, by number: open ones, and those that closed within a year where
    something about the closing is missing."""
    some = or_(*(gaps.lacks(r, name) for name in asked(r)))
    found = select(case_file.c.id).where(selection.where(r, query, open_only=False), some).order_by(case_file.c.number)
    return list(r.conn.execute(found.limit(limit) if limit is not None else found).scalars())


def of_cases(r: Reading, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What each of these cases lacks; those that lack nothing are left out."""
    names = asked(r)
    out: dict[int, tuple[str, ...]] = {}
    tests = [case((gaps.lacks(r, name), 1), else_=0).label(name) for name in names]
    for some in portions(ids, _WINDOW):
        for id_, *found in r.conn.execute(select(case_file.c.id, *tests).where(r.among(case_file.c.id, some))):
            if any(found):
                out[id_] = tuple(name for name, one in zip(names, found, strict=True) if one)
    return out


def rows(r: Reading, ids: Sequence[int]) -> list[LackRow]:
    """These cases with what they lack, in their order; those out of sight are left out."""
    s, who, closer = case_stage.alias("last_stage"), worker.alias("holder"), worker.alias("closer")
    last = (
        select(s.c.worker_id).where(s.c.case_id == case_file.c.id, s.c.stage == "closed")
        .order_by(s.c.on_date.desc(), s.c.id.desc()).limit(1).correlate(case_file).scalar_subquery()
    )  # fmt: skip
    told: dict[int, LackRow] = {}
    for some in portions(ids, _WINDOW):
        lacking = of_cases(r, some)
        found = (
            select(
                case_file.c.id, case_file.c.number, case_file.c.closed_on, identity.c.given, identity.c.family,
                program.c.code, who.c.handle.label("held"), closer.c.handle.label("closed_by"),
            )
            .join(program, program.c.id == case_file.c.program_id)
            .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
            .outerjoin(who, who.c.id == case_file.c.owner_id)
            .outerjoin(closer, closer.c.id == last)
            .where(r.among(case_file.c.id, some), scope.visible(r))
        )  # fmt: skip
        for row in r.conn.execute(found):
            named = full_name(row.given or "", row.family or "") if r.me.sees_identity else None
            by = row.held if row.closed_on is None else row.closed_by
            told[row.id] = LackRow(row.id, row.number, named, row.code, by, lacking.get(row.id, ()))
    return [told[one] for one in ids if one in told]


def titles() -> dict[str, tuple[str, str]]:
    """Each gap's name, and what it counts."""
    no_answer = _("Open cases whose client has no answer, not even that they prefer none.")
    return {
        "name": (_("No name"), _("Open cases whose client has neither a given nor a family name.")),
        "birth": (_("No birth date"), _("Open cases whose client has no birth date.")),
        "language": (_("No language"), _("Open cases whose client's language was not asked.")),
        "sex": (_("No sex"), no_answer),
        "race": (_("No race"), no_answer),
        "veteran": (_("No veteran status"), no_answer),
        "risk": (_("Risk never set"), _("Open cases whose risk nobody has set.")),
        "team": (_("No team"), _("Open cases that belong to no team.")),
        **_of_hmis(),
    }


def _of_hmis() -> dict[str, tuple[str, str]]:
    """Of cases in programs that are reported to HMIS."""
    months = _(
        "Stay longer than the program is meant for: two years of housing for a time, one of shelter, outreach or services."
    )
    return {
        "unknown": (
            _("Not known to the client"),
            _("Name, birth date, race, sex or veteran status: the client does not know or prefers not to answer."),
        ),
        "partial": (_("In part"), _("A name in part, or a birth date that is approximate.")),
        "birth_day": (_("Birth date cannot be"), _("A birth date after the entry, or before 1915.")),
        "relationship": (_("No relationship"), _("How the client belongs to the head of the household was not collected.")),
        "no_head": (_("No head"), _("The household that was served together has no head.")),
        "heads": (_("Several heads"), _("The household that was served together has several heads.")),
        "overlap": (
            _("Stays overlap"),
            _("The client is twice in one program at a time, or sleeps in two places of shelter or transitional housing."),
        ),
        "disabling": (_("No disabling condition"), _("Whether there is a disabling condition was not answered.")),
        "living": (_("No prior living"), _("Where a head or an adult lived before was not answered.")),
        "income": (_("No income at entry"), _("Whether a head or an adult had income at entry was not answered.")),
        "annual": (_("Annual overdue"), _("No annual assessment of a head or an adult within 30 days of the last anniversary.")),
        "annual_income": (_("No annual income"), _("The last annual assessment of a head or an adult says nothing of income.")),
        "move_in": (_("Moved in before entry"), _("The day of moving in lies before the entry.")),
        "no_move_in": (
            _("No move-in date"), _("In a program that houses people for more than 90 days, and nobody wrote down a day of moving in."),
        ),
        "long_stay": (_("Long stay"), months),
        "quiet": (_("Gone quiet"), _("Outreach or coordinated entry without a contact for more than 90 days.")),
        "destination": (_("No destination"), _("Closed within a year, and where the client went is not known.")),
        "exit_income": (_("No income at exit"), _("Closed within a year, and whether a head or an adult had income was not answered.")),
    }  # fmt: skip
