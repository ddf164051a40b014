"""Disclosures: what was told to whom, on which ground, and the accounting of it that a client can ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from ..errors import NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import case_file, disclosure, narrative, worker
from ..models.consent import BASES, EXCEPTIONS
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from . import consents, find, permits, scratches, values
from .consents import CLIENT

# The accounting reaches back so far: 45 CFR 164.528(a)(1).
ACCOUNTED_YEARS = 6


@dataclass(frozen=True, slots=True)
class NewDisclosure:
    """A telling. `basis` is `consent`, an exception, or `client` (told to the client themselves).

    An exception needs who was `consulted` ("nobody" is an answer) and whether the client was told: `untold` says why not.
    """

    case: str | int
    recipient: str
    kinds: Sequence[str]
    what: str
    purpose: str
    basis: str = "consent"
    address: str = ""
    consulted: str = ""
    client_told: bool | None = None
    untold: str = ""
    on: date | None = None
    scratch: str | None = None


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """A telling on record, or an addendum to one. Free text is None for those who may not read it."""

    id: int
    on: date
    recipient: str | None
    address: str | None
    kinds: tuple[str, ...]
    what: str | None
    purpose: str | None
    basis: str
    consent: int | None
    under: int | None
    consulted: str | None
    client_told: bool
    untold: str | None
    by: str
    addendum_to: int | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One telling in the accounting: 45 CFR 164.528(b)(2), with what was added to its record since."""

    case: str
    on: date
    recipient: str
    address: str
    what: str
    purpose: str
    basis: str


def tell(w: Work, new: NewDisclosure) -> Receipt:
    """Record a telling. It is never undone nor altered: `add_to` corrects it.

    Raises NotPermitted where it is said to rest on a consent and none permits it, Usage where an element is missing.
    """
    basis = values.one_of(_("basis"), new.basis, BASES)
    ref = find.to_act_on(w, [new.case], closed=True)[0]
    day = new.on or w.today
    if day > w.today:
        raise Usage(_("What is told is recorded once it was; {day} lies ahead.").format(day=day.isoformat()))
    shown, key = consents.recipient(CLIENT if basis == CLIENT else new.recipient)
    if key == CLIENT and basis != CLIENT:
        raise Usage(_("What is told to the client themselves has the basis client."))
    about = consents.kinds(new.kinds)
    told: dict[str, object] = {
        "consulted": values.short(_("Who was consulted"), new.consulted),
        "client_told": new.client_told is not False,
    }
    if basis in EXCEPTIONS:
        _explained(new)
    elif basis == "consent":
        permit = permits.may_all_go(w, {ref.id: ref.number}, shown, about, day)[ref.id]
        if isinstance(permit, str) or permit.consent is None:
            raise NotPermitted(permit if isinstance(permit, str) else permits.no_consent(ref.number))
        told["consent_id"] = permit.consent
    if new.client_told is False:
        told["untold_id"] = _prose(w, ref.id, _("Why the client was not told"), new.untold)
    made = w.add(
        disclosure,
        {
            "case_id": ref.id, "recipient": shown, "recipient_key": key, "address": values.short(_("The address"), new.address),
            "kinds": ",".join(about), "what_id": _prose(w, ref.id, _("What was told"), new.what),
            "purpose_id": _prose(w, ref.id, _("The purpose"), new.purpose), "basis": basis, "on_date": day,
            "recorded_at": w.now, "worker_id": w.me.id, **told,
        },
    )  # fmt: skip
    scratches.clear(w, new.scratch)
    said = _("Recorded a disclosure ({basis})").format(basis=permits.basis_words(basis))
    return w.receipt(said, cases=[ref.id], undoable=False, data={"disclosure": made})


