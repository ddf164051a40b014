"""Appointments of a case: once or again and again, with the way there, and with what they clash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .dated import listed, no_look, only_list
from .frame import Family, session
from .inputs import day, key_number, moment, text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column, local
from .receipts import key_of, told
from .terminal import say
from .which import to_change

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, tzinfo

    from caseload.casework.clashes import Clash
    from caseload.casework.entries import AppointmentRow
    from caseload.casework.page import CasePage
    from caseload.casework.recurrence import Rule
    from caseload.store.database import Receipt, Work

commands = Family()

AppointmentAct = Literal["list", "add", "move", "change", "kept", "missed", "cancel", "again"]
How = Literal["in_person", "phone", "video", "client_alone"]
_SEVERAL = ("move", "change", "cancel")


@commands.command(
    "appointment",
    "caseload appointment 2026-048212 add --at 'friday 14:30' --minutes 45 --repeat 'weekly on mon,thu' --until +12w",
    "caseload appointment 2026-048212 list --format json",
    help=_(
        "Appointments of a case: add --at DATETIME, with --repeat again and again; move or change ID; kept, missed, cancel or again "
        "(scheduled) ID; or list them. What they clash with is said: other appointments of the client, in whichever case, and of "
        "the worker, the way included; absences and holidays. They stand all the same."
    ),
)
def appointment(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        AppointmentAct,
        typer.Argument(metavar="add|move|change|kept|missed|cancel|again|list", help=_("What to do.")),
    ] = "list",
    what: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which appointment."), show_default=False)] = None,
    at: Annotated[str | None, said("DATETIME", _("When it begins: 'friday 14:30', 2026-12-01T09:00."), "--at")] = None,
    minutes: Annotated[
        int | None,
        said("N", _("How long it lasts: 60 unless given; moved, as before."), "--minutes", min=1, max=1440),
    ] = None,
    repeat: Annotated[
        str | None,
        said("RULE", _("Again and again: daily, 'weekly on mon,thu', 'every 2 weeks', 'monthly on last fri'."), "--repeat"),
    ] = None,
    rrule: Annotated[
        str | None, said("RRULE", _("The same as iCalendar writes it: 'FREQ=WEEKLY;BYDAY=MO,TH'."), "--rrule")
    ] = None,
    until: Annotated[str | None, said("DATE", _("With --repeat: the last day."), "--until")] = None,
    times: Annotated[int | None, said("N", _("With --repeat: how many times."), "--times", min=1, max=1000)] = None,
    travel: Annotated[
        str | None, said("N[,M]", _("Minutes on the way there, and back; as usual unless given."), "--travel")
    ] = None,
    how: Annotated[
        How | None,
        said("in_person|phone|video|client_alone", _("How they meet; client_alone goes without the worker."), "--how"),
    ] = None,
    following: Annotated[
        bool, typer.Option("--following", help=_("With move, change and cancel: this one of a series and those after it."))
    ] = False,
    seen: Annotated[
        int | None, said("VERSION", _("With move and change: the version you read; another is left alone."), "--seen")
    ] = None,
    title: Annotated[str | None, said("TEXT|-|@FILE", _("What for."), "--title")] = None,
    place: Annotated[str | None, said("TEXT", _("Where; the way is reckoned to there."), "--place")] = None,
    worker: Annotated[str | None, said("W", _("Whose; the case's holder unless given."), "--worker")] = None,
    referral: Annotated[int | None, said("ID", _("With add: with whom a referral was made to."), "--referral")] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help=_("With list: past ones too. With move, change and cancel: all of a series from today on.")),
    ] = False,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:  # fmt: skip
    asked = session(ctx)
    if act == "list":
        only_list(what)
        _only({"--following": following}, "move, change, cancel")
        listed(
            asked, case, "appointment", identified, why, format,
            lambda page, zone, named: _appointments(page, zone, named, everything),
        )  # fmt: skip
        return
    no_look(identified, why)
    if following and everything:
        raise Usage(_("Choose one of --following and --all."))
    which = "following" if following else "all" if everything else "one"
    if which != "one" and act not in _SEVERAL:
        raise Usage(_("--following and --all go with move, change and cancel."))
    [number] = to_change(asked, case, one=True)
    way = _way(travel)
    words = text_of(title, "--title")
    do: Callable[[Work], Receipt]
    if act == "add":
        if at is None or what is not None:
            raise Usage(_("Write: caseload appointment CASE add --at DATETIME [--title TEXT]"))

        def do(w: Work) -> Receipt:
            from caseload.casework.appointments import NewAppointment, appoint

            new = NewAppointment(
                number, moment(at, "--at", w, ahead=True), minutes or 60, words or "", place or "", worker, how or "in_person", way,
                _rule(repeat, rrule, until, times, w.today), referral,
            )  # fmt: skip
            return appoint(w, new)

    elif act in ("move", "change"):
        if at is None and act == "move":
            raise Usage(_("Write: caseload appointment CASE move ID --at DATETIME [--minutes N]"))
        changed_id = key_number(what, "ID")
        _only({"--referral": referral}, "add")

        def do(w: Work) -> Receipt:
            from caseload.casework.appointments import Changes, change

            when = moment(at, "--at", w, ahead=True) if at is not None else None
            again = _rule(repeat, rrule, until, times, w.today)
            wanted = Changes(when, minutes, words, place, worker, how, way, again)
            return change(w, changed_id, wanted, seen=seen, case=number, which=which)

    else:
        appointment_id = key_number(what, "ID")
        state = {"cancel": "cancelled", "again": "scheduled"}.get(act, act)

        def do(w: Work) -> Receipt:
            from caseload.casework.appointments import settle

            return settle(w, appointment_id, state, which=which)

    receipt = asked.act(f"appointment {act}", do)
    with asked.read() as r:
        zone = r.zone
    told(receipt, format, lambda done: _more(done, zone) if act in ("add", "move", "change") else _key(done))
    if output.chosen(format) == "table" and receipt.data is not None:
        for one in receipt.data.get("clashes", ()):
            say(clash_words(one, zone, dated=True))


def _only(options: dict[str, object], where: str) -> None:
    for name, value in options.items():
        if value not in (None, False):
            raise Usage(_("{option} goes with {where}.").format(option=name, where=where))


def _way(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    from caseload.casework import travel

    return travel.read(text)


def _rule(repeat: str | None, rrule: str | None, until: str | None, times: int | None, today: date) -> Rule | None:
    """The rule that the options say together. Raises Usage where they contradict each other."""
    if repeat is None and rrule is None:
        if until is not None or times is not None:
            raise Usage(_("--until and --times go with --repeat or --rrule."))
        return None
    if repeat is not None and rrule is not None:
        raise Usage(_("Choose one of --repeat and --rrule."))
    from caseload.casework import recurrence

    rule = recurrence.read(repeat or rrule or "")
    last = day(until, "--until", today) if until is not None else None
    if sum(one is not None for one in (rule.count, rule.until, last, times)) > 1:
        raise Usage(_("A rule ends after a number of times or on a day, not both."))
    return replace(rule, count=times or rule.count, until=last or rule.until)


def _key(receipt: Receipt) -> dict[str, Any]:
    series = (receipt.data or {}).get("series")
    return key_of(receipt, "appointment") | ({"series": str(series)} if series is not None else {})


def _more(receipt: Receipt, zone: tzinfo) -> dict[str, Any]:
    data = receipt.data or {}
    there, back = data.get("travel", (None, None))
    return _key(receipt) | {
        "overlaps": data.get("overlaps"),
        "clashes": [clash_shape(one, zone) for one in data.get("clashes", ())],
        "away": [{"on": one.on, "until": one.until, "holiday": one.name or None} for one in data.get("away", ())],
        "free": local(data.get("free"), zone),
        "travel_before": there,
        "travel_after": back,
        "dates": list(data.get("dates", ())),
    }


def clash_shape(one: Clash, zone: tzinfo) -> dict[str, Any]:
    """A clash as JSON has it: when ours begins, whose hours it is about, and the other as far as it is in sight."""
    seen = one.case is not None
    return {
        "at": local(one.ours, zone),
        "whose": one.whose,
        "case": one.case,
        "starts": local(one.starts_at, zone) if seen else None,
        "ends": local(one.ends_at, zone) if seen else None,
        "on_the_way": one.on_the_way,
    }


def clash_words(one: Clash, zone: tzinfo, *, dated: bool = False) -> str:
    """A clash in a few words."""
    whose = {"client": _("the client's"), "worker": _("the worker's"), "both": _("the client's and the worker's")}[
        one.whose
    ]
    ours, starts, ends = (local(at, zone) for at in (one.ours, one.starts_at, one.ends_at))
    when = f"{ours:%Y-%m-%d %H:%M}: " if dated else ""
    if one.case is None:
        return when + _("clashes with {whose}, out of sight").format(whose=whose)
    words = (
        _("the way clashes with {case}, {starts}–{ends}")
        if one.on_the_way
        else _("clashes with {case}, {starts}–{ends} ({whose})")
    )
    return when + words.format(case=one.case, starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}", whose=whose)


def _appointments(
    page: CasePage, zone: tzinfo, named: bool, everything: bool
) -> tuple[list[dict[str, Any]], list[Column]]:
    found = [appointment_shape(row, zone, named) for row in page.appointments if everything or row.state == "scheduled"]
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("starts", _("Starts"), keep=8, whole=True),
        Column("ends", _("Ends"), keep=3, whole=True),
        Column("title", _("Title"), keep=7, least=16),
        Column("place", _("Place"), keep=4),
        Column("worker", _("Worker"), keep=5),
        Column("state", _("State"), keep=6, whole=True),
        Column("version", _("Version"), right=True, keep=1),
        Column("how", _("How"), keep=1),
        Column("travel_before", _("There"), right=True, keep=1),
        Column("travel_after", _("Back"), right=True, keep=1),
        Column("repeats", _("Repeats"), keep=2),
        Column("series", _("Series"), right=True, keep=0),
        Column("referral", _("Referral"), right=True, keep=0),
    ]
    return found, columns


def appointment_shape(row: AppointmentRow, zone: tzinfo, named: bool) -> dict[str, Any]:
    """An appointment as JSON has it."""
    return {
        "id": str(row.id),
        "starts": local(row.starts_at, zone),
        "ends": local(row.ends_at, zone),
        "title": row.title if named else None,
        "place": row.place if named else None,
        "worker": row.worker,
        "state": row.state,
        "version": row.version,
        "how": row.mode,
        "travel_before": row.travel_before,
        "travel_after": row.travel_after,
        "repeats": row.repeats or None,
        "series": str(row.series) if row.series is not None else None,
        "referral": str(row.referral) if named and row.referral is not None else None,
    }
