"""`caseload budget`, `authorise` and `pay`: so much for a program or a client, what may be spent of it, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, text_of
from .money_shape import AUTHORISATIONS, BUDGETS, PAYMENTS, authorisation_shape, budget_shape, payment_shape
from .options import Case, Format, Identified, said
from .receipts import done, key_of
from .session import looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

_budget = commands.group("budget", _("So much for a program, or for one client, in a period; and how it stands."))

Amount = Annotated[str | None, said("AMOUNT", _("How much, such as 1200 or 1200.50."), "--amount")]
Single = Annotated[
    str | None,
    said("AMOUNT", _("The most that one person authorises alone; 'none' for as much as there is."), "--single"),
]
From = Annotated[str | None, said("DATE", _("The first day."), "--from")]
To = Annotated[str | None, said("DATE", _("The last day."), "--to")]
Program = Annotated[str | None, said("PROGRAM", _("The budget of a program."), "--program")]
OneCase = Annotated[
    str | None, typer.Argument(metavar="CASE", help=_("Whose budget: a case number."), show_default=False)
]
Seen = Annotated[int | None, said("VERSION", _("The version you read, so that nobody's change is lost."), "--seen")]
FundName = Annotated[str | None, said("NAME", _("Who gives it: a fund, a grant."), "--name")]


@_budget(
    "list",
    "caseload budget list --program housing",
    "caseload budget list 2026-048212 --format json",
    help=_(
        "Budgets and how they stand: what waits, is authorised, committed and spent, what is left, and what will be spent by the last "
        "day at the rate so far. Of a case, of a program, or of all programs. Everybody reads a program's, in sums."
    ),
)
def budget_list(ctx: typer.Context, case: OneCase = None, program: Program = None, format: Format = None) -> None:
    from caseload.casework import budgets, find, referrals

    if case is not None and program is not None:
        raise Usage(_("A budget is a program's, or one case's: name one of the two."))
    with session(ctx).read() as r:
        if case is not None:
            referrals.in_sight(r)
            key = find.case(r, to_read(r, case)).id
            found = budgets.of_case(r, key, named=names_shown(False) and r.me.sees_identity)
        else:
            found = budgets.of_programs(r, program)
        currency = r.agency.currency
    output.rows([budget_shape(one, currency) for one in found], BUDGETS, format)


@_budget(
    "set",
    "caseload budget set --program housing --amount 25000 --from 2026-01-01 --to 2026-12-31 --name 'City grant'",
    "caseload budget set 2026-048212 --amount 1500 --single 400 --from 2026-01-01 --to 2026-12-31",
    help=_(
        "Set a budget: of a program, which an admin does, or of a client, which who supervises the case does. Above --single, or "
        "what is left, two people authorise."
    ),
)
def budget_set(
    ctx: typer.Context, case: OneCase = None, program: Program = None, amount: Amount = None, first: From = None,
    last: To = None, single: Single = None, name: FundName = None, format: Format = None,
) -> None:  # fmt: skip
    if (case is None) == (program is None):
        raise Usage(_("A budget is a program's, or one case's: name one of the two."))
    if amount is None or first is None or last is None:
        raise Usage(_("A budget has --amount, --from and --to."))
    cents, most = _cents(amount, "--amount"), _single(single)
    asked = session(ctx)
    number = to_change(asked, case, one=True)[0] if case is not None else None

    def do(w: Work) -> Receipt:
        from caseload.casework import budgets

        days = (day(first, "--from", w.today, back=True), day(last, "--to", w.today))
        new = budgets.NewBudget(cents, *days, program=program, case=number, name=name or "", single=most)
        return budgets.add(w, new)

    done(asked, "budget set", do, format, more=lambda receipt: key_of(receipt, "budget"))


@_budget(
    "change",
    "caseload budget change ID --amount 1800",
    "caseload budget change ID --to 2027-03-31 --single none --seen 2",
    help=_(
        "Raise, lower or set right a budget, by the number that the list shows. What was authorised under it stands."
    ),
)
def budget_change(
    ctx: typer.Context,
    what_id: Annotated[str, typer.Argument(metavar="ID", help=_("Which budget."), show_default=False)],
    amount: Amount = None, first: From = None, last: To = None, single: Single = None, name: FundName = None, seen: Seen = None,
    format: Format = None,
) -> None:  # fmt: skip
    key = key_number(what_id, "ID")
    changes: dict[str, Any] = {}
    if amount is not None:
        changes["cents"] = _cents(amount, "--amount")
    if single is not None:
        changes["single"] = _single(single)
    if name is not None:
        changes["name"] = name
    if not changes and first is None and last is None:
        raise Usage(_("Say what is different: --amount, --single, --from, --to or --name."))

    def do(w: Work) -> Receipt:
        from caseload.casework import budgets

        if first is not None:
            changes["first"] = day(first, "--from", w.today, back=True)
        if last is not None:
            changes["last"] = day(last, "--to", w.today)
        return budgets.change(w, key, changes, seen=seen)

    done(session(ctx), "budget change", do, format, more=lambda receipt: key_of(receipt, "budget"))


Act = Literal["list", "draft", "ask", "approve", "return", "end", "withdraw", "renew"]
_NEW = ("amount", "units", "unit", "from", "to", "service", "for", "budget", "referral", "reason")
_TAKES: dict[str, tuple[str, ...]] = {
    "list": (), "draft": _NEW, "ask": _NEW, "approve": ("reason",), "return": ("reason",), "end": ("on",), "withdraw": (),
    "renew": ("to", "amount", "units", "reason"),
}  # fmt: skip
_AGAIN = ("amount", "units", "to", "reason")


@commands.command(
    "authorise",
    "caseload authorise 2026-048212 ask --for 'A bed' --amount 180 --from today --to +30d",
    "caseload authorise 2026-048212 list --identified --why 'For the funder'",
    help=_(
        "What may be spent for a client: draft; ask, for something new or for the draft ID; approve or return ID, by who supervises the "
        "case and did not ask; end, withdraw and renew ID; or list. Within the limits asking approves it; above one it needs --reason, "
        "and waits."
    ),
)
def authorise(
    ctx: typer.Context,
    case: Case,
    act: Annotated[Act, typer.Argument(metavar="ACT", help=_("What to do, as above; list unless given."))] = "list",
    what_id: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which one."), show_default=False)] = None,
    item: Annotated[str | None, said("TEXT", _("What it is for, where it is no service of the directory."), "--for")] = None,
    service: Annotated[str | None, said("ID|NAME", _("The service at which it may be spent."), "--service")] = None,
    amount: Amount = None,
    units: Annotated[int | None, said("N", _("How many of what is counted."), "--units", min=1, max=1_000_000)] = None,
    unit: Annotated[str | None, said("WORD", _("What is counted: hour, night, session."), "--unit")] = None,
    first: From = None,
    last: To = None,
    budget: Annotated[
        str | None, said("ID|none", _("Under which budget; the only one of these days unless given."), "--budget")
    ] = None,
    referral: Annotated[str | None, said("ID", _("The referral it is for."), "--referral")] = None,
    reason: Annotated[
        str | None, said("TEXT|-|@FILE", _("Why; needed above a limit, and to return it."), "--reason")
    ] = None,
    on: Annotated[str | None, said("DATE", _("With end: on which day; today unless given."), "--on")] = None,
    seen: Seen = None,
    identified: Identified = False,
    why: Annotated[str | None, said("TEXT", _("With --identified, the reason."), "--why")] = None,
    format: Format = None,
) -> None:  # fmt: skip
    form = {
        "for": item, "service": service, "amount": amount, "units": units, "unit": unit, "from": first, "to": last, "budget": budget,
        "referral": referral, "reason": text_of(reason, "--reason"), "on": on,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    _fits(act, given, what_id, identified, seen)
    asking = session(ctx)
    if act == "list":
        looked(asking, "authorise", identified, why)
        _list(asking, case, names_shown(identified), format)
        return
    if why is not None:
        raise Usage(_("--why goes with --identified here."))
    key = key_number(what_id, "ID") if what_id is not None else None
    [number] = to_change(asking, case, one=True)
    done(asking, f"authorise {act}", lambda w: _do(w, act, number, key, given, seen), format, more=_more)


def _fits(act: str, given: dict[str, Any], what_id: str | None, identified: bool, seen: int | None) -> None:
    """Raises Usage for options that go with another act."""
    takes = _AGAIN if act == "ask" and what_id is not None else _TAKES[act]
    if wrong := [name for name in given if name not in takes]:
        raise Usage(_("{act} takes no --{option} here.").format(act=act, option=wrong[0]))
    if act in ("list", "draft") and what_id is not None:
        raise Usage(_("{act} takes no ID.").format(act=act))
    if what_id is None and act not in ("list", "draft", "ask"):
        raise Usage(_("{act} takes the ID of an authorisation, as the list shows it.").format(act=act))
    if identified and act != "list":
        raise Usage(_("--identified goes with list."))
    if seen is not None and (what_id is None or act == "renew"):
        raise Usage(_("--seen goes with the ID of an authorisation that is to change."))
    if act == "renew" and "to" not in given:
        raise Usage(_("renew takes --to, its new last day."))
    if act == "return" and "reason" not in given:
        raise Usage(_("return takes --reason: why it is sent back."))
    if act in ("draft", "ask") and what_id is None and not {"from", "to"} <= {*given}:
        raise Usage(_("Say from which day to which: --from and --to."))


def _do(w: Work, act: str, number: str, key: int | None, given: dict[str, Any], seen: int | None) -> Receipt:
    from caseload.casework import authorising

    if key is None:
        new = _new(w, number, given)
        return authorising.draft(w, new) if act == "draft" else authorising.ask(w, new)
    authorising.must_be_of(w, number, key)
    reason = given.get("reason", "")
    cents = _cents(given["amount"], "--amount") if "amount" in given else None
    when = day(given["on"], "--on", w.today, back=True) if "on" in given else None
    last = day(given["to"], "--to", w.today) if "to" in given else None
    more = {"cents": cents, "units": given.get("units"), "reason": reason}

    def renewed() -> Receipt:
        assert last is not None
        return authorising.renew(w, key, last, **more)

    acts: dict[str, Callable[[], Receipt]] = {
        "ask": lambda: authorising.ask_again(w, key, last=last, seen=seen, **more),
        "approve": lambda: authorising.approve(w, key, reason=reason, seen=seen),
        "return": lambda: authorising.send_back(w, key, reason, seen=seen),
        "end": lambda: authorising.end(w, key, on=when, seen=seen),
        "withdraw": lambda: authorising.withdraw(w, key, seen=seen),
        "renew": renewed,
    }
    return acts[act]()


def _new(w: Work, number: str, given: dict[str, Any]) -> Any:
    from caseload.casework import directory
    from caseload.casework.authorising import NewAuthorisation

    days: tuple[date, date] = (
        day(given["from"], "--from", w.today, back=True), day(given["to"], "--to", w.today),
    )  # fmt: skip
    under = given.get("budget")
    none = under is not None and under.strip().lower() == "none"
    return NewAuthorisation(
        number, *days,
        cents=_cents(given["amount"], "--amount") if "amount" in given else None,
        units=given.get("units"), unit=given.get("unit", ""),
        service=directory.service_meant(w, given["service"]) if "service" in given else None,
        item=given.get("for", ""),
        budget=None if under is None or none else key_number(under, "--budget"), unbudgeted=none,
        referral=key_number(given["referral"], "--referral") if "referral" in given else None,
        reason=given.get("reason", ""),
    )  # fmt: skip


def _more(receipt: Receipt) -> dict[str, Any]:
    told = receipt.data or {}
    return key_of(receipt, "authorisation") | {"state": told.get("state"), "above": told.get("above", [])}


def _list(asking: Session, case: str, named: bool, format: output.FormatName | None) -> None:
    from caseload.casework import find, referrals, spending

    with asking.read() as r:
        referrals.in_sight(r)
        key = find.case(r, to_read(r, case)).id
        found = spending.of_case(r, key, named=named and r.me.sees_identity, told=False)
        currency = r.agency.currency
    output.rows([authorisation_shape(one, currency) for one in found], AUTHORISATIONS, format)


PayAct = Literal["list", "add", "back"]


@commands.command(
    "pay",
    "caseload pay 2026-048212 add ID --amount 60 --reference 2026/114",
    "caseload pay 2026-048212 back ID --why 'Paid to the wrong hostel'",
    help=_(
        "What was paid of an authorisation, or used of its units: add to the authorisation ID; back takes the payment ID back whole, with "
        "its reason, by a row of its own; or list. A payment is never edited."
    ),
)
def pay(
    ctx: typer.Context,
    case: Case,
    act: Annotated[PayAct, typer.Argument(metavar="list|add|back", help=_("What to do."))] = "list",
    what_id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help=_("With add: of which authorisation; with back: which payment."), show_default=False),
    ] = None,
    amount: Amount = None,
    units: Annotated[int | None, said("N", _("How many were used."), "--units", min=1, max=1_000_000)] = None,
    on: Annotated[str | None, said("DATE", _("On which day; today unless given."), "--on")] = None,
    payee: Annotated[str | None, said("NAME", _("To whom; who offers the service unless given."), "--payee")] = None,
    reference: Annotated[str | None, said("TEXT", _("An invoice's number, or the like."), "--reference")] = None,
    identified: Identified = False,
    why: Annotated[str | None, said("TEXT|-|@FILE", _("With back, why; with --identified, the reason."), "--why")] = None,
    format: Format = None,
) -> None:  # fmt: skip
    given = (amount, units, on, payee, reference)
    if act != "add" and any(one is not None for one in given):
        raise Usage(_("An amount, units, a day, a payee and a reference go with add."))
    if (act == "list") != (what_id is None):
        raise Usage(_("add takes the ID of an authorisation and back that of a payment; list takes none."))
    if identified and act != "list":
        raise Usage(_("--identified goes with list."))
    asking = session(ctx)
    if act == "list":
        looked(asking, "pay", identified, why)
        _payments(asking, case, names_shown(identified), format)
        return
    if (act == "back") != (why is not None):
        raise Usage(_("back takes --why: the reason, for the record."))
    key, reason = key_number(what_id, "ID"), text_of(why, "--why") or ""
    cents = _cents(amount, "--amount") if amount is not None else 0
    [number] = to_change(asking, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import authorising, payments

        if act == "back":
            payments.must_be_of(w, number, key)
            return payments.take_back(w, key, reason)
        authorising.must_be_of(w, number, key)
        when = day(on, "--on", w.today, back=True) if on is not None else None
        new = payments.NewPayment(key, cents, units or 0, when, payee or "", reference or "")
        return payments.pay(w, new)

    more = lambda receipt: key_of(receipt, "payment") | key_of(receipt, "authorisation")  # noqa: E731
    done(asking, f"pay {act}", do, format, more=more)


def _payments(asking: Session, case: str, named: bool, format: output.FormatName | None) -> None:
    from caseload.casework import find, referrals, spending

    with asking.read() as r:
        referrals.in_sight(r)
        key = find.case(r, to_read(r, case)).id
        found = spending.of_case(r, key, named=named and r.me.sees_identity, told=False)
        currency = r.agency.currency
    rows = [payment_shape(one, each.id, currency) for each in found for one in each.payments]
    output.rows(sorted(rows, key=lambda row: int(row["id"]), reverse=True), PAYMENTS, format)


def _cents(text: str, option: str) -> int:
    from caseload.casework import amounts

    return amounts.cents(option, text)


def _single(text: str | None) -> int | None:
    return None if text is None or text.strip().lower() in ("", "none") else _cents(text, "--single")
