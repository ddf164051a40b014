"""`caseload group` and `caseload topic`: one activity of several clients, and what advice is given about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _, _n

from . import output
from .ask import agreed
from .frame import Family, session
from .inputs import key_number, moment, numbers, text_of
from .options import Case, DryRun, Format, Yes, said
from .output import Column
from .receipts import done, key_of, told
from .which import to_change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from caseload.casework.groups import NewGroup
    from caseload.casework.together import Named
    from caseload.store.database import Reading, Receipt, Work

    from .session import Session

commands = Family()

Place = Literal["home", "office", "community", "facility", "remote"]
Presence = Literal["present", "left_early", "absent"]

# -- group activities --------------------------------------------------------------------------------

_group = commands.group(
    "group", _("A group activity or a residents' day: one contact, and for each client a line of their own.")
)


@_group(
    "log",
    "caseload group log 2026-048212,2026-115038 --account 'We cooked soup.' --absent 2026-115038 --topic food --yes",
    "caseload group log --query program:housing --account 'Breakfast for all.' --minutes 90 --dry-run",
    help=_(
        "Log an activity of several clients. Each record gets what was done together (--account) and a line of its own (--own), and "
        "nobody else is named in it: names, aliases and numbers of the others are masked, and said first. All were present unless "
        "--absent or --left says otherwise; --query takes everybody it finds, so that a tag makes a group that meets again."
    ),
)
def log(
    ctx: typer.Context,
    case: Annotated[
        str | None,
        typer.Argument(metavar="CASE[,CASE...]", help=_("Who took part, or was expected."), show_default=False),
    ] = None,
    query: Annotated[str | None, said("QUERY", _("Everybody whom that query finds."), "--query")] = None,
    account: Annotated[
        str | None, said("TEXT|-|@FILE", _("What was done together, naming nobody."), "--account")
    ] = None,
    absent: Annotated[str | None, said("CASE[,CASE...]", _("Who did not come."), "--absent")] = None,
    left: Annotated[str | None, said("CASE[,CASE...]", _("Who left early."), "--left")] = None,
    own: Annotated[
        list[str] | None, said("CASE=TEXT", _("What is said of one of them alone; may be repeated."), "--own")
    ] = None,
    place: Annotated[Place | None, typer.Option("--place", help=_("Where."), show_default=False)] = None,
    at: Annotated[
        str | None, said("DATETIME", _("When: 14:30, 'yesterday 9:15', 2026-11-20T14:30; now unless given."), "--at")
    ] = None,
    minutes: Annotated[int | None, said("N", _("How long it took."), "--minutes", min=0, max=1440)] = None,
    topic: Annotated[list[str] | None, said("CODE", _("What it was about; may be repeated."), "--topic")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.casework import groups

    asked = session(ctx)
    text = text_of(account, "--account") or ""
    if (case is None) == (query is None):
        raise Usage(_("Say who took part: case numbers, or --query."))
    if case is not None:
        who = to_change(asked, case)
    else:
        with asked.read() as r:
            who = _found(r, query or "")
    ways: dict[str, str] = {}
    for option, presence, some in (("--absent", "absent", absent), ("--left", "left_early", left)):
        for number in _among(who, some, option):
            if number in ways:
                raise Usage(_("Somebody stands in --absent and in --left; one of the two is so."))
            ways[number] = presence
    words = _own(who, own or ())
    takings = [groups.Taking(number, ways.get(number, "present"), words.get(number, "")) for number in who]

    def new(r: Reading) -> NewGroup:
        when = moment(at, "--at", r) if at is not None else None
        return groups.NewGroup(takings, text, place, when, minutes, topic or ())

    if dry_run or not yes:
        with asked.read() as r:
            named = groups.names_in(r, new(r))
        if dry_run:
            _preview(takings, named, format)
            return
        question = _n("Log this for {n} case?", "Log this for {n} cases?", len(who)).format(n=len(who))
        agreed(question, yes, format, lambda form: _preview(takings, named, form))
    receipt = asked.act("group log", lambda w: groups.log(w, new(w)))
    told(receipt, format, lambda receipt: key_of(receipt, "contact"))


def _found(r: Reading, query: str) -> list[str]:
    from caseload.casework import cases

    found = cases.keys(r, query)
    rows = cases.rows(r, found)
    numbers = [rows[one].case for one in found if one in rows]
    if not numbers:
        raise Usage(_("That query finds nobody."))
    return numbers


def _among(who: Sequence[str], some: str | None, option: str) -> list[str]:
    """The numbers of an option, which are of those who took part."""
    from caseload.casework.numbers import parse

    found = [parse(one) for one in numbers(some)] if some is not None else []
    if any(one not in who for one in found):
        raise Usage(_("{option}: that case is none of those who took part.").format(option=option))
    return found


def _own(who: Sequence[str], given: Sequence[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for one in given:
        number, equals, words = one.partition("=")
        if not equals:
            raise Usage(_("Write --own as CASE=TEXT, such as 2026-048212='She led the table.'"))
        [case] = _among(who, number, "--own")
        if case in out:
            raise Usage(_("--own says something of one case twice."))
        out[case] = text_of(words, "--own") or ""
    return out


def _preview(takings: Sequence[Any], named: Sequence[Named], format: output.FormatName | None) -> None:
    shaped = {
        "change": None,
        "takings": [{"case": one.case, "presence": one.presence, "own": bool(one.words.strip())} for one in takings],
        "masked": [{"case": one.case, "line": one.line} for one in named],
    }
    lines = [f"{one.case}  {one.presence.replace('_', ' ')}" for one in takings]
    if named:
        lines += [_("Masked in the records of the others:"), *(f"  {one.words}" for one in named)]
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: lines)


@_group(
    "correct",
    "caseload group correct 2026-048212 ID --was left_early",
    "caseload group correct 2026-048212 ID --own 'Her sister fetched her.' --format json",
    help=_(
        "Set right how one took part in an activity, or what is said of them alone; `caseload show CASE` has its number. Nobody "
        "else's record is touched, and the words before are kept."
    ),
)
def correct(
    ctx: typer.Context,
    case: Case,
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help=_("Which activity."), show_default=False)],
    was: Annotated[Presence | None, typer.Option("--was", help=_("How they took part."), show_default=False)] = None,
    own: Annotated[
        str | None, said("TEXT|-|@FILE", _("What is said of them alone; empty takes it away."), "--own")
    ] = None,
    seen: Annotated[
        int | None, said("VERSION", _("The version you read, so that nobody's is lost."), "--seen", min=0)
    ] = None,
    format: Format = None,
) -> None:
    from caseload.casework import groups

    asked = session(ctx)
    if was is None and own is None:
        raise Usage(_("Say what was otherwise: --was, --own or both."))
    key, text = key_number(contact, "CONTACT"), text_of(own, "--own")
    [number] = to_change(asked, case, one=True)
    done(
        asked, "group correct", lambda w: groups.correct(w, number, key, presence=was, words=text, seen=seen), format,
        more=lambda receipt: key_of(receipt, "contact"),
    )  # fmt: skip


# -- what advice is given about ------------------------------------------------------------------------

_topic = commands.group(
    "topic", _("What advice is given about: the topics of contacts. An admin adds to them; none is taken away.")
)

Code = Annotated[
    str, typer.Argument(metavar="CODE", help=_("A short name, such as child_care."), show_default=False)
]  # fmt: skip
Called = Annotated[str, typer.Argument(metavar="NAME", help=_("What it is called."), show_default=False)]


@_topic(
    "list",
    "caseload topic list",
    "caseload topic list --format json",
    help=_("Every topic, and how many contacts of cases that you see are filed under it."),
)
def topic_list(ctx: typer.Context, format: Format = None) -> None:
    from caseload.casework import advice

    with session(ctx).read() as r:
        found = advice.topics(r, counted=r.me.holds_all or r.me.role not in ("analyst", "auditor"))
    columns = [
        Column("topic", _("Topic"), keep=9, whole=True),
        Column("name", _("Name"), keep=8, least=12),
        Column("contacts", _("Contacts"), keep=6, right=True),
        Column("closed", _("Closed"), keep=7, whole=True),
    ]
    shaped = [{"topic": one.code, "name": one.name, "contacts": one.contacts, "closed": one.closed} for one in found]
    output.rows(shaped, columns, format)


@_topic(
    "set",
    "caseload topic set 2026-048212 ID food benefits",
    "caseload topic set 2026-048212 ID --format json",
    help=_("File a contact of yours under these topics and no others; without any, under none."),
)
def topic_set(
    ctx: typer.Context,
    case: Case,
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help=_("Which contact."), show_default=False)],
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE...]", help=_("The topics."), show_default=False)
    ] = None,
    format: Format = None,
) -> None:
    from caseload.casework import advice

    asked = session(ctx)
    key = key_number(contact, "CONTACT")
    [number] = to_change(asked, case, one=True)
    done(
        asked, "topic set", lambda w: advice.refile(w, number, key, codes or ()), format,
        more=lambda receipt: key_of(receipt, "contact"),
    )  # fmt: skip


@_topic(
    "add",
    "caseload topic add pets 'Animals at home'",
    "caseload topic add winter Winter --format json",
    help=_("A topic of the agency's own."),
)
def topic_add(ctx: typer.Context, code: Code, name: Called, format: Format = None) -> None:
    from caseload.casework import advice

    _topic_done(session(ctx), "add", lambda w: advice.TOPICS.add(w, code, name), format)


@_topic(
    "rename",
    "caseload topic rename food 'Food and meals'",
    "caseload topic rename money Debts --format json",
    help=_("Call a topic otherwise; its code stays."),
)
def topic_rename(ctx: typer.Context, code: Code, name: Called, format: Format = None) -> None:
    from caseload.casework import advice

    _topic_done(session(ctx), "rename", lambda w: advice.TOPICS.rename(w, code, name), format)


@_topic(
    "close",
    "caseload topic close school",
    "caseload topic close work --format json",
    help=_("A topic takes no new contacts any more; those filed under it stay."),
)
def topic_close(ctx: typer.Context, code: Code, format: Format = None) -> None:
    from caseload.casework import advice

    _topic_done(session(ctx), "close", lambda w: advice.TOPICS.close(w, code), format)


@_topic(
    "open",
    "caseload topic open school",
    "caseload topic open work --format json",
    help=_("A topic that was closed takes contacts again."),
)
def topic_open(ctx: typer.Context, code: Code, format: Format = None) -> None:
    from caseload.casework import advice

    _topic_done(session(ctx), "open", lambda w: advice.TOPICS.open_again(w, code), format)


def _topic_done(asked: Session, act: str, do: Callable[[Work], Receipt], format: output.FormatName | None) -> None:
    done(asked, f"topic {act}", do, format, more=lambda receipt: key_of(receipt, "topic"))
