"""How people are doing since the beginning: of the cases that a query selects, how many improved, stayed the same or got worse, by
instrument and scale, and who was measured once only. The reports count by it, too.

Each case counts once for a scale: its baseline (the first answered as such, else the first at all) against the last one answered by
the end of the period, of those that still stand and were scored. Any difference counts. Which way is better is the instrument's own;
where nobody has said it, scores have changed, to higher or lower ones, and are neither improved nor worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select

from ..errors import NotPermitted, Usage
from ..messages import _
from ..models import assessment, assessment_score, case_file
from ..models import instrument as brought
from ..store import selection
from ..store.database import Reading
from . import questionnaires

_a, _s = assessment.c, assessment_score.c
_NEWER = assessment.alias("newer")
# What becomes of a case on a scale. Each has one of these; where it is `changed`, it is `higher` or `lower` as well.
REPORTED = ("improved", "same", "worse", "changed", "once")
VERDICTS = (*REPORTED, "higher", "lower")


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale, or one domain that an answer flags (`domain`). `edition` numbers the agency's own questionnaires; `better` is "lower",
    "higher", or nothing where nobody has said; `alone` says that the instrument has no other."""

    instrument: str
    title: str
    edition: int | None
    scale: str
    scale_title: str
    domain: str = ""
    better: str = ""
    alone: bool = False

    @property
    def key(self) -> str:
        """What programs call it: phq-9/total, tea:2/sum1."""
        edition = "" if self.edition is None else f":{self.edition}"
        return f"{self.instrument}{edition}/{self.scale}"

    @property
    def name(self) -> str:
        """What a line of a report calls it."""
        told = self.instrument
        if self.edition is not None:
            told = _("{name}, edition {n}").format(name=self.instrument, n=self.edition)
        return told if self.alone else f"{told}: {self.scale_title}"


@dataclass(frozen=True, slots=True)
class Outcome(Scale):
    """A scale over many cases: of one program where that was asked, else of all (`program_id` 0). `improved` and `worse` are None
    where nobody has said which way is better, `changed` where somebody has; `higher` and `lower` count the scores whichever way is
    better. `once` are the cases measured once only, `points` what the others changed by, all told."""

    program_id: int = 0
    cases: int = 0
    higher: int = 0
    same: int = 0
    lower: int = 0
    once: int = 0
    points: float = 0.0

    @property
    def improved(self) -> int | None:
        """How many are doing better."""
        return {"higher": self.higher, "lower": self.lower}.get(self.better)

    @property
    def worse(self) -> int | None:
        """How many are doing worse."""
        return {"higher": self.lower, "lower": self.higher}.get(self.better)

    @property
    def changed(self) -> int | None:
        """How many have another score, where nobody has said which way is better."""
        return None if self.better else self.higher + self.lower

    @property
    def reported(self) -> tuple[int, ...]:
        """How many of each of REPORTED; together they are `cases`."""
        return self.improved or 0, self.same, self.worse or 0, self.changed or 0, self.once


@dataclass(frozen=True, slots=True)
class Measured:
    """One case behind a number: its first and last score. `verdict` is one of VERDICTS."""

    id: int
    case: str
    first_on: date
    first: float
    last_on: date
    last: float
    verdict: str


def of(
    r: Reading, query: str = "", *, first: date | None = None, last: date | None = None, instrument: str | None = None
) -> tuple[Outcome, ...]:
    """The outcomes of the cases in sight that the query selects, closed ones too, that were open at some time in the period, by its
    last day. By instrument, in the order of its scales.

    Raises NotPermitted for who reads no assessments, Usage for a query or an instrument that is none, and for a period that ends
    before it begins.
    """
    found, day = _chosen(r, query, first, last)
    return counted(r, found, day, instrument=instrument)


