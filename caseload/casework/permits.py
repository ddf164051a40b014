"""May this go to this recipient now? The one function that whatever leaves must ask, and the record it answers with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from ..errors import NotPermitted
from ..messages import _, _n
from ..models import disclosure
from ..models.consent import BASES as BASES
from ..models.consent import EXCEPTIONS
from ..store.database import Reading
from ..store.portions import portions
from . import consents, find
from .consents import CLIENT


@dataclass(frozen=True, slots=True)
class Permit:
    """The record that says yes: a consent, an exception recorded that day (a disclosure), or the client's own right."""

    case: str
    basis: str
    words: str
    consent: int | None = None
    exception: int | None = None


def may_go(r: Reading, case: str | int, recipient: str, what: Sequence[str], on: date | None = None) -> Permit | str:
    """Whether these kinds of information may go to that recipient on that day (today): the record that says so, or the
    sentence that says why not. Raises Usage for a case out of sight."""
    ref = find.case(r, case)
    return may_all_go(r, {ref.id: ref.number}, recipient, what, on)[ref.id]


def may_all_go(
    r: Reading, cases: Mapping[int, str], recipient: str, what: Sequence[str], on: date | None = None
) -> dict[int, Permit | str]:
    """The same of many cases (their keys and numbers), for callers that have asked whether they may be seen."""
    day, wanted = on or r.today, set(consents.kinds(what))
    key = consents.recipient(recipient)[1]
    if key == CLIENT:
        return {one: Permit(number, CLIENT, _("the client's own record")) for one, number in cases.items()}
    signed: dict[int, list[consents.ConsentRow]] = {}
    for row in consents.of_cases(r, list(cases), day, key=key):
        signed.setdefault(row.case_id, []).append(row)
    recorded = _exceptions(r, list(cases), key, day)
    return {
        one: _by_consent(number, signed.get(one, ()), wanted)
        or _by_exception(number, recorded.get(one, ()), wanted, day)
        or _refusal(number, signed.get(one, ()), wanted)
        for one, number in cases.items()
    }


def permitted(r: Reading, cases: Mapping[int, str], recipient: str, what: Sequence[str]) -> dict[int, Permit]:
    """The record that permits each of these cases to go today. Raises NotPermitted, naming case numbers only."""
    answers = may_all_go(r, cases, recipient, what)
    refused = [(cases[one], answer) for one, answer in answers.items() if isinstance(answer, str)]
    if refused:
        said = _n(
            "{n} case may not go to that recipient. Nothing left.", "{n} cases may not go to that recipient. Nothing left.",
            len(refused),
        ).format(n=len(refused))  # fmt: skip
        raise NotPermitted(said, details=[answer for _number, answer in sorted(refused)[:20]])
    return {one: answer for one, answer in answers.items() if isinstance(answer, Permit)}


def basis_words(basis: str) -> str:
    """A basis as people say it."""
    return {
        "consent": _("consent"), "client": _("to the client"), "harm_to_self": _("harm to self"),
        "harm_to_others": _("harm to others"), "child_at_risk": _("child at risk"),
        "illegal_activity": _("illegal activity"), "court": _("subpoena or court order"),
        "medical_emergency": _("medical emergency"),
    }[basis]  # fmt: skip


def _by_consent(number: str, rows: Sequence[consents.ConsentRow], wanted: set[str]) -> Permit | None:
    holding = [row for row in rows if row.state == "in_force" and wanted <= set(row.kinds)]
    if not holding:
        return None
    # Of several, the one that lasts longest.
    best = max(holding, key=lambda row: (row.until or date.max, row.id))
    until = best.until.isoformat() if best.until is not None else _("its event")
    said = _("{number}: consent {id}, signed {day}, until {until}")
    words = said.format(number=number, id=best.id, day=best.signed.isoformat(), until=until)
    return Permit(number, "consent", words, consent=best.id)


def _by_exception(number: str, rows: Sequence[Any], wanted: set[str], day: date) -> Permit | None:
    for row in rows:
        if wanted <= set(row.kinds.split(",")):
            said = _("{number}: {basis}, disclosure {id} of {day}")
            words = said.format(number=number, basis=basis_words(row.basis), id=row.id, day=day.isoformat())
            return Permit(number, row.basis, words, exception=row.id)
    return None


def _refusal(number: str, rows: Sequence[consents.ConsentRow], wanted: set[str]) -> str:
    running = [row for row in rows if row.state == "in_force"]
    if running:
        lacking = min((wanted - set(row.kinds) for row in running), key=len)
        listed = ", ".join(kind for kind in consents.kinds(list(lacking)))
        said = _("The consent {id} of case {number} for that recipient does not cover: {kinds}.")
        best = next(row for row in running if wanted - set(row.kinds) == lacking)
        return said.format(id=best.id, number=number, kinds=listed)
    ended = [(row.ends, row.id, row) for row in rows if row.ends is not None and row.state in ("expired", "revoked")]
    if ended:
        day, _id, last = max(ended, key=lambda one: one[:2])
        said = _("The consent {id} of case {number} for that recipient ended on {day} ({how}).")
        return said.format(id=last.id, number=number, day=day.isoformat(), how=consents.state_words(last.state))
    return no_consent(number)


def no_consent(number: str) -> str:
    return _("No consent of case {number} is for that recipient, and no exception was recorded that day.").format(
        number=number
    )


def _exceptions(r: Reading, ids: Sequence[int], key: str, day: date) -> dict[int, list[Any]]:
    """The exceptions recorded for that recipient on that day: each permits what goes to them that day, and no longer."""
    found: dict[int, list[Any]] = {}
    for some in portions(ids):
        rows = select(disclosure.c.id, disclosure.c.case_id, disclosure.c.kinds, disclosure.c.basis).where(
            disclosure.c.case_id.in_(some), disclosure.c.recipient_key == key,
            disclosure.c.on_date == day, disclosure.c.basis.in_(EXCEPTIONS), disclosure.c.addendum_to_id.is_(None),
            disclosure.c.under_id.is_(None),
        )  # fmt: skip
        for row in r.conn.execute(rows.order_by(disclosure.c.id)):
            found.setdefault(row.case_id, []).append(row)
    return found
