"""Authorisations: what may be spent for a client, at a service or for a thing, in a period; drafted, asked for, approved, ended.

Within the limits whoever works with the case approves what they ask for in the same act. Above one (the most that a person authorises
alone, by the budget or by the program's policy; or more than the budget has left) it needs a reason, and is approved by who supervises
the case and did not ask.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import authorisation, narrative, policy, referral, service
from ..models.money import AUTHORISATION_STATES as STATES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import amounts, attention, budgets, find, scratches, values

_a = authorisation.c
# What it may become, from each state.
MOVES: dict[str, tuple[str, ...]] = {
    "drafted": ("asked", "withdrawn"),
    "asked": ("approved", "drafted", "withdrawn"),
    "approved": ("ended",),
    "ended": (),
    "withdrawn": (),
}
assert tuple(MOVES) == STATES


@dataclass(frozen=True, slots=True)
class NewAuthorisation:
    """So many `cents` at most, or so many `units` of something, or both, from `first` to `last`: at a service of the directory, or
    for a thing in words. `budget` is the one named; the only one that lasts so long unless `unbudgeted`. `renews` is the
    authorisation that it takes up again."""

    case: str | int
    first: date
    last: date
    cents: int | None = None
    units: int | None = None
    unit: str = ""
    service: int | None = None
    item: str = ""
    budget: int | None = None
    unbudgeted: bool = False
    referral: int | None = None
    reason: str = ""
    renews: int | None = None
    scratch: str | None = None


# -- acts ------------------------------------------------------------------------------------------


def draft(w: Work, new: NewAuthorisation) -> Receipt:
    """Write down what is to be asked for later. Raises Usage for what is missing or of another case."""
    ref, made = _write_new(w, new)
    scratches.clear(w, new.scratch)
    return w.receipt(
        _("Drafted an authorisation; nothing is asked for yet"), cases=[ref.id], data=_data(made, "drafted")
    )


def ask(w: Work, new: NewAuthorisation) -> Receipt:
    """Ask for an authorisation. Within the limits it is approved in the same act; above one it waits for who supervises the case,
    and says why. Raises as `draft` does, Refused where it is above a limit and has no reason."""
    _ref, made = _write_new(w, new)
    return _put(w, _row(w, made), None, new.scratch)


def ask_again(
    w: Work, authorisation_id: int, *, cents: int | None = None, units: int | None = None, last: date | None = None,
    reason: str = "", seen: int | None = None, scratch: str | None = None,
) -> Receipt:  # fmt: skip
    """Ask for what is drafted or was sent back, perhaps with another amount or last day, or other words. Raises as `ask` does,
    Refused for what is no draft, NotPermitted for somebody else's."""
    row = _row(w, authorisation_id)
    _may(row, "asked")
    if row.asked_by != w.me.id and not w.me.holds_all:
        raise NotPermitted(_("Whoever drafted it asks for it. Draft one of your own, or have them ask."))
    changes: dict[str, Any] = {}
    if cents is not None:
        changes["cents"] = values.number(_("The amount in cents"), cents, 1, budgets.MOST)
    if units is not None:
        if not row.unit:
            raise Usage(_("Nothing is counted in that authorisation: it is an amount."))
        changes["units"] = values.number(_("The number"), units, 1, 1_000_000)
    if last is not None:
        changes["to_on"] = last
    if last is not None and row.budget_id is not None:
        budgets.meant(w, find.case(w, row.case_id), row.from_on, last, row.budget_id)
    if last is not None and last < row.from_on:
        raise Usage(_("An authorisation's last day lies before its first."))
    if reason.strip():
        changes["reason_id"] = _prose(w, row.case_id, _("The reason"), reason, before=row.reason_id)
    if changes:
        _write(w, row, seen, **changes)
        row, seen = _row(w, authorisation_id), None
    return _put(w, row, seen, scratch)


