"""Assessments: a questionnaire as it was answered in a case on a day, and what its answers came to by the published rules.

One is never changed: what was wrong is asked again, or corrected by one that takes its place. What somebody said in words is
narrative. A question that asks for a look at the client's safety puts an alert on the client in the same act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, insert, or_, select

from ..errors import Refused, Usage
from ..messages import _
from ..models import alert, assessment, assessment_answer, assessment_score, narrative
from ..models.assessment import PHASES as PHASES
from ..store.database import Receipt, Work
from . import alerts, assessed, attention, find, questionnaires, scratches, values
from .assessed import ScoreRow
from .instruments import answers as given
from .instruments import scoring
from .instruments.questionnaire import CHOICES, WORDS, Item, Value
from .instruments.scoring import Result
from .instruments.shipped import VOICE, Instrument

_a = assessment.c


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """Answers by the link of their question. `phase` is baseline for the first of its kind in the case and review afterwards,
    and `on` today, unless given; of a correction, as they were. `cut_off` is that of the last time unless given."""

    case: str | int
    instrument: str
    answers: Mapping[str, Sequence[Value]]
    phase: str | None = None
    on: date | None = None
    # What the client said about it, in their own words.
    words: str = ""
    cut_off: str = ""
    # The one whose place it takes.
    corrects: int | None = None
    scratch: str | None = None


def record(w: Work, new: NewAssessment) -> Receipt:
    """Record answers, score them, and take up what asks for a look at the client's safety: a high safety alert is raised with
    them, unless one waits for review already. The receipt's data has the safety items in words, and the scores.

    Raises Usage for an unknown instrument, phase, cut-off or question, for an answer that is none of its question's, for no
    answer at all and for a day ahead; Refused for a correction of what was corrected already.
    """
    ref = find.to_act_on(w, [new.case])[0]
    before = _corrected(w, ref.id, new.instrument, new.corrects) if new.corrects is not None else None
    asked = _same_edition(w, before) if before is not None else questionnaires.found(w, new.instrument)
    answered = {link: tuple(some) for link, some in new.answers.items() if some}
    given.check(asked.questionnaire, answered)
    kept = asked.questionnaire.kept(answered)
    if not kept:
        raise Usage(_("No question is answered yet; there is nothing to record."))
    day = new.on or (before.on_date if before is not None else w.today)
    if day > w.today:
        raise Usage(_("It was answered today or before; {day} lies ahead.").format(day=day.isoformat()))
    last = assessed.last_key(w, ref.id, asked.code, day, besides=new.corrects)
    # What the client says of the work has no beginning.
    first = "baseline" if last is None and asked.code != VOICE else "review"
    phase = new.phase or (before.phase if before is not None else None) or first
    values.one_of(_("phase"), phase, PHASES)
    cut_off = _cut_off(w, asked, new.cut_off, new.corrects or last)
    result = scoring.result(asked.questionnaire, asked.rules, kept, cut_off=cut_off)
    row = {
        "case_id": ref.id, "worker_id": w.me.id, "instrument": asked.code, "edition": asked.questionnaire.version,
        "rules": asked.rules.version, "phase": phase, "on_date": day, "recorded_at": w.now, "safety": bool(result.safety),
        "words_id": _prose(w, ref.id, new.words) if new.words.strip() else None, "corrects_id": new.corrects,
        "instrument_id": asked.key,
    }  # fmt: skip
    made = w.add(assessment, row)
    _write_answers(w, ref.id, made, asked, kept)
    scores = _write_scores(w, ref.id, made, asked, result)
    attention.taken_up(w, [ref.id])
    raised = None
    if result.safety and not (before is not None and before.safety) and not _waits(w, ref.client_id):
        about = _("{title}: {what}").format(title=asked.questionnaire.title, what="; ".join(result.safety))
        raised = alerts.raise_alert(w, ref.id, about).data["alert"]
    scratches.clear(w, new.scratch)
    # What was asked and what came of it is as telling as a name, and no word of the journal's.
    data = {"assessment": made, "safety": result.safety, "alert": raised, "scores": scores, "phase": phase}
    return w.receipt(_words(before is not None, bool(result.safety), raised is not None), cases=[ref.id], data=data)


def asked_by(w: Work, case: str | int, instrument: str, corrects: int | None) -> Instrument:
    """What a new assessment of a case is answered by; a correction by the edition that was asked. Raises as `record` does."""
    if corrects is None:
        return questionnaires.found(w, instrument)
    return _same_edition(w, _corrected(w, find.to_act_on(w, [case])[0].id, instrument, corrects))


def _words(corrected: bool, safety: bool, raised: bool) -> str:
    said = _("Corrected an assessment") if corrected else _("Recorded an assessment")
    if raised:
        return said + _("; SAFETY: look at it now, a high alert is raised")
    return said + _("; SAFETY: look at it now") if safety else said


def _corrected(w: Work, case_id: int, code: str, key: int) -> Row:  # type: ignore[type-arg]
    """The assessment that is corrected. Raises Usage, Refused."""
    missing = _("There is no assessment {id} in that case.").format(id=key)
    row = find.row_to_act_on(w, assessment, key, missing)
    if row.case_id != case_id:
        raise Usage(missing)
    if row.instrument != code.strip().lower():
        raise Usage(_("That was another instrument: {name}.").format(name=row.instrument))
    if w.conn.execute(select(_a.id).where(_a.corrects_id == key)).first() is not None:
        raise Refused(_("That assessment was corrected already. Correct the one that took its place."))
    return row


def _same_edition(w: Work, before: Row) -> Instrument:  # type: ignore[type-arg]
    """What a correction is answered by: the edition that was asked. Raises Refused where this version has it no longer."""
    asked = questionnaires.edition(w, before.instrument_id, before.instrument)
    if asked is None:
        raise Refused(_("{name} is no longer here: what was answered by it stands.").format(name=before.instrument))
    return asked


def _cut_off(w: Work, asked: Instrument, wanted: str, like: int | None) -> str:
    """The cut-off to go by: the one asked for, or that of the assessment it is like. Raises Usage for one that it has not."""
    known = [one.code for one in asked.cut_offs]
    if wanted and wanted not in known:
        raise Usage(
            _("{name} has no cut-off {cut_off!r}; it has: {all}.").format(
                name=asked.code, cut_off=wanted[:40], all=", ".join(known) or _("none")
            )
        )
    if wanted or like is None:
        return wanted
    of = select(assessment_score.c.cut_off).where(
        assessment_score.c.assessment_id == like, assessment_score.c.cut_off.in_(known)
    )
    return str(w.conn.execute(of.limit(1)).scalar() or "")


def _write_answers(
    w: Work, case_id: int, made: int, asked: Instrument, kept: Mapping[str, tuple[Value, ...]]
) -> None:  # fmt: skip
    rows = []
    for link, answers in kept.items():
        item = asked.questionnaire.by_link[link]
        for place, value in enumerate(answers):
            typed = _typed(item, value)
            rows.append(
                {
                    "case_id": case_id, "assessment_id": made, "link": link, "place": place,
                    "value": "" if typed is not None else _kept(value),
                    "narrative_id": _prose(w, case_id, typed) if typed is not None else None,
                }
            )  # fmt: skip
    w.conn.execute(insert(assessment_answer), rows)


def _write_scores(w: Work, case_id: int, made: int, asked: Instrument, result: Result) -> tuple[ScoreRow, ...]:
    scores = scored(asked, result)
    rows = [
        {
            "case_id": case_id, "assessment_id": made, "scale": one.scale, "value": one.value, "band": one.band,
            "cut_off": one.cut_off, "positive": one.positive,
        }
        for one in scores
    ]  # fmt: skip
    if rows:
        w.conn.execute(insert(assessment_score), rows)
    return scores


def scored(asked: Instrument, result: Result) -> tuple[ScoreRow, ...]:
    """What answers came to, as it is kept: the scales, then the domains that an answer flags (1 where it does)."""
    return (
        *(
            ScoreRow(
                one.scale, one.title, None if one.value is None else float(one.value), float(one.highest), one.band,
                one.cut_off, one.positive,
            )
            for one in result.scores
        ),
        *(
            ScoreRow(
                one.flag, one.title, None if one.raised is None else float(one.raised), None, "", "", one.raised, one.domain,
                flag=True,
            )
            for one in result.findings
        ),
    )  # fmt: skip


def _typed(item: Item, value: Value) -> str | None:
    """What of an answer somebody typed in words: prose; None of a code, a number or a day."""
    if item.kind in WORDS:
        return str(value)
    if item.kind in CHOICES and str(value).startswith(given.OWN) and item.choice(str(value)) is None:
        return str(value).removeprefix(given.OWN)
    return None


def _kept(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value.isoformat()
        if isinstance(value, date)
        else f"{value.normalize():f}"
        if isinstance(value, Decimal)
        else value
    )


def _prose(w: Work, case_id: int, text: str) -> int:
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": values.prose(_("The answer"), text), "at": w.now}
    return w.add(narrative, prose)


def _waits(w: Work, client_id: int) -> bool:
    """Whether a high safety alert of the client waits for review."""
    high = (
        alert.c.client_id == client_id,
        alert.c.kind == "safety",
        alert.c.level == "high",
        alert.c.ended_on.is_(None),
    )
    waits = or_(alert.c.reviewed_on.is_(None), alert.c.review_on <= w.today)
    return w.conn.execute(select(alert.c.id).where(*high, waits).limit(1)).first() is not None
