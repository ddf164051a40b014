"""What the screen asks of the practice, and has it do, about what is found with a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ..casework.assessed import Filled
    from ..casework.assessments import NewAssessment
    from ..casework.backgrounds import BackgroundRow
    from ..casework.instruments.shipped import Instrument
    from ..casework.needs import NeedRow, NewNeed
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing


class Before(NamedTuple):
    """The day, and how the same was answered the last time, if ever."""

    today: date
    last: Filled | None
    # What is asked: the edition that is asked now, or by which one was answered that is set right.
    asked: Instrument


def instruments(r: Reading) -> tuple[tuple[str, str], ...]:
    """What can be asked: names and titles."""
    from ..casework import questionnaires

    forms = [one.instrument for one in questionnaires.listed(r) if one.retired_on is None]
    return tuple((one.code, one.questionnaire.title) for one in forms)


def asked_before(db: Any, key: int, instrument: str, besides: Filled | None = None) -> Before:
    """How that instrument was answered before in a case; of one that is set right, before it. A look, and on record."""
    from ..casework import assessed, looks, questionnaires

    looks.announce(db, [key], kind="case", surface="screen")
    with db.read() as r:
        fixed = questionnaires.edition(r, besides.row.form, instrument) if besides is not None else None
        form = fixed or questionnaires.found(r, instrument)
        day = besides.row.on if besides is not None else r.today
        return Before(
            r.today, assessed.last(r, key, instrument, day, besides=besides.row.id if besides else None), form
        )


def with_answers(r: Reading, assessment: int) -> Filled:
    """An assessment of a case whose page is open, with what was typed in words. Raises Usage where it is gone."""
    from ..casework import assessed

    return assessed.one(r, assessment)


def record(new: NewAssessment) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import assessments

        return assessments.record(w, new)

    return doing


def domains(r: Reading) -> tuple[str, ...]:
    """The domains that take new needs."""
    from ..casework import needs

    return needs.open_domains(r)


def as_it_stands(r: Reading, key: int, need: int) -> NeedRow | None:
    """A need of a case whose page is open, with its words; None where it is gone."""
    from ..casework import needs

    return next((one for one in needs.of_case(r, key) if one.id == need), None)


def add_need(new: NewNeed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import needs

        return needs.add(w, new)

    return doing


def change_need(need: int, changes: Mapping[str, str], seen: int, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import needs

        return needs.change(w, need, changes, seen=seen, scratch=place)

    return doing


def end_need(need: int, state: str, seen: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import needs

        return needs.end(w, need, state, seen=seen)

    return doing


def told(db: Any, key: int, section: str) -> BackgroundRow | None:
    """A section of the history as it reads; None where nothing was told. A look, and on record."""
    from ..casework import backgrounds, looks

    looks.announce(db, [key], surface="screen")
    with db.read() as r:
        return next((one for one in backgrounds.of_case(r, key) if one.section == section), None)


def write_section(key: int, section: str, text: str, seen: int, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import backgrounds

        return backgrounds.write(w, key, section, text, seen=seen, scratch=place)

    return doing