def approve(
    w: Work, authorisation_id: int, *, reason: str = "", seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Approve what was asked for; `reason` is added where it is above a limit and nobody has said why yet. Who supervises the case does,
    and nobody what they asked for themselves. Raises NotPermitted for anybody else, Refused where it does not wait, or has no reason."""
    row = _waiting(w, authorisation_id)
    said = row.reason_id
    if reason.strip():
        said = _prose(w, row.case_id, _("The reason"), reason, before=row.reason_id)
    above = above_limits(w, row)
    if above and said is None:
        raise Refused(
            _("It is above a limit ({which}): say why it may be all the same.").format(which=", ".join(above))
        )
    _write(
        w, row, seen, state="approved", approved_by=w.me.id, approved_at=w.now, approved_on=w.today, above=bool(above),
        reason_id=said,
    )  # fmt: skip
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, scratch)
    done = _("Approved {what} until {day}").format(what=_what(w, row), day=row.to_on.isoformat())
    return w.receipt(done + _above(above), cases=[row.case_id], data=_data(row.id, "approved", above))


def send_back(
    w: Work, authorisation_id: int, why: str, *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Send back what was asked for, saying why: it is a draft again. Raises as `approve` does, Usage without a reason."""
    row = _waiting(w, authorisation_id)
    prose = _prose(w, row.case_id, _("The reason"), why, before=row.returned_id)
    _write(w, row, seen, state="drafted", returned_id=prose)
    scratches.clear(w, scratch)
    return w.receipt(_("Sent an authorisation back"), cases=[row.case_id], data=_data(row.id, "drafted"))


def end(w: Work, authorisation_id: int, *, on: date | None = None, seen: int | None = None) -> Receipt:
    """An authorisation comes to its end, today or on a day that has been; what was not paid of it is free again."""
    row = _row(w, authorisation_id)
    _may(row, "ended")
    day = on or w.today
    if not min(row.approved_on, w.today) <= day <= w.today:
        said = _("It ends on a day from its approval ({first}) until today; {day} is none.")
        raise Usage(said.format(first=row.approved_on.isoformat(), day=day.isoformat()))
    _write(w, row, seen, state="ended", ended_on=day)
    attention.taken_up(w, [row.case_id])
    return w.receipt(_("Ended an authorisation"), cases=[row.case_id], data=_data(row.id, "ended"))


def withdraw(w: Work, authorisation_id: int, *, seen: int | None = None) -> Receipt:
    """Take back what is drafted or asked for."""
    row = _row(w, authorisation_id)
    _may(row, "withdrawn")
    _write(w, row, seen, state="withdrawn", ended_on=w.today)
    attention.taken_up(w, [row.case_id])
    return w.receipt(_("Withdrew an authorisation"), cases=[row.case_id], data=_data(row.id, "withdrawn"))


def renew(
    w: Work, authorisation_id: int, last: date, *, cents: int | None = None, units: int | None = None, reason: str = "",
    scratch: str | None = None,
) -> Receipt:  # fmt: skip
    """The same again from the day after its last, until `last`: as much as before unless said otherwise. It is asked for as any other;
    once approved, the one before is waited for no more. Raises as `ask` does, Refused for what does not run, or was renewed."""
    row = _row(w, authorisation_id)
    if row.state not in ("approved", "ended"):
        raise Refused(_("Only what was approved is renewed."))
    ref = find.to_act_on(w, [row.case_id])[0]
    first = row.to_on + timedelta(days=1)
    # The budget of before, if it lasts; else the next one that does.
    kept = row.budget_id
    if kept is not None:
        try:
            budgets.meant(w, ref, first, last, kept)
        except Usage:
            kept = None
    new = NewAuthorisation(
        row.case_id, first, last, cents if cents is not None else row.cents, units if units is not None else row.units,
        row.unit, row.service_id, row.item, kept, row.budget_id is None, row.referral_id, reason, row.id, scratch,
    )  # fmt: skip
    return ask(w, new)


def must_be_of(r: Reading, case: str | int, authorisation_id: int) -> None:
    """Raises Usage where that authorisation is none of that case's."""
    find.must_be_of(r, authorisation, authorisation_id, case, _("There is no such authorisation in that case."))


def state_words(state: str) -> str:
    """The state of an authorisation as people say it."""
    return {
        "drafted": _("drafted"), "asked": _("waits for approval"), "approved": _("authorised"), "ended": _("ended"),
        "withdrawn": _("withdrawn"),
    }[state]  # fmt: skip


class Unexplained(Refused):
    """What is asked for goes above a limit, and nobody has said why."""


# -- limits ------------------------------------------------------------------------------------------


def above_limits(w: Work, row: Row) -> list[str]:  # type: ignore[type-arg]
    """The limits that an authorisation would go above, in words, the budget held until this act is done."""
    if row.cents is None:
        return []
    found = []
    ref = find.case(w, row.case_id)
    current = (policy.c.program_id == ref.program_id, policy.c.is_current)
    most: int | None = w.conn.execute(select(policy.c.single_cents).where(*current)).scalar()
    held = budgets.hold(w, row.budget_id, but=row.id) if row.budget_id is not None else None
    theirs = held.single if held is not None else None
    alone = min((one for one in (most, theirs) if one is not None), default=None)
    if alone is not None and row.cents > alone:
        found.append(_("{amount} is the most that one authorises alone").format(amount=budgets.money(w, alone)))
    if held is not None and held.taken + row.cents > held.cents:
        left = held.cents - held.taken
        if left > 0:
            found.append(_("{amount} is left of the budget").format(amount=budgets.money(w, left)))
        else:
            found.append(_("nothing is left of the budget"))
    return found


def _above(above: list[str]) -> str:
    return _("; above a limit: {which}").format(which=", ".join(above)) if above else ""


def _put(w: Work, row: Row, seen: int | None, scratch: str | None) -> Receipt:  # type: ignore[type-arg]
    """Ask for what is drafted: approved at once within the limits."""
    above = above_limits(w, row)
    asked = {"asked_on": w.today, "state": "asked"}
    if above and row.reason_id is None:
        raise Unexplained(
            _("It is above a limit ({which}): say why it may be all the same.").format(which=", ".join(above)),
            details=[_("Who supervises the case then approves it, or sends it back.")],
        )
    if not above:
        asked |= {"state": "approved", "approved_by": w.me.id, "approved_at": w.now, "approved_on": w.today}
    _write(w, row, seen, **asked)
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, scratch)
    what = _what(w, row)
    if above:
        said = _("Asked for {what} until {day}; it waits for who supervises the case, above a limit: {which}").format(
            what=what, day=row.to_on.isoformat(), which=", ".join(above)
        )
    else:
        said = _("Authorised {what} until {day}").format(what=what, day=row.to_on.isoformat())
    return w.receipt(said, cases=[row.case_id], data=_data(row.id, str(asked["state"]), above))


