"""`caseload need`, `background` and `domain`: what a client needs and brings along, and the domains in which needs are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .assess import opened
from .deidentified import Cover, Deidentified
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column
from .receipts import done, key_of
from .session import check_why, names_shown
from .which import to_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from caseload.casework.backgrounds import BackgroundRow
    from caseload.casework.needs import NeedRow
    from caseload.store.database import Reading, Receipt, Work

    from .session import Session

commands = Family()

Severity = Literal["mild", "moderate", "severe"]
Section = Literal["social", "educational", "legal", "institutional", "substance"]
Seen = Annotated[
    int | None, said("VERSION", _("The version you read, so that nobody's is lost: with change, and with write."), "--seen", min=0)
]  # fmt: skip


@commands.command(
    "need",
    "caseload need 2026-048212 add --domain housing --severity severe --words 'A flat with a door that locks'",
    "caseload need 2026-048212",
    help=_(
        "What a client needs, by domain, in their own words: add; change ID; end ID, as met or set aside; or list. Undo opens a need "
        "again that has ended. The domains there are: caseload domain list"
    ),
)
def need(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        Literal["add", "change", "end", "list"], typer.Argument(metavar="add|change|end|list", help=_("What to do."))
    ] = "list",
    what_id: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which need."), show_default=False)] = None,
    domain: Annotated[str | None, said("CODE", _("In which domain."), "--domain")] = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help=_("How much; moderate unless given."), show_default=False)
    ] = None,
    words: Annotated[str | None, said("TEXT|-|@FILE", _("The client's own words."), "--words")] = None,
    strengths: Annotated[str | None, said("TEXT|-|@FILE", _("What they can build on."), "--strengths")] = None,
    assessment: Annotated[
        str | None, said("ID", _("With add: the assessment in which it was found."), "--assessment")
    ] = None,
    how: Annotated[
        Literal["met", "set_aside"] | None, typer.Option("--how", help=_("With end: how it ended."), show_default=False)
    ] = None,
    on: Annotated[str | None, said("DATE", _("With add and end: on which day; today unless given."), "--on")] = None,
    seen: Seen = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    form = {
        "domain": domain, "severity": severity, "words": text_of(words, "--words"), "strengths": text_of(strengths, "--strengths"),
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    _only_when_listing(act, identified, why, deidentified)
    if (what_id is None) == (act in ("change", "end")):
        raise Usage(_("change and end take the ID of a need, as the list shows it; add and list take none."))
    if given and act not in ("add", "change"):
        raise Usage(_("--domain, --severity, --words and --strengths go with add and change."))
    if (how is not None) != (act == "end"):
        raise Usage(_("Write: caseload need CASE end ID --how met|set_aside"))
    for name, value, acts in (
        ("--assessment", assessment, ("add",)),
        ("--on", on, ("add", "end")),
        ("--seen", seen, ("change", "end")),
    ):
        if value is not None and act not in acts:
            raise Usage(_("{option} goes with {acts}.").format(option=name, acts=", ".join(acts)))
    if act == "list":
        from caseload.casework import needs

        _list(asked, case, "need", (identified, why, deidentified), needs.of_case, need_shape, _NEEDS, format)
        return
    if act == "add" and domain is None:
        raise Usage(_("Name the domain: --domain housing. There are: caseload domain list"))
    key = key_number(what_id, "ID") if what_id is not None else 0
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import needs

        when = day(on, "--on", w.today, back=True) if on is not None else None
        if act == "add":
            found_in = key_number(assessment, "--assessment") if assessment is not None else None
            return needs.add(w, needs.NewNeed(number, assessment=found_in, on=when, **given))
        needs.must_be_of(w, number, key)
        if act == "end":
            return needs.end(w, key, how or "", on=when, seen=seen)
        return needs.change(w, key, given, seen=seen)

    done(asked, f"need {act}", do, format, more=lambda receipt: key_of(receipt, "need"))


@commands.command(
    "background",
    "caseload background 2026-048212 write social --text 'Grew up with her aunt by the sea'",
    "caseload background 2026-048212",
    help=_(
        "The history a client brings along, in sections: write SECTION, over what was told before, which is kept; earlier SECTION, how it "
        "has read; or list. Sections: social, educational, legal, institutional, substance."
    ),
)
def background(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        Literal["write", "earlier", "list"], typer.Argument(metavar="write|earlier|list", help=_("What to do."))
    ] = "list",
    section: Annotated[
        Section | None, typer.Argument(metavar="SECTION", help=_("Which section."), show_default=False)
    ] = None,
    text: Annotated[
        str | None, said("TEXT|-|@FILE", _("What is told; - reads standard input, @FILE a file."), "--text")
    ] = None,
    seen: Seen = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    from caseload.casework import backgrounds

    asked = session(ctx)
    _only_when_listing("list" if act == "earlier" else act, identified, why, deidentified)
    if (section is None) == (act != "list"):
        raise Usage(
            _(
                "write and earlier take a section, list takes none: social, educational, legal, institutional, substance."
            )
        )
    if act != "write" and (text is not None or seen is not None):
        raise Usage(_("--text and --seen go with write."))
    if act == "write":
        body = text_of("-" if text is None else text, "--text") or ""
        [number] = to_change(asked, case, one=True)
        done(
            asked, "background write", lambda w: backgrounds.write(w, number, section or "", body, seen=seen), format,
            more=lambda receipt: key_of(receipt, "background"),
        )  # fmt: skip
        return
    look = (identified, why, deidentified)
    if act == "list":
        _list(asked, case, "background", look, backgrounds.of_case, background_shape, _SECTIONS, format)
        return

    def past(r: Reading, key: int, *, told: bool) -> list[dict[str, Any]]:
        if not told:
            return []
        return [
            {"at": output.local(one.at, r.zone), "by": one.by, "text": one.text}
            for one in backgrounds.earlier(r, key, section or "")
        ]

    _list(asked, case, "background earlier", look, past, lambda row, named: row, _PAST, format)


def _only_when_listing(act: str, identified: bool, why: str | None, deidentified: bool) -> None:
    if act != "list" and (identified or deidentified or why is not None):
        raise Usage(_("--identified, --why and --deidentified go with list."))


def _list(
    asked: Session, case: str, surface: str, look: tuple[bool, str | None, bool], read: Callable[..., Any],
    shape: Callable[[Any, bool], dict[str, Any]], columns: list[Column], format: output.FormatName | None,
) -> None:  # fmt: skip
    """Print rows of a case, with their words where these may be shown: on record before they are read."""
    identified, why, deidentified = look
    check_why(identified, why)
    cover = Cover(asked, deidentified, identified)
    told = names_shown(identified) or deidentified
    _number, key = opened(asked, case, told=told, surface=surface, why=why)
    with asked.read() as r:
        found = read(r, key, told=told)
    rows = [shape(one, told) for one in found]
    output.rows(cover.rows(rows) if deidentified else rows, columns, format)
    cover.state()


_NEEDS = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("name", _("Domain"), keep=9, least=10),
    Column("severity", _("How much"), keep=8),
    Column("state", _("State"), keep=8),
    Column("found", _("Found"), keep=5, whole=True),
    Column("ended", _("Ended"), keep=4, whole=True),
    Column("by", _("By"), keep=3),
    Column("version", _("Version"), keep=1, right=True),
    Column("words", below=True),
    Column("strengths", below=True, table=lambda text: _("Builds on: {text}").format(text=text)),
]
_SECTIONS = [
    Column("section", _("Section"), keep=9, whole=True),
    Column("on", _("Told"), keep=8, whole=True),
    Column("by", _("By"), keep=5),
    Column("version", _("Version"), keep=1, right=True),
    Column("text", below=True),
]
_PAST = [Column("at", _("Written"), keep=9, whole=True), Column("by", _("By"), keep=5), Column("text", below=True)]


def need_shape(row: NeedRow, named: bool) -> dict[str, Any]:
    """A need as JSON has it."""
    return {
        "id": str(row.id), "domain": row.domain, "name": row.name, "severity": row.severity, "state": row.state,
        "words": row.words if named else None, "strengths": row.strengths if named else None,
        "assessment": str(row.assessment) if row.assessment is not None else None, "found": row.found, "by": row.by,
        "ended": row.ended, "version": row.version,
    }  # fmt: skip


def background_shape(row: BackgroundRow, named: bool) -> dict[str, Any]:
    """A section of the history as JSON has it."""
    return {
        "section": row.section, "text": row.text if named else None, "by": row.by, "on": row.on, "version": row.version,
    }  # fmt: skip


# -- the domains there are ------------------------------------------------------------------------

_domain = commands.group(
    "domain", _("The domains in which needs are counted. An admin adds to them; none is taken away.")
)

Code = Annotated[
    str, typer.Argument(metavar="CODE", help=_("A short name, such as child_care."), show_default=False)
]  # fmt: skip
Named = Annotated[str, typer.Argument(metavar="NAME", help=_("What it is called."), show_default=False)]


@_domain(
    "list",
    "caseload domain list",
    "caseload domain list --format json",
    help=_("Every domain, and how many needs are open in it."),
)
def domain_list(ctx: typer.Context, format: Format = None) -> None:
    from caseload.casework import needs

    with session(ctx).read() as r:
        found = needs.domains(r)
    columns = [
        Column("domain", _("Domain"), keep=9, whole=True),
        Column("name", _("Name"), keep=8, least=12),
        Column("open_needs", _("Open needs"), keep=6, right=True),
        Column("closed", _("Closed"), keep=7, whole=True),
    ]
    shaped = [
        {"domain": one.code, "name": one.name, "open_needs": one.open_needs, "closed": one.closed} for one in found
    ]
    output.rows(shaped, columns, format)


@_domain(
    "add",
    "caseload domain add child_care 'Child care'",
    "caseload domain add pets Pets --format json",
    help=_("A domain of the agency's own."),
)
def domain_add(ctx: typer.Context, code: Code, name: Named, format: Format = None) -> None:
    from caseload.casework import needs

    _domain_done(ctx, "add", lambda w: needs.DOMAINS.add(w, code, name), format)


@_domain(
    "rename",
    "caseload domain rename housing 'Housing and home'",
    "caseload domain rename income Money --format json",
    help=_("Call a domain otherwise; its code stays."),
)
def domain_rename(ctx: typer.Context, code: Code, name: Named, format: Format = None) -> None:
    from caseload.casework import needs

    _domain_done(ctx, "rename", lambda w: needs.DOMAINS.rename(w, code, name), format)


@_domain(
    "close",
    "caseload domain close transport",
    "caseload domain close social --format json",
    help=_("A domain takes no new needs any more; those that it has stay."),
)
def domain_close(ctx: typer.Context, code: Code, format: Format = None) -> None:
    from caseload.casework import needs

    _domain_done(ctx, "close", lambda w: needs.DOMAINS.close(w, code), format)


@_domain(
    "open",
    "caseload domain open transport",
    "caseload domain open social --format json",
    help=_("A domain that was closed takes needs again."),
)
def domain_open(ctx: typer.Context, code: Code, format: Format = None) -> None:
    from caseload.casework import needs

    _domain_done(ctx, "open", lambda w: needs.DOMAINS.open_again(w, code), format)


def _domain_done(
    ctx: typer.Context, act: str, do: Callable[[Work], Receipt], format: output.FormatName | None
) -> None:  # fmt: skip
    done(session(ctx), f"domain {act}", do, format, more=lambda receipt: key_of(receipt, "domain"))
