"""`caseload service`: what is offered, where, when and for whom; found, and kept right. It says nothing of a client."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _, _n

from . import output
from .directory import About, All, At, Checked, Name, Rename, Seen, Standing, Which, given, number, something
from .frame import Family, session
from .inputs import key_number, moment, text_of
from .options import Format, said
from .output import Column
from .receipts import done, key_of
from .session import names_shown
from .table import facts
from .terminal import say

if TYPE_CHECKING:
    from caseload.casework.finder import ServiceRow
    from caseload.casework.referred import TakeUp
    from caseload.store.database import Reading

commands = Family()

_service = commands.group("service", _("What is offered, where, when and for whom: find it, and keep it right."))

Provider = Annotated[str, said("ID|NAME", _("Who offers it."), "--provider")]
Domain = Annotated[str | None, said("CODE", _("The domain of need it is for, such as housing or legal."), "--domain")]
Languages = Annotated[str | None, said("CODE,...", _("The languages spoken there, such as it,en."), "--languages")]
Hours = Annotated[str | None, said("HOURS", _("When it is open, as in 'mon-fri 9-12:30 14-17, sat 9-12'."), "--hours")]
Cost = Annotated[str | None, said("TEXT", _("What it costs, in words."), "--cost")]
Price = Annotated[str | None, said("AMOUNT", _("What it costs, such as 12.50."), "--price")]
Capacity = Annotated[int | None, said("N", _("How many it takes."), "--capacity", min=0, max=1_000_000)]
AgeFrom = Annotated[int | None, said("N", _("From this age."), "--age-from", min=0, max=150)]
AgeTo = Annotated[int | None, said("N", _("To this age."), "--age-to", min=0, max=150)]
Residents = Annotated[str | None, said("PLACE,...", _("For those who live there."), "--residents")]
Highest = Annotated[str | None, said("AMOUNT", _("The highest income a month."), "--income-to")]
For = Annotated[str | None, said("TEXT|-|@FILE", _("Who it is for, in words."), "--eligibility")]
Bring = Annotated[str | None, said("TEXT", _("What to bring along."), "--bring")]
AnswerDays = Annotated[
    int | None,
    said(
        "N", _("It answers a referral within N days; else the program's days count."), "--answer-days", min=1, max=3660
    ),
]


@_service(
    "add",
    "caseload service add 'Night shelter' --provider 'Saint Anne' --domain housing --languages it,en --hours 'mon-sun 19-24' "
    "--age-from 18",
    "caseload service add 'Rent subsidy' --provider 'Saint Anne' --income-to 900 --residents Florence,Pisa --answer-days 30",
    help=_("Add a service to the directory. Whoever handles cases may."),
)
def service_add(
    ctx: typer.Context, name: Name, provider: Provider, about: About = None, domain: Domain = None, place: At = None,
    languages: Languages = None, hours: Hours = None, cost: Cost = None, price: Price = None, capacity: Capacity = None,
    age_from: AgeFrom = None, age_to: AgeTo = None, residents: Residents = None, income_to: Highest = None,
    eligibility: For = None, bring: Bring = None, answer_days: AnswerDays = None, format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import directory

    told = given(
        about=text_of(about, "--about"), domain=domain, place=place, languages=_several(languages), hours=_hours(hours),
        cost=cost, cost_cents=_cents(price, "--price"), capacity=capacity, age_from=age_from, age_to=age_to,
        residence=_several(residents), income_cents=_cents(income_to, "--income-to"),
        eligibility=text_of(eligibility, "--eligibility"), bring=bring, answer_days=answer_days,
    )  # fmt: skip

    done(
        session(ctx), "service add",
        lambda w: directory.add_service(w, directory.NewService(directory.provider_meant(w, provider), name, **told)), format,
        more=lambda receipt: key_of(receipt, "service"),
    )  # fmt: skip


@_service(
    "edit",
    "caseload service edit 'Night shelter' --hours 'mon-fri 9-13' --checked",
    "caseload service edit 'Night shelter' --age-from 18 --bring 'Identity card' --format json",
    help=_("Change what is said of a service; an empty text ('') takes it away, and its ages, amounts and days too."),
)
def service_edit(
    ctx: typer.Context, which: Which, name: Rename = None, about: About = None, domain: Domain = None, place: At = None,
    languages: Languages = None, hours: Hours = None, cost: Cost = None, price: Price = None,
    capacity: Annotated[str | None, said("N", _("How many it takes."), "--capacity")] = None,
    age_from: Annotated[str | None, said("N", _("From this age."), "--age-from")] = None,
    age_to: Annotated[str | None, said("N", _("To this age."), "--age-to")] = None,
    residents: Residents = None, income_to: Highest = None, eligibility: For = None, bring: Bring = None,
    answer_days: Annotated[str | None, said("N", _("It answers a referral within N days."), "--answer-days")] = None,
    state: Standing = None, checked: Checked = False, seen: Seen = None, format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import directory

    told = given(
        name=name, about=text_of(about, "--about"), domain=domain, place=place, languages=_several(languages),
        hours=_hours(hours), cost=cost, residence=_several(residents), eligibility=text_of(eligibility, "--eligibility"),
        bring=bring, state=state, checked=checked or None,
    )  # fmt: skip
    numbers = {"capacity": capacity, "age_from": age_from, "age_to": age_to, "answer_days": answer_days}
    for field, text in numbers.items():
        if text is not None:
            told[field] = key_number(text, "--" + field.replace("_", "-")) if text else None
    for field, text, option in (("cost_cents", price, "--price"), ("income_cents", income_to, "--income-to")):
        if text is not None:
            told[field] = _cents(text, option) if text else None
    something(told)
    done(
        session(ctx), "service edit",
        lambda w: directory.edit_service(w, directory.service_meant(w, which), told, seen=seen), format,
        more=lambda receipt: key_of(receipt, "service"),
    )  # fmt: skip


@_service(
    "close",
    "caseload service close 'Night shelter'",
    "caseload service close 'Rent subsidy' --gone --format json",
    help=_("A service is not offered for now, or no more: it is found no longer. What was sent to it stays."),
)
def service_close(
    ctx: typer.Context,
    which: Which,
    gone: Annotated[bool, typer.Option("--gone", help=_("It will not come back."))] = False,
    seen: Seen = None,
    format: Format = None,
) -> None:
    from caseload.casework import directory

    state = "defunct" if gone else "inactive"
    done(
        session(ctx), "service close",
        lambda w: directory.close_service(w, directory.service_meant(w, which), state, seen=seen), format,
        more=lambda receipt: key_of(receipt, "service"),
    )  # fmt: skip


@_service(
    "find",
    "caseload service find shelter --open now",
    "caseload service find --domain housing --for 2026-048212 --format json",
    help=_(
        "Services of which every word begins a word. What does not fit the client stands last and says which rule it is; the "
        "client's age, language and address are on record, their income and a residence can be given."
    ),
)
def service_find(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(metavar="WORDS", help=_("Words to look for."), show_default=False)] = "",
    domain: Domain = None,
    language: Annotated[str | None, said("CODE", _("A language spoken there."), "--language")] = None,
    open_: Annotated[
        str | None, said("now|DATETIME", _("Open now, or at a time such as 'fri 14:30'."), "--open")
    ] = None,
    near: Annotated[str | None, said("PLACE", _("The nearest to it first."), "--near")] = None,
    within: Annotated[str | None, said("KM", _("At most so far from it."), "--within")] = None,
    case: Annotated[str | None, said("CASE", _("Whether the client of that case fits."), "--for")] = None,
    income: Annotated[str | None, said("AMOUNT", _("With --for: the client's income a month."), "--income")] = None,
    residence: Annotated[str | None, said("PLACE", _("With --for: where they live."), "--residence")] = None,
    everything: All = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, metavar="N", help=_("At most so many."))] = 100,
    format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import finder

    from .which import to_read

    if case is None and (income is not None or residence is not None):
        raise Usage(_("--income and --residence go with --for."))
    if within is not None and not near:
        raise Usage(_("--within goes with --near."))
    with session(ctx).read() as r:
        wish = finder.Wish(
            words, domain or "", language or "", _when(open_, r), near or "",
            None if within is None else number(within, "--within"), None,
            _cents(income, "--income"), residence or "", everything=everything, limit=limit,
        )  # fmt: skip
        found = finder.look(r, replace(wish, case=to_read(r, case)) if case is not None else wish)
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("name", _("Service"), keep=9, least=14),
        Column("provider", _("Provider"), keep=7, least=10),
        Column("place", _("Place"), keep=6),
        Column("km", "km", keep=8 if near else 0, right=True),
        Column("misfit", _("Does not fit"), keep=8 if case else 0, least=12),
        Column("ask", _("Ask about"), keep=5 if case else 0),
        Column("open", _("Open"), keep=5),
        Column("hours", _("Hours"), keep=4, least=14),
        Column("domain", _("Domain"), keep=3),
        Column("languages", _("Languages"), keep=2),
        Column("phone", _("Phone"), keep=4),
        Column("checked_on", _("Checked"), keep=1, whole=True),
    ]
    output.rows([service_shape(row) for row in found.rows], columns, format)
    if found.total > len(found.rows):
        say(_("{n} of {total} shown; --limit shows more.").format(n=len(found.rows), total=found.total))
    if found.unplaced:
        said_ = _n(
            "{n} more is left out: its place is not known.",
            "{n} more are left out: their places are not known.",
            found.unplaced,
        )
        say(said_.format(n=found.unplaced))


@_service(
    "show",
    "caseload service show 'Night shelter'",
    "caseload service show 'Night shelter' --format json",
    help=_("Everything about a service: where, when, for whom, what to bring, and when it was last checked."),
)
def service_show(ctx: typer.Context, which: Which, format: Format = None) -> None:
    from caseload.casework import directory, finder

    with session(ctx).read() as r:
        shaped = service_shape(finder.one(r, directory.service_meant(r, which)))
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: facts(shaped.items()))


@_service(
    "take-up",
    "caseload service take-up",
    "caseload service take-up --by service --program housing --format json",
    help=_(
        "Of the referrals that were sent: how many were accepted, begun and completed, by kind, service or program, as far as you see "
        "them; with --rows, these referrals themselves."
    ),
)
def service_take_up(
    ctx: typer.Context,
    program: Annotated[str | None, said("PROGRAM", _("Of the cases of that program."), "--program")] = None,
    first: Annotated[str | None, said("DATE", _("Sent on that day or later."), "--from")] = None,
    last: Annotated[str | None, said("DATE", _("Sent on that day or before."), "--to")] = None,
    by: Annotated[
        Literal["kind", "service", "program"] | None,
        typer.Option("--by", help=_("What each number is of; the kind unless given."), show_default=False),
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help=_("Each referral that is counted, with its case."))] = False,
    format: Format = None,
) -> None:
    from caseload.casework import referred

    if rows and by is not None:
        raise Usage(_("--by counts, and --rows lists: one of the two."))

    from .inputs import day

    with session(ctx).read() as r:
        begin, end = (
            day(text, option, r.today, back=True) if text else None
            for text, option in ((first, "--from"), (last, "--to"))
        )
        if rows:
            listed = referred.taken_up(r, program=program, first=begin, last=end, named=names_shown(False))
        else:
            found = referred.take_up(r, program=program, first=begin, last=end, by=by or "kind")
    if rows:
        output.rows([{**asdict(one), "id": str(one.id)} for one in listed], TAKEN_UP, format)
        return
    whose = {
        "service": [Column("service_id", "ID", keep=8, whole=True, right=True), Column("service", _("Service"), keep=9, least=12)],
        "program": [Column("program", _("Program"), keep=9)],
    }  # fmt: skip
    output.rows(
        [take_up_shape(one, by or "kind") for one in found],
        [*whose[by], *TAKE_UP[1:]] if by in whose else TAKE_UP,
        format,
    )


def take_up_shape(one: TakeUp, by: str) -> dict[str, Any]:
    """What was taken up, as JSON has it: of one kind, to one service, or of one program."""
    whose: dict[str, dict[str, Any]] = {
        "kind": {"kind": one.kind}, "program": {"program": one.program},
        "service": {"service_id": None if one.service_id is None else str(one.service_id), "service": one.service},
    }  # fmt: skip
    from caseload.casework import referred

    return whose[by] | {step: getattr(one, step) for step in referred.TAKE_UP}


TAKEN_UP = [
    Column("id", "ID", keep=5, whole=True, right=True),
    Column("case", _("Case"), keep=9, whole=True),
    Column("program", _("Program"), keep=5),
    Column("kind", _("Kind"), keep=5),
    Column("service", _("Service"), keep=6, least=10),
    Column("state", _("State"), keep=8),
    Column("sent", _("Sent"), keep=9, whole=True),
    Column("accepted", _("Accepted"), keep=7, whole=True),
    Column("started", _("Begun"), keep=7, whole=True),
    Column("ended", _("Ended"), keep=7, whole=True),
]
TAKE_UP = [
    Column("kind", _("Kind"), keep=9),
    Column("offered", _("Sent"), keep=9, right=True),
    Column("accepted", _("Accepted"), keep=9, right=True),
    Column("begun", _("Begun"), keep=9, right=True),
    Column("completed", _("Completed"), keep=9, right=True),
]


def service_shape(row: ServiceRow) -> dict[str, Any]:
    """A service as JSON has it. Amounts are cents."""
    from caseload.casework.opening import written

    return {
        "id": str(row.id), "name": row.name, "provider": row.provider, "provider_id": str(row.provider_id), "about": row.about or None,
        "domain": row.domain, "place": row.place or None, "address": row.address or None, "phone": row.phone or None,
        "email": row.email or None, "url": row.url or None, "languages": list(row.languages), "hours": written(row.hours) or None,
        "open": row.open, "km": None if row.km is None else round(row.km, 1), "cost": row.cost or None,
        "cost_cents": row.cost_cents, "capacity": row.capacity, "age_from": row.age_from, "age_to": row.age_to,
        "residence": list(row.residence), "income_cents": row.income_cents, "eligibility": row.eligibility or None,
        "bring": row.bring or None, "answer_days": row.answer_days, "state": row.state, "checked_on": row.checked_on,
        "misfit": row.misfit, "rule": row.rule, "ask": list(row.ask), "version": row.version,
    }  # fmt: skip


# -- what was typed ---------------------------------------------------------------------------------


def _several(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(one.strip() for one in text.split(",") if one.strip())


def _hours(text: str | None) -> Any:
    from caseload.casework import opening

    return None if text is None else opening.read(text)


def _cents(text: str | None, option: str) -> int | None:
    from caseload.casework import amounts

    return None if text is None else amounts.cents(option, text)


def _when(text: str | None, r: Reading) -> Any:
    if text is None:
        return None
    return r.now if text.strip().lower() == "now" else moment(text, "--open", r, ahead=True)
