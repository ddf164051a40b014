"""What is found with a client, as the tests ask it."""

from __future__ import annotations

from typing import Any

from caseload.casework import assessed, assessments, needs
from caseload.casework.assessed import AssessmentRow
from caseload.casework.assessments import NewAssessment
from caseload.casework.instruments import answers, shipped
from caseload.casework.needs import NewNeed
from caseload.store.database import Receipt
from tests.practice.kit import Practice

# Several days of it all, and never a thought of dying: 8 of 27.
PHQ = dict.fromkeys((str(n) for n in range(1, 9)), "1") | {"9": "0"}


def asked(case: str, instrument: str = "phq-9", typed: dict[str, str] | None = None, **more: Any) -> NewAssessment:
    """Answers as somebody types them, by the number of the question."""
    form = shipped.shipped(instrument).questionnaire
    return NewAssessment(case, instrument, answers.typed_all(form, PHQ if typed is None else typed), **more)


def assess(practice: Practice, case: str, *rest: Any, by: str = "ana", **more: Any) -> Receipt:
    return practice.do(by, assessments.record, asked(case, *rest, **more))


def found(practice: Practice, case: str, *, by: str = "ana") -> tuple[AssessmentRow, ...]:
    rows: tuple[AssessmentRow, ...] = practice.ask(by, assessed.of_case, practice.id(case), told=False)
    return rows


def need(practice: Practice, case: str, domain: str = "housing", *, by: str = "ana", **more: Any) -> int:
    """A need; its key."""
    return int(practice.do(by, needs.add, NewNeed(case, domain, **more)).data["need"])