def add_to(w: Work, disclosure_id: int, text: str, *, scratch: str | None = None) -> Receipt:
    """Correct a telling on record, or add to it: a row of its own that refers to it."""
    row = find.row_to_act_on(w, disclosure, disclosure_id, _("There is no such disclosure."))
    if row.addendum_to_id is not None:
        raise Refused(_("That is an addendum itself. Add to the disclosure it belongs to."))
    kept = (
        "case_id", "recipient", "recipient_key", "address", "kinds", "purpose_id", "basis", "consent_id", "under_id",
        "consulted", "client_told", "untold_id",
    )  # fmt: skip
    same = {name: getattr(row, name) for name in kept}
    new: dict[str, object] = {
        "what_id": _prose(w, row.case_id, _("The addendum"), text),
        "addendum_to_id": disclosure_id,
    }
    new |= {"on_date": w.today, "recorded_at": w.now, "worker_id": w.me.id}
    made = w.add(disclosure, same | new)
    scratches.clear(w, scratch)
    said = _("Added to a disclosure on record")
    return w.receipt(said, cases=[row.case_id], undoable=False, data={"disclosure": made})


def must_be_of(r: Reading, case: str | int, disclosure_id: int) -> None:
    """Raises Usage where that disclosure is none of that case's."""
    find.must_be_of(r, disclosure, disclosure_id, case, _("There is no such disclosure in that case."))


def send(
    w: Work, cases: Mapping[int, str], recipient: str, what: Sequence[str], *, told: str | int, purpose: str
) -> Receipt:
    """Record that these cases leave for that recipient, each under the record that permits it; the receipt's data are the
    permits. For whatever leaves: it asks here, in the transaction that records it, before anything does. `told` are the words,
    or, of one case, the key of those that stand in its record already.

    Raises NotPermitted, naming case numbers only, where one of them may not go.
    """
    given = permits.permitted(w, cases, recipient, what)
    shown, key = consents.recipient(recipient)
    about = ",".join(consents.kinds(what))
    told = values.prose(_("What was told"), told) if isinstance(told, str) else told
    purpose = values.prose(_("The purpose"), purpose)
    ids = list(cases)
    for some in portions(ids):
        said = _said(w, [given[one].exception for one in some])
        rows: list[dict[str, object]] = []
        whats = _proses(w, some, told) if isinstance(told, str) else [told]
        for one, what_id, purpose_id in zip(some, whats, _proses(w, some, purpose), strict=True):
            permit = given[one]
            rows.append(
                {
                    "case_id": one, "recipient": shown, "recipient_key": key, "kinds": about, "what_id": what_id,
                    "purpose_id": purpose_id, "basis": permit.basis, "consent_id": permit.consent,
                    "under_id": permit.exception, "on_date": w.today, "recorded_at": w.now, "worker_id": w.me.id,
                    **said[permit.exception],
                }
            )  # fmt: skip
        w.conn.execute(insert(disclosure), rows)
    words = _n("Disclosed {n} case", "Disclosed {n} cases", len(ids)).format(n=len(ids))
    return w.receipt(words, cases=ids, undoable=False, data=given)


def of_case(r: Reading, case_id: int, *, named: bool = True, told: bool = True) -> tuple[DisclosureRow, ...]:
    """The tellings of a case and what was added to them, newest first, each addendum behind its telling."""
    parts = {name: narrative.alias(name) for name in ("what", "purpose", "untold")}
    columns: list[Any] = [disclosure, worker.c.handle]
    source: Any = disclosure.join(worker, worker.c.id == disclosure.c.worker_id)
    if told:
        for name, part in parts.items():
            columns.append(part.c.body.label(name))
            source = source.outerjoin(part, part.c.id == disclosure.c[f"{name}_id"])
    found = select(*columns).select_from(source).where(disclosure.c.case_id == case_id).order_by(disclosure.c.id)
    rows = [
        DisclosureRow(
            row.id, row.on_date, row.recipient if named else None, row.address if named else None,
            tuple(row.kinds.split(",")), row.what if told else None, row.purpose if told else None, row.basis,
            row.consent_id, row.under_id, row.consulted if named else None, row.client_told, row.untold if told else None,
            row.handle, row.addendum_to_id,
        )
        for row in r.conn.execute(found)
    ]  # fmt: skip
    first = {row.id: row for row in rows}

    def place(row: DisclosureRow) -> tuple[int, int, int]:
        whole = first[row.addendum_to] if row.addendum_to is not None else row
        return -whole.on.toordinal(), -whole.id, row.id

    return tuple(sorted(rows, key=place))