def counted(
    r: Reading, cases: Select[Any], last: date, *, instrument: str | None = None, by_program: bool = False
) -> tuple[Outcome, ...]:
    """The outcomes of these cases (a select of ids) by that day, by instrument, in the order of its scales; by program as well where
    that is asked. Whose they are, the caller has seen to."""
    rows = since_baseline(r, cases, last, instrument=instrument).subquery()
    c = rows.c

    def count(which: Any) -> Any:
        return func.sum(case((which, 1), else_=0))

    keys = (c.instrument, c.edition, c.scale, *((c.program_id,) if by_program else ()))
    numbers = (
        func.count(), count(c.by > 0), count(c.verdict == "same"), count(c.by < 0), count(c.verdict == "once"), func.sum(c.by),
    )  # fmt: skip
    known = scales(r)
    place = {key: at for at, key in enumerate(known)}
    out = []
    for code, edition, scale, *told in r.conn.execute(select(*keys, *numbers).group_by(*keys).order_by(*keys)):
        program_id = int(told.pop(0)) if by_program else 0
        n, higher, same, lower, once, points = told
        key = (code, edition, scale)
        one = known.get(key, Scale(code, code, edition, scale, scale))
        row = Outcome(
            one.instrument, one.title, one.edition, one.scale, one.scale_title, one.domain, one.better, one.alone, program_id, int(n),
            int(higher), int(same), int(lower), int(once), float(points),
        )  # fmt: skip
        out.append(((code, edition or 0, place.get(key, len(place))), row))
    return tuple(row for _order, row in sorted(out, key=lambda one: one[0]))


def behind(
    r: Reading, instrument: str, scale: str, query: str = "", *, first: date | None = None, last: date | None = None,
    verdict: str | None = None, edition: int | None = None,
) -> tuple[Measured, ...]:  # fmt: skip
    """The cases behind the numbers of a scale, by their numbers; those of one `verdict` alone. Together they add up to it. Raises
    as `of` does."""
    if verdict is not None and verdict not in VERDICTS:
        raise Usage(
            _("{value!r} is no outcome. Choose one of: {known}.").format(value=verdict[:40], known=", ".join(VERDICTS))
        )
    found, day = _chosen(r, query, first, last)
    rows = since_baseline(r, found, day, instrument=instrument).subquery()
    c = rows.c
    which = [c.scale == scale]
    if edition is not None:
        which.append(c.edition == edition)
    if verdict is not None:
        which.append(is_so(rows, verdict))
    numbered = select(rows, case_file.c.number).join(case_file, case_file.c.id == c.case_id).where(*which)
    return tuple(
        Measured(row.case_id, row.number, row.first_on, row.first_value, row.on_date, row.last_value, row.verdict)
        for row in r.conn.execute(numbered.order_by(case_file.c.number, c.edition))
    )


def _chosen(r: Reading, query: str, first: date | None, last: date | None) -> tuple[Select[Any], date]:
    """The cases that a query selects, of those open at some time in the period, and its last day."""
    if not (r.me.sees_identity or r.me.masked):
        raise NotPermitted(_("Your role ({role}) reads no assessments.").format(role=r.me.role))
    day = last or r.today
    if first is not None and first > day:
        raise Usage(_("The period ends before it begins."))
    which = [selection.where(r, query, open_only=False), case_file.c.opened_on <= day]
    if first is not None:
        which.append(or_(case_file.c.closed_on.is_(None), case_file.c.closed_on >= first))
    return select(case_file.c.id).where(*which), day