def _what(r: Reading, row: Row) -> str:  # type: ignore[type-arg]
    """How much, in words: an amount, a number, or both; never what for."""
    parts = [budgets.money(r, row.cents)] if row.cents is not None else []
    parts += [_("{n} units").format(n=row.units)] if row.units is not None else []
    under = _(" under no budget") if row.cents is not None and row.budget_id is None else ""
    return ", ".join(parts) + under


def _data(key: int, state: str, above: list[str] | None = None) -> dict[str, Any]:
    return {"authorisation": key, "state": state, "above": list(above or [])}


# -- writing -----------------------------------------------------------------------------------------


def _write_new(w: Work, new: NewAuthorisation) -> tuple[find.CaseRef, int]:
    ref = find.to_act_on(w, [new.case])[0]
    if new.cents is None and new.units is None:
        raise Usage(_("Say how much: an amount, or how many of what is counted."))
    if new.cents is not None:
        values.number(_("The amount in cents"), new.cents, 1, budgets.MOST)
    unit = values.name(_("What is counted"), new.unit)
    if (new.units is None) != (not unit):
        raise Usage(_("What is counted has a number and a word, as in: 12 hours."))
    if new.units is not None:
        values.number(_("The number"), new.units, 1, 1_000_000)
    item = values.short(_("What it is for"), new.item)
    if new.service is None and not item:
        raise Usage(_("Say at which service, or for what."))
    if new.last < new.first:
        raise Usage(_("An authorisation's last day lies before its first."))
    if new.service is not None and not w.conn.execute(select(service.c.id).where(service.c.id == new.service)).first():
        raise Usage(_("There is no service {id}.").format(id=new.service))
    if new.referral is not None:
        find.must_be_of(w, referral, new.referral, ref.id, _("There is no such referral in that case."))
    if new.budget is not None and new.cents is None:
        raise Usage(_("Under a budget it is an amount of money that is authorised."))
    if new.renews is not None:
        must_be_of(w, ref.id, new.renews)
        taken = select(_a.id).where(_a.renews_id == new.renews, _a.state != "withdrawn")
        if w.conn.execute(taken).first() is not None:
            raise Refused(_("That authorisation was renewed already."))
    under = None
    if new.cents is not None and not (new.unbudgeted and new.budget is None):
        under = budgets.meant(w, ref, new.first, new.last, new.budget)
    reason = _prose(w, ref.id, _("The reason"), new.reason) if new.reason.strip() else None
    row = {
        "uid": str(uuid.uuid4()), "case_id": ref.id, "budget_id": under, "referral_id": new.referral, "service_id": new.service,
        "item": item, "cents": new.cents, "units": new.units, "unit": unit, "from_on": new.first, "to_on": new.last,
        "asked_by": w.me.id, "drafted_on": w.today, "reason_id": reason, "renews_id": new.renews, "at": w.now,
    }  # fmt: skip
    return ref, w.add(authorisation, row)