def accounting(r: Reading, case: str | int, first: date | None = None, last: date | None = None) -> list[AccountRow]:
    """Every telling about the client of a case in the six years to today (or those days), the oldest first: 45 CFR 164.528.

    Of all their cases in sight. What was told under a consent or to the client is left out, as (a)(1)(ii) and (iv) say.
    """
    if not r.me.sees_identity:
        raise NotPermitted(_("Your role ({role}) sees no client's name.").format(role=r.me.role))
    begin, end = first or window(r.today)[0], last or r.today
    found: list[AccountRow] = []
    for ref in find.cases(r, accounted(r, case)):
        rows = of_case(r, ref.id)
        for one in rows:
            if one.addendum_to is None and one.basis in EXCEPTIONS and begin <= one.on <= end:
                added = [
                    _("(added {day}) {text}").format(day=more.on.isoformat(), text=more.what)
                    for more in rows
                    if more.addendum_to == one.id
                ]
                what = "\n".join([one.what or "", *added])
                account = (
                    ref.number,
                    one.on,
                    one.recipient or "",
                    one.address or "",
                    what,
                    one.purpose or "",
                    one.basis,
                )
                found.append(AccountRow(*account))
    return sorted(found, key=lambda one: one.on)


def accounted(r: Reading, case: str | int) -> list[int]:
    """The cases in sight of the client of that case: what an accounting goes through, and a look at each."""
    theirs = select(case_file.c.id).where(case_file.c.client_id == find.case(r, case).client_id, scope.visible(r))
    return list(r.conn.execute(theirs.order_by(case_file.c.id)).scalars())


def window(today: date) -> tuple[date, date]:
    """The six years before a day on which an accounting is asked for, and that day."""
    year = today.year - ACCOUNTED_YEARS
    leap_day = (today.month, today.day) == (2, 29) and not (year % 4 == 0 and (year % 100 or year % 400 == 0))
    return today.replace(year=year, day=28 if leap_day else today.day), today


# ---------------------------------------------------------------- writing


def _explained(new: NewDisclosure) -> None:
    """Raises Usage where an exception is not explained."""
    if not new.consulted.strip():
        raise Usage(_("Say who was consulted; write nobody where nobody was."))
    if new.client_told is None:
        raise Usage(_("Say whether the client was told, and if not, why."))


def _prose(w: Work, case_id: int, what: str, text: str) -> int:
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": values.prose(what, text), "at": w.now}
    return w.add(narrative, prose)


def _proses(w: Work, ids: Sequence[int], text: str) -> list[int]:
    """The same words in the record of each of these cases; their keys in that order."""
    rows = [{"case_id": one, "worker_id": w.me.id, "body": text, "at": w.now} for one in ids]
    made = insert(narrative).returning(narrative.c.id, sort_by_parameter_order=True)
    return [int(key) for key in w.conn.execute(made, rows).scalars()]


def _said(w: Work, exceptions: Sequence[int | None]) -> dict[int | None, dict[str, object]]:
    """What was said of these exceptions: where the recipient is, who was consulted, whether the client was told. Under a
    consent the client knows."""
    names = ("address", "consulted", "client_told", "untold_id")
    found: dict[int | None, dict[str, object]] = {
        None: {"address": "", "consulted": "", "client_told": True, "untold_id": None}
    }
    keys = [key for key in exceptions if key is not None]
    rows = select(disclosure.c.id, *(disclosure.c[name] for name in names)).where(disclosure.c.id.in_(keys))
    for row in w.conn.execute(rows):
        found[row.id] = {name: getattr(row, name) for name in names}
    return found