def since_baseline(r: Reading, cases: Select[Any], last: date, *, instrument: str | None = None) -> Select[Any]:
    """A row for each of these cases (a select of ids), each scale and each edition that was scored by that day: case_id, program_id,
    instrument, edition, scale; first_on and first_value; on_date, last_value and worker_id of the last; `by`, in points, and `verdict`,
    one of VERDICTS but "changed"."""
    each = (_a.case_id, _a.instrument, _a.instrument_id, _s.scale)
    began: dict[str, Any] = {
        "partition_by": each,
        "order_by": (case((_a.phase == "baseline", 0), else_=1), _a.on_date, _a.id),
    }
    newest: dict[str, Any] = {"partition_by": each, "order_by": (_a.on_date.desc(), _a.id.desc())}
    corrected = exists().where(_NEWER.c.corrects_id == _a.id).correlate(assessment)
    which = [_a.case_id.in_(cases), _a.on_date <= last, _s.value.is_not(None), ~corrected]
    if instrument is not None:
        which.append(_a.instrument == instrument)
    ranked = (
        select(
            _a.case_id, _a.instrument, _a.instrument_id, _s.scale, _a.id.label("last_id"), _a.on_date, _a.worker_id,
            _s.value.label("last_value"), func.first_value(_a.id, type_=_a.id.type).over(**began).label("first_id"),
            func.first_value(_a.on_date, type_=_a.on_date.type).over(**began).label("first_on"),
            func.first_value(_s.value, type_=_s.value.type).over(**began).label("first_value"), func.row_number().over(**newest).label("nth"),
        )
        .join(assessment_score, _s.assessment_id == _a.id)
        .where(*which)
        .subquery()
    )  # fmt: skip
    c = ranked.c
    by = c.last_value - c.first_value
    rises, falls = _better(r, c.instrument, brought.c.edition, c.scale)
    verdict = case(
        (c.first_id == c.last_id, "once"), (by == 0, "same"), (or_(and_(rises, by > 0), and_(falls, by < 0)), "improved"),
        (or_(rises, falls), "worse"), (by > 0, "higher"), else_="lower",
    )  # fmt: skip
    return (
        select(
            c.case_id, case_file.c.program_id, c.instrument, brought.c.edition, c.scale, c.first_on, c.first_value, c.on_date,
            c.last_value, c.worker_id, by.label("by"), verdict.label("verdict"),
        )
        .select_from(ranked)
        .join(case_file, case_file.c.id == c.case_id)
        .outerjoin(brought, brought.c.id == c.instrument_id)
        .where(c.nth == 1)
    )  # fmt: skip


def is_so(rows: Any, verdict: str) -> ColumnElement[bool]:
    """Which rows of `since_baseline` are so. A score is higher or lower whichever way is better."""
    said: dict[str, ColumnElement[bool]] = {
        "higher": rows.c.by > 0, "lower": rows.c.by < 0, "changed": rows.c.verdict.in_(("higher", "lower")),
    }  # fmt: skip
    is_it: ColumnElement[bool] = rows.c.verdict == verdict
    return said.get(verdict, is_it)


def _better(r: Reading, instrument: Any, edition: Any, scale: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a higher, and whether a lower score of a scale is better."""
    said: dict[str, dict[tuple[str, int | None], list[str]]] = {"higher": {}, "lower": {}}
    for one in scales(r).values():
        if one.better:
            said[one.better].setdefault((one.instrument, one.edition), []).append(one.scale)
    rises, falls = (
        or_(
            false(),
            *(and_(instrument == code, edition.is_(None) if n is None else edition == n, scale.in_(codes))
              for (code, n), codes in said[way].items()),
        )
        for way in ("higher", "lower")
    )  # fmt: skip
    return rises, falls


def scales(r: Reading) -> dict[tuple[str, int | None, str], Scale]:
    """Every scale and every domain flagged by which something may have been answered, by instrument, edition and code, in their order."""
    out: dict[tuple[str, int | None, str], Scale] = {}
    for form, edition in questionnaires.editions(r):
        rules, title = form.rules, form.questionnaire.title
        told = [(one.code, one.title, "", one.better) for one in rules.scales]
        told += [(one.code, one.title, one.domain, "lower") for one in rules.flags]
        for scale, named, domain, better in told:
            one = Scale(form.code, title, edition, scale, named, domain, better, len(told) == 1)
            out.setdefault((form.code, edition, scale), one)
    return out


def words(verdict: str) -> str:
    """An outcome as people say it."""
    return {
        "improved": _("improved"), "same": _("the same"), "worse": _("worse"), "changed": _("changed"), "once": _("measured once"),
        "higher": _("higher"), "lower": _("lower"),
    }[verdict]  # fmt: skip


def known(r: Reading, instrument: str) -> str:
    """The code of an instrument that was, or can be, asked. Raises Usage with what there is."""
    wanted = instrument.strip().lower()
    codes = {one.instrument.code for one in questionnaires.listed(r)}
    if wanted not in codes:
        raise Usage(
            _("There is no instrument {code!r}. There are: {all}.").format(
                code=wanted[:60], all=", ".join(sorted(codes))
            )
        )
    return wanted
