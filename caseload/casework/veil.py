"""The record without those it is about. A reading through a veil sees no identity (`Me.masked`), so that whatever knows nothing
of it shows nobody; here is what it shows instead: texts masked by what is known of the case, an age as a band, and in all that
is answered the person's own name for a case in place of its number, and days as how far they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import func, select

from ..errors import CaseloadError, Unreachable
from ..messages import _
from ..models import alias, case_file, channel, consent, household_member, identity, name_key, person, stay_member
from ..store import query, scope
from ..store.database import Database, Reading
from ..text import words
from . import pseudonyms, traces, triage
from .masking import CLIENT, PERSON, PROFESSIONAL, RELATIVE, Known, Mask

if TYPE_CHECKING:
    from .assessed import AssessmentRow, Filled
    from .backgrounds import BackgroundRow, Told
    from .needs import NeedRow
    from .page import CasePage
    from .plan_rows import PlanRow
    from .topics import TopicRow
    from .views import ViewRow

    Row = TypeVar("Row", AssessmentRow, NeedRow, BackgroundRow, Told)

_NUMBER = re.compile(r"(?<!\d)\d{4}-\d{6,9}(?!\d)")
_DAY = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_ROLES = {"kin": RELATIVE, "carer": RELATIVE, "professional": PROFESSIONAL}


def lifted(r: Reading) -> Reading:
    """The same reading, with what the person may see without the veil."""
    return replace(r, me=replace(r.me, masked=False))


# -- what is known of a case -------------------------------------------------------------------


def known(r: Reading, case_id: int) -> Known:
    """Everybody known to a case: the client, those they live or were served with, the people around, who signed for them; and
    how they are reached."""
    client_id = r.conn.execute(select(case_file.c.client_id).where(case_file.c.id == case_id)).scalar_one()
    near = _household(r, client_id)
    names: list[tuple[str, str]] = []
    born = None
    for row in r.conn.execute(select(identity).where(identity.c.client_id.in_([client_id, *near]))):
        own = row.client_id == client_id
        born = row.born_on if own else born
        whole = " ".join(part for part in (row.given, row.middle, row.family, row.suffix) if part)
        names.append((whole, CLIENT if own else RELATIVE))
    also = select(alias.c.client_id, alias.c.name).where(alias.c.client_id.in_([client_id, *near]))
    names += [(name, CLIENT if of == client_id else RELATIVE) for of, name in r.conn.execute(also)]
    if r.engine == "postgresql":
        # Of those whose cases are out of sight the server gives the names, so that nobody hears them.
        names += [(name, RELATIVE) for name in r.conn.execute(select(func.names_near(client_id))).scalars() if name]
    around = select(person.c.name, person.c.role).where(person.c.client_id == client_id)
    names += [(name, _ROLES.get(role, PERSON)) for name, role in r.conn.execute(around)]
    of_client = consent.c.case_id.in_(select(case_file.c.id).where(case_file.c.client_id == client_id))
    signed = select(consent.c.signer_name).where(of_client, consent.c.signer_name != "").distinct()
    names += [(name, PERSON) for name in r.conn.execute(signed).scalars()]
    ways: dict[str, list[str]] = {"phone": [], "address": []}
    for kind, value in r.conn.execute(select(channel.c.kind, channel.c.value).where(channel.c.client_id == client_id)):
        ways.setdefault(kind if kind in ways else "other", []).append(value)
    return Known(tuple(names), tuple(ways["phone"]), tuple(ways["address"]), tuple(ways.get("other", ())), born)


def _household(r: Reading, client_id: int) -> list[int]:
    """The clients who live with this one, or were served together with them."""
    mine = select(case_file.c.id).where(case_file.c.client_id == client_id)
    stays = select(stay_member.c.stay_id).where(stay_member.c.case_id.in_(mine))
    served = (
        select(case_file.c.client_id)
        .join(stay_member, stay_member.c.case_id == case_file.c.id)
        .where(stay_member.c.stay_id.in_(stays))
    )
    homes = select(household_member.c.household_id).where(household_member.c.client_id == client_id)
    living = select(household_member.c.client_id).where(household_member.c.household_id.in_(homes))
    found = {*r.conn.execute(served).scalars(), *r.conn.execute(living).scalars()}
    return sorted(found - {client_id})


def household_names(r: Reading, case_id: int) -> list[str]:
    """The names of the other clients whom that case's client lives with or was served with, as they are written; of those whose cases
    are out of sight the server gives them."""
    client_id = r.conn.execute(select(case_file.c.client_id).where(case_file.c.id == case_id)).scalar_one()
    near = _household(r, client_id)
    found = select(identity.c.given, identity.c.family).where(identity.c.client_id.in_(near))
    names = [" ".join(part for part in row if part) for row in r.conn.execute(found)]
    names += r.conn.execute(select(alias.c.name).where(alias.c.client_id.in_(near))).scalars()
    if r.engine == "postgresql":
        names += r.conn.execute(select(func.names_near(client_id))).scalars()
    return [name for name in dict.fromkeys(names) if name]


# -- a case page ----------------------------------------------------------------------------------


def page(r: Reading, case_id: int, found: CasePage) -> CasePage:
    """A case page as it is shown without identity. `found` was read with it."""
    mask = Mask(known(r, case_id), r.today)

    def told(text: str | None) -> str | None:
        return mask(text) if text is not None else None

    people = {one.id: traces.tag(f"{_who(one.role)} {place}") for place, one in enumerate(found.people, 1)}
    called = {one.name: people[one.id] for one in found.people}
    answering = found.answering
    offer, custody, cover = answering.offer, answering.custody, answering.cover
    return replace(
        found,
        row=replace(found.row, client=None, born=None, tags=tuple(mask(one) for one in found.row.tags)),
        age=traces.age_band(found.row.born, r.today) if found.row.born is not None else "",
        aliases=(),
        reasons=triage.unnamed(found.reasons),
        source=traces.tag(_("organisation")) if found.source else "",
        alerts=tuple(replace(one, text=told(one.text)) for one in found.alerts),
        contacts=tuple(replace(one, note=told(one.note), own=told(one.own)) for one in found.contacts),
        notes=tuple(replace(one, text=told(one.text)) for one in found.notes),
        tasks=tuple(replace(one, title=told(one.title)) for one in found.tasks),
        appointments=tuple(
            replace(one, title=told(one.title), place=one.place and traces.tag(_("place")), repeats="", referral=None)
            for one in found.appointments
        ),
        stages=tuple(replace(one, why=told(one.why), destination=told(one.destination)) for one in found.stages),
        risks=tuple(replace(one, why=told(one.why)) for one in found.risks),
        assignments=tuple(replace(one, why=mask(one.why)) for one in found.assignments),
        people=tuple(replace(one, name=people[one.id], relation=mask(one.relation)) for one in found.people),
        channels=tuple(
            replace(one, person=called.get(one.person or ""), value=traces.tag(_way(one.kind)), hours=mask(one.hours))
            for one in found.channels
        ),
        household=tuple(replace(one, client=None) for one in found.household),
        snoozed_why=told(found.snoozed_why),
        comments=tuple(replace(one, text=told(one.text)) for one in found.comments),
        answering=replace(
            answering,
            offer=offer and replace(offer, why=mask(offer.why)),
            custody=custody and replace(custody, why=mask(custody.why)),
            cover=cover and replace(cover, why=mask(cover.why)),
        ),
        consents=tuple(
            replace(
                one, recipient=traces.tag(_("organisation")), what=told(one.what), purpose=told(one.purpose),
                event=told(one.event), signer_name=one.signer_name and traces.tag(_("person")),
                discloser=traces.tag(_("organisation")), revocable=None, revoked_why=told(one.revoked_why),
            )
            for one in found.consents
        ),
        disclosures=tuple(
            replace(
                one, recipient=traces.tag(_("organisation")), address=one.address and traces.tag(_("place")),
                what=told(one.what), purpose=told(one.purpose), consulted=told(one.consulted), untold=told(one.untold),
            )
            for one in found.disclosures
        ),
        packets=tuple(
            replace(
                one, anyway=mask(one.anyway), question=told(one.question), text=told(one.text),
                answers=tuple(replace(answer, text=told(answer.text)) for answer in one.answers),
            )
            for one in found.packets
        ),
        documents=tuple(
            replace(
                one, name=one.name and traces.tag(_("document")), sha256=None,
                withdrawn_why=one.withdrawn_why and told(one.withdrawn_why),
            )
            for one in found.documents
        ),
        assessments=worded(r, case_id, found.assessments),
        needs=worded(r, case_id, found.needs),
        background=worded(r, case_id, found.background),
        plans=tuple(_plan(one, told) for one in found.plans),
        passed=tuple(replace(one, why=mask(one.why)) for one in found.passed),
        referrals=tuple(
            replace(
                one, service_id=None, service=one.service and traces.tag(_("organisation")), provider=None,
                person_id=None, person=one.person and traces.tag(_("person")), reason=told(one.reason),
            )
            for one in found.referrals
        ),
        budgets=tuple(replace(one, name=None) for one in found.budgets),
        authorisations=tuple(
            replace(
                one, service_id=None, service=one.service and traces.tag(_("organisation")), provider=None, item=told(one.item),
                unit=mask(one.unit), reason=told(one.reason), returned=told(one.returned),
                payments=tuple(replace(each, payee=None, reference=None, reason=told(each.reason)) for each in one.payments),
            )
            for one in found.authorisations
        ),
    )  # fmt: skip


def _plan(found: PlanRow, told: Callable[[str | None], str | None]) -> PlanRow:
    """A version of a plan with its words masked, and nobody named who is to do something."""
    return replace(
        found,
        wants=told(found.wants),
        returned=told(found.returned),
        reviews=tuple(replace(one, text=told(one.text)) for one in found.reviews),
        goals=tuple(
            replace(
                one, title=told(one.title) or "", measure=told(one.measure) or "", words=told(one.words),
                steps=tuple(
                    replace(step, title=told(step.title) or "", who_name=step.who_name and traces.tag(_("person")))
                    for step in one.steps
                ),
            )
            for one in found.goals
        ),
    )  # fmt: skip


def worded(r: Reading, case_id: int, found: Sequence[Row]) -> tuple[Row, ...]:
    """Rows of a case, each with what was said in words (`words`, `strengths`, `text`) masked. `found` was read with it."""
    mask = Mask(known(r, case_id), r.today)
    out = []
    for row in found:
        said = {name: getattr(row, name, None) for name in ("words", "strengths", "text")}
        masked: dict[str, Any] = {name: mask(text) for name, text in said.items() if text is not None}
        out.append(replace(row, **masked))
    return tuple(out)


def filled(r: Reading, found: Filled) -> Filled:
    """An assessment with its answers as it is shown without identity: what was answered by a code, a number or a day as it is, words
    masked. `found` was read with them; what was given is left out, since it is there to be gone on with."""
    mask = Mask(known(r, found.row.case_id), r.today)
    heard = tuple(replace(one, answer=mask(one.answer) if one.answer is not None else None) for one in found.heard)
    words = mask(found.row.words) if found.row.words is not None else None
    return replace(found, row=replace(found.row, words=words), heard=heard, answers={})


def _who(role: str) -> str:
    words = {RELATIVE: _("relative"), PROFESSIONAL: _("professional"), PERSON: _("person")}
    return words[_ROLES.get(role, PERSON)]


def _way(kind: str) -> str:
    return {"phone": _("phone"), "email": _("email"), "address": _("place")}.get(kind, _("contact"))


# -- what is brought to supervision ---------------------------------------------------------------


def topics(r: Reading, worker_id: int, found: Sequence[TopicRow]) -> tuple[TopicRow, ...]:
    """Topics as they are shown without identity: those about a case masked by what is known of it, those about none by the
    names of all clients of that worker. `r` sees them."""
    masks: dict[int | None, Mask] = {}

    def masked(one: TopicRow) -> TopicRow:
        if one.case_id not in masks:
            known_of = _clients_of(r, worker_id) if one.case_id is None else known(r, one.case_id)
            masks[one.case_id] = Mask(known_of, r.today)
        mask = masks[one.case_id]
        text, agreed, task = (mask(words) if words is not None else None for words in (one.text, one.agreed, one.task))
        return replace(one, client=None, text=text, agreed=agreed, task=task)

    return tuple(masked(one) for one in found)


def _clients_of(r: Reading, worker_id: int) -> Known:
    """The names of the clients of that worker, of those in sight."""
    theirs = select(case_file.c.client_id).where(scope.visible(r), case_file.c.owner_id == worker_id)
    names = [
        " ".join(part for part in row if part)
        for row in r.conn.execute(
            select(identity.c.given, identity.c.middle, identity.c.family).where(identity.c.client_id.in_(theirs))
        )
    ]
    names += r.conn.execute(select(alias.c.name).where(alias.c.client_id.in_(theirs))).scalars()
    return Known(tuple((name, CLIENT) for name in names))


# -- saved views ---------------------------------------------------------------------------------------


def nameless(r: Reading, found: list[ViewRow]) -> list[ViewRow]:
    """The views that look for nobody by name and are called after nobody; all of them where identity is seen."""
    if not r.me.masked:
        return found
    said = {word for row in found for word in words(row.name)}
    names = set(r.conn.execute(select(name_key.c.word).where(name_key.c.word.in_(said)).distinct()).scalars())
    return [row for row in found if query.mask_names(row.query) == row.query and not names & set(words(row.name))]


# -- whatever is answered ----------------------------------------------------------------------------


class Veil:
    """Takes case numbers and days out of what the practice answers. Remembers what cases are called."""

    def __init__(self, db: Database, *, dates: bool = False) -> None:
        self._db, self._dates = db, dates
        self._names: dict[str, str] = {}

    def over(self, answer: Any, today: date) -> Any:
        """The answer with the person's own names for cases in place of their numbers; days in sentences are said relatively,
        and with `dates` so are those that are values of their own."""
        found: list[str] = []

        def heard(text: str) -> str:
            found.extend(_NUMBER.findall(text))
            return text

        _walk(answer, heard, lambda day: day)
        new = sorted(set(found) - self._names.keys())
        if new:
            # Where the database is just gone a case is "[case]": what was done must not seem to have failed.
            with suppress(Unreachable):
                self._names |= pseudonyms.of_numbers(self._db, new)

        def said(text: str) -> str:
            text = _NUMBER.sub(lambda number: self._names.get(number[0], traces.tag(_("case"))), text)
            return said_loosely(text, today)

        def far(day: date) -> Any:
            return traces.relative(day.date() if isinstance(day, datetime) else day, today) if self._dates else day

        return _walk(answer, said, far)

    def error(self, error: CaseloadError, today: date) -> CaseloadError:
        """An error whose sentences say no case number."""
        error.message, error.details = self.over([error.message, error.details], today)
        error.args = (error.message,)
        return error


def said_loosely(words: str, today: date) -> str:
    """A sentence, each day in it said as how far it is."""
    return _DAY.sub(lambda day: _relative(day[0], today), words)


def _relative(text: str, today: date) -> str:
    try:
        return traces.relative(date.fromisoformat(text), today)
    except ValueError:
        return traces.tag(_("date"))


def _walk(value: Any, text: Any, day: Any) -> Any:
    """A value made anew with its texts and days put through functions; rows and lists keep their kind."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, date):
        return day(value)
    if is_dataclass(value) and not isinstance(value, type):
        old = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        new = {name: _walk(one, text, day) for name, one in old.items()}
        return replace(value, **new) if any(new[name] is not old[name] for name in new) else value
    if isinstance(value, Mapping):
        return {_walk(key, text, day): _walk(one, text, day) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(_walk(one, text, day) for one in value)
    if isinstance(value, (list, tuple)):
        return type(value)(_walk(one, text, day) for one in value)
    return value
