"""What was found with a client by questionnaires, read again: each with its scores, one with its answers, and how things changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, exists, select

from ..errors import Usage
from ..messages import _
from ..models import assessment, assessment_answer, assessment_score, narrative, worker
from ..store import scope
from ..store.database import Reading
from . import questionnaires
from .instruments import answers as given
from .instruments.questionnaire import CHOICES, Item, Value
from .instruments.shipped import Instrument

_a = assessment.c
_NEWER = assessment.alias("newer")


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One scale, or one domain that is flagged by an answer (`domain`, of no number). Without a value it was not scored; `positive`
    says whether the cut-off named was reached, or the domain flagged, and None that this is not known."""

    scale: str
    title: str
    value: float | None
    highest: float | None
    band: str
    cut_off: str
    positive: bool | None
    domain: str = ""
    flag: bool = False


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """One filled-in questionnaire with what it came to. `corrected_by` is the one that has taken its place; `words` are None for
    who reads no prose."""

    id: int
    case_id: int
    instrument: str
    title: str
    phase: str
    on: date
    recorded_at: datetime
    by: str
    rules: str
    safety: bool
    scores: tuple[ScoreRow, ...]
    words: str | None
    has_words: bool
    corrects: int | None
    corrected_by: int | None
    # The edition of the agency's own questionnaire; None of those that come along.
    form: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question and what was answered, in words; None where that was typed and is not read."""

    number: int
    link: str
    question: str
    answer: str | None


@dataclass(frozen=True)
class Filled:
    """An assessment with its answers: as they read, and as they were given (without those typed in words that are not read)."""

    row: AssessmentRow
    heard: tuple[AnswerRow, ...]
    answers: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """How one scale or domain stands now beside the baseline. `by` is the difference in points, None of a domain."""

    instrument: str
    title: str
    scale: str
    scale_title: str
    first_on: date
    first: ScoreRow
    last_on: date
    last: ScoreRow
    by: float | None


def _stands() -> ColumnElement[bool]:
    """True of assessments whose place none has taken."""
    return ~exists().where(_NEWER.c.corrects_id == _a.id).correlate(assessment)


def of_case(r: Reading, case_id: int, *, told: bool = True) -> tuple[AssessmentRow, ...]:
    """The assessments of a case with their scores, newest first, those that were corrected among them. The client's words only
    where `told`. For callers that have asked whether the case may be seen with who its client is."""
    if r.me.masked:
        from . import veil

        return veil.worded(r, case_id, of_case(veil.lifted(r), case_id, told=told))
    return _rows(r, _a.case_id == case_id, _a.on_date <= r.today, told=told)


def _rows(r: Reading, *which: ColumnElement[bool], told: bool) -> tuple[AssessmentRow, ...]:
    found = (
        select(
            assessment, worker.c.handle, _NEWER.c.id.label("newer"), (narrative.c.body if told else narrative.c.id).label("body")
        )
        .join(worker, worker.c.id == _a.worker_id)
        .outerjoin(_NEWER, _NEWER.c.corrects_id == _a.id)
        .outerjoin(narrative, narrative.c.id == _a.words_id)
        .where(*which)
        .order_by(_a.on_date.desc(), _a.id.desc())
    )  # fmt: skip
    rows = r.conn.execute(found).all()
    scores: dict[int, list[ScoreRow]] = {row.id: [] for row in rows}
    titles = {row.id: questionnaires.edition(r, row.instrument_id, row.instrument) for row in rows}
    kept = select(assessment_score).where(assessment_score.c.assessment_id.in_(scores)).order_by(assessment_score.c.id)
    for row in r.conn.execute(kept) if rows else ():
        scores[row.assessment_id].append(_score(titles[row.assessment_id], row))
    return tuple(
        AssessmentRow(
            row.id, row.case_id, row.instrument, _title(titles[row.id], row.instrument), row.phase, row.on_date, row.recorded_at,
            row.handle, row.rules, row.safety, tuple(scores[row.id]), row.body if told else None, row.words_id is not None,
            row.corrects_id, row.newer, row.instrument_id,
        )
        for row in rows
    )  # fmt: skip


def _title(asked: Instrument | None, code: str) -> str:
    return asked.questionnaire.title if asked is not None else code


def _score(asked: Instrument | None, row: Row) -> ScoreRow:  # type: ignore[type-arg]
    rules = asked.rules if asked is not None else None
    flag = next((one for one in rules.flags if one.code == row.scale), None) if rules is not None else None
    if flag is not None:
        return ScoreRow(row.scale, flag.title, row.value, None, "", "", row.positive, flag.domain, flag=True)
    scale = next((one for one in rules.scales if one.code == row.scale), None) if rules is not None else None
    title, highest = (scale.title, float(scale.highest)) if scale is not None else (row.scale, None)
    return ScoreRow(row.scale, title, row.value, highest, row.band, row.cut_off, row.positive)


def one(r: Reading, assessment_id: int, *, told: bool = True) -> Filled:
    """One assessment with its answers; what was typed in words only where `told`, and masked for who looks without identity.
    Raises Usage where there is none that the person may see."""
    if r.me.masked:
        from . import veil

        return veil.filled(r, one(veil.lifted(r), assessment_id, told=told))
    case_id = r.conn.execute(select(_a.case_id).where(_a.id == assessment_id)).scalar()
    if case_id is None or not r.me.sees_identity or not scope.sees(r, case_id):
        raise Usage(_("There is no assessment {id} that you may see.").format(id=assessment_id))
    [row] = _rows(r, _a.id == assessment_id, told=told)
    return _filled(r, row, told)


def last(r: Reading, case_id: int, instrument: str, day: date, *, besides: int | None = None) -> Filled | None:
    """The last one of that instrument in the case until that day that still stands, to compare with; of several that day the one
    recorded last, and none as late as `besides`. Without what was typed in words."""
    key = last_key(r, case_id, instrument, day, besides=besides)
    if key is None:
        return None
    [found] = _rows(r, _a.id == key, told=False)
    return _filled(r, found, told=False)


def last_key(r: Reading, case_id: int, instrument: str, day: date, *, besides: int | None = None) -> int | None:
    """The key of that one, for callers that have asked whether the case may be seen."""
    of = select(_a.id).where(_a.case_id == case_id, _a.instrument == instrument, _a.on_date <= day, _stands())
    if besides is not None:
        of = of.where(_a.id < besides)
    return r.conn.execute(of.order_by(_a.on_date.desc(), _a.id.desc()).limit(1)).scalar()


def _restored(item: Item, value: str, typed: str | None) -> Value:
    if typed is not None:
        return given.OWN + typed if item.kind in CHOICES else typed
    return value == "true" if item.kind == "boolean" else given.restored(item, value)


def _filled(r: Reading, row: AssessmentRow, told: bool) -> Filled:
    asked = questionnaires.edition(r, row.form, row.instrument)
    t = assessment_answer
    found = (
        select(t.c.link, t.c.value, t.c.narrative_id, (narrative.c.body if told else narrative.c.id).label("body"))
        .outerjoin(narrative, narrative.c.id == t.c.narrative_id)
        .where(t.c.assessment_id == row.id)
        .order_by(t.c.id)
    )
    kept: dict[str, list[Row]] = {}  # type: ignore[type-arg]
    for answer in r.conn.execute(found):
        kept.setdefault(answer.link, []).append(answer)
    order = (
        {item.link: place for place, item in enumerate(asked.questionnaire.questions, 1)} if asked is not None else {}
    )
    answers: dict[str, tuple[Value, ...]] = {}
    heard = []
    for link in sorted(kept, key=lambda one: (order.get(one, len(order) + 1), one)):
        item = asked.questionnaire.by_link.get(link) if asked is not None else None
        read = [one for one in kept[link] if one.narrative_id is None or told]
        if item is None:
            said = [one.body if one.narrative_id is not None else one.value for one in read]
        else:
            answers[link] = tuple(
                _restored(item, one.value, one.body if one.narrative_id is not None else None) for one in read
            )
            said = [given.said(item, value) for value in answers[link]]
        heard.append(
            AnswerRow(order.get(link, 0), link, item.text if item is not None else link, "; ".join(said) or None)
        )
    return Filled(row, tuple(heard), {link: given_ for link, given_ in answers.items() if given_})


def changes(found: Sequence[AssessmentRow]) -> tuple[Change, ...]:
    """How each scale and domain has changed since the baseline: from the first one recorded as such (else the first at all) to the
    last, of those that still stand. Nothing where either of the two was not scored, or there is but one."""
    out = []
    standing = sorted((one for one in found if one.corrected_by is None), key=lambda one: (one.on, one.id))
    # Editions of the agency's own may count otherwise: each is compared with itself alone.
    for instrument, form in dict.fromkeys((one.instrument, one.form) for one in standing):
        of = [one for one in standing if (one.instrument, one.form) == (instrument, form)]
        first = next((one for one in of if one.phase == "baseline"), of[0])
        newest = of[-1]
        if newest is first:
            continue
        then = {score.scale: score for score in first.scores}
        for now in newest.scores:
            was = then.get(now.scale)
            if was is None or was.value is None or now.value is None:
                continue
            by = None if now.flag else now.value - was.value
            out.append(Change(instrument, newest.title, now.scale, now.title, first.on, was, newest.on, now, by))
    return tuple(out)


def phase_words(phase: str) -> str:
    """A phase as people say it."""
    known = {
        "baseline": _("at the beginning"), "review": _("in review"), "closing": _("at the end"), "annual": _("yearly"),
    }  # fmt: skip
    return known.get(phase, phase)


def score_words(one: ScoreRow) -> str:
    """What a scale came to in a few words: `12 of 27, moderate, positive`."""
    if one.flag:
        return _("not told") if one.positive is None else _("yes") if one.positive else _("no")
    if one.value is None:
        return _("not scored")
    value = f"{one.value:g}"
    said = value if one.highest is None else _("{value} of {highest}").format(value=value, highest=f"{one.highest:g}")
    parts = [said, one.band, "" if one.positive is None else _("positive") if one.positive else _("negative")]
    return ", ".join(part for part in parts if part)