def _prose(w: Work, case_id: int, what: str, text: str, *, before: int | None = None) -> int:
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": values.prose(what, text), "at": w.now}
    return w.add(narrative, prose | {"supersedes_id": before})


def _row(w: Work, authorisation_id: int) -> Row:  # type: ignore[type-arg]
    missing = _("There is no authorisation {id}.").format(id=authorisation_id)
    return find.row_to_act_on(w, authorisation, authorisation_id, missing)


def _may(row: Row, state: str) -> None:  # type: ignore[type-arg]
    """Raises Refused, with what is possible, where an authorisation cannot become that."""
    if state in MOVES[row.state]:
        return
    now = state_words(row.state)
    if not MOVES[row.state]:
        raise Refused(_("That authorisation is {state}, and that is its end. Ask anew.").format(state=now))
    possible = ", ".join(state_words(one) for one in MOVES[row.state])
    raise Refused(_("That authorisation is {state}; it may become: {possible}.").format(state=now, possible=possible))


def _waiting(w: Work, authorisation_id: int) -> Row:  # type: ignore[type-arg]
    """What waits and may be approved by this person. Raises NotPermitted, Refused."""
    row = _row(w, authorisation_id)
    ref = find.to_act_on(w, [row.case_id])[0]
    if not scope.may_lead(w, ref):
        raise NotPermitted(_("Only who supervises the case approves what is asked for, or sends it back."))
    if row.state != "asked":
        raise Refused(_("That authorisation does not wait for approval."))
    if row.asked_by == w.me.id:
        raise NotPermitted(_("Nobody approves what they asked for themselves. Another supervisor does."))
    return row


def _write(w: Work, row: Row, seen: int | None, **changes: object) -> None:  # type: ignore[type-arg]
    version = row.version if seen is None else seen
    same = (_a.id == row.id, _a.version == version)
    if not w.conn.execute(update(authorisation).where(*same).values({**changes, "version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that authorisation meanwhile. Nothing was changed; look again."))


def shown(cents: int | None, units: int | None, unit: str, currency: str) -> str:
    """How much, as the record shows it: an amount, a number of what is counted, or both."""
    parts = [f"{amounts.shown(cents)} {currency}"] if cents is not None else []
    return ", ".join(parts + ([f"{units} {unit}"] if units is not None else []))
