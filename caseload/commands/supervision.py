"""The supervisor's desk by command: its numbers, all notes of a case, comments, and marking as read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified, without_keys
from .frame import Family, session
from .inputs import text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column, local
from .receipts import done, key_of
from .session import check_why, names_shown
from .terminal import is_terminal, say
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from caseload.casework.page import CasePage
    from caseload.store.database import Receipt, Work

commands = Family()

NoteId = Annotated[int | None, said("ID", _("Which note, as `notes` lists it."), "--note")]
ContactId = Annotated[
    int | None,
    said("ID", _("Which contact, as `show --format json` lists it."), "--contact"),
]  # fmt: skip


@commands.command(
    "desk",
    "caseload desk --team north",
    "caseload desk --format json",
    help=_(
        "The numbers of the supervisor's desk: over and under load, unassigned, away and covered, overdue by worker, "
        "notes to read, leavers with cases, snoozed, offers past their day, cases nobody covers during a leave, restricted "
        "cases whose custodian is away or has left, consultants' answers, cases without a visit this month and how many more make 95 %. "
        "Each comes with the query that lists its rows."
    ),
)
def desk(
    ctx: typer.Context,
    team: Annotated[str | None, said("T", _("That team alone."), "--team")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import supervision, visits

    with session(ctx).read() as r:
        whole = supervision.desk(r, team=team)
        found = [
            {
                "part": one.part,
                "worker": one.worker,
                "count": one.count,
                "of": one.of,
                "percent": one.percent,
                "query": one.query,
                "until": one.until,
                "covered_by": list(one.covered_by),
                "unseen": one.unseen,
            }
            for one in supervision.figures(whole)
        ]
    columns = [
        Column("part", _("What"), keep=9, whole=True, table=_part_words),
        Column("worker", _("Worker"), keep=8),
        Column("count", _("Cases"), keep=9, right=True, whole=True),
        Column("of", _("Of"), keep=5, right=True),
        Column("percent", "%", keep=4, right=True),
        Column("query", _("The rows: caseload cases …"), keep=7, least=20),
        Column("until", _("Until"), keep=3, whole=True),
        Column("covered_by", _("Covered by"), keep=2),
        Column("unseen", _("Unseen"), keep=1, right=True),
    ]
    output.rows(found, columns, format)
    if output.chosen(format) == "table":
        say(visits.in_words(whole.whole.visits, whole.visits_by.isoformat()))


def _part_words(part: str) -> str:
    return {
        "over": _("over load"), "room": _("has room"), "unassigned": _("nobody holds"), "away": _("away"),
        "leaver": _("left, holds cases"), "now": _("now (level 1)"), "overdue": _("overdue"),
        "unread": _("notes to read"), "new": _("not acknowledged"), "snoozed": _("snoozed"),
        "comments": _("comments for you"), "late_offers": _("offers past their day"),
        "uncovered": _("away, nobody covers"), "custodian_away": _("custodian away or gone"),
        "glass": _("opened in an emergency"), "answers": _("answered by a consultant"),
        "plans": _("plans to approve"), "money": _("to authorise"),
        "visits_together": _("no visit this month, all"), "visits": _("no visit this month"),
    }[part]  # fmt: skip


@commands.command(
    "notes",
    "caseload notes 2026-048212",
    "caseload notes 2026-048212 --format json --identified --why 'Supervision'",
    help=_(
        "All notes of a case at once, oldest first, with who has read them and what was said. The look is recorded."
    ),
)
def notes(
    ctx: typer.Context,
    case: Case,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    from caseload.casework import looks
    from caseload.casework.page import read

    check_why(identified, why)
    asked = session(ctx)
    cover = Cover(asked, deidentified, identified)
    named = names_shown(identified) or deidentified
    with asked.read() as r:
        number = to_read(r, case)
    [key] = looks.announce(asked.db, [number], kind="narrative" if named else "case", surface="notes", why=why or "")
    with asked.read() as r:
        found = note_shapes(read(r, key, narrative_too=named), r.zone, named)
        found = without_keys(cover.thing(found)) if deidentified else found
    cover.state()
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("at", _("When"), keep=8, whole=True),
        Column("by", _("By"), keep=7),
        Column("form", _("Form"), keep=3),
        Column("state", _("State"), keep=5, whole=True),
        Column("read_by", _("Read by"), keep=6),
        Column("addendum_to", _("Adds to"), keep=2),
        Column("text", below=True),
        Column("comments", below=True, table=_said),
    ]
    output.rows(found, columns, format)
    if not found and output.chosen(format) == "table":
        say(_("There is no note in this case yet."))


def note_shapes(page: CasePage, zone: tzinfo, named: bool) -> list[dict[str, Any]]:
    """The notes of a case as JSON has them, oldest first, each with its comments and who has read it."""
    return [
        {
            "id": str(one.id),
            "at": local(one.at, zone),
            "by": one.by,
            "form": one.form,
            "state": one.state,
            "read_by": [mark.by for mark in page.read_by if mark.note == one.id],
            "addendum_to": str(one.addendum_to) if one.addendum_to is not None else None,
            "text": one.text if named else None,
            "comments": comment_shapes(page, zone, named, note=one.id),
        }
        for one in reversed(page.notes)
    ]


def comment_shapes(
    page: CasePage, zone: tzinfo, named: bool, *, note: int | None = None, contact: int | None = None
) -> list[dict[str, Any]]:
    """What was said about a note or a contact, as JSON has it."""
    return [
        {"id": str(one.id), "at": local(one.at, zone), "by": one.by, "text": one.text if named else None, "new": one.new}
        for one in page.comments
        if (one.note == note and note is not None) or (one.contact == contact and contact is not None)
    ]  # fmt: skip


def _said(comments: Sequence[dict[str, Any]]) -> str:
    said = (_("{who}, {when}: {text}").format(who=c["by"], when=output.as_text(c["at"]), text=c["text"] or "…") for c in comments)  # fmt: skip
    return "\n".join(said)


@commands.command(
    "comment",
    "caseload comment 2026-048212 --note NOTE --text 'Good. What does the school say?'",
    "caseload comment 2026-048212 --text 'Thank you, it is in the file now.'",
    help=_(
        "Say something about a signed note or a contact: its supervisor does, and its author answers. Without --note and "
        "--contact it is about the newest signed note. Its author finds it with the query comment:new."
    ),
)
def comment(
    ctx: typer.Context,
    case: Case,
    note: NoteId = None,
    contact: ContactId = None,
    text: Annotated[
        str | None,
        said("TEXT|-|@FILE", _("The comment; - reads standard input, @FILE a file."), "--text"),
    ] = None,
    format: Format = None,
) -> None:
    _one_of(note, contact)
    asked = session(ctx)
    [number] = to_change(asked, case, one=True)
    if text is None and is_terminal(sys.stdin):
        say(_("Write the comment; Ctrl-D on a line of its own ends it, Ctrl-C leaves everything as it was."))
    words = text_of("-" if text is None else text, "--text") or ""

    def act(w: Work) -> Receipt:
        from caseload.casework import comments

        about = note if note is not None or contact is not None else comments.newest_signed(w, number)
        return comments.add(w, number, words, note_id=about, contact_id=contact)

    done(asked, "comment", act, format, more=lambda receipt: key_of(receipt, "comment"))


@commands.command(
    "read",
    "caseload read 2026-048212",
    "caseload read 2026-048212 --note NOTE",
    help=_(
        "Mark as read: all notes of a case that wait for its supervisor and all comments that wait for you, or one note or "
        "contact. Its author sees who has read it."
    ),
)
def read(ctx: typer.Context, case: Case, note: NoteId = None, contact: ContactId = None, format: Format = None) -> None:
    _one_of(note, contact)
    asked = session(ctx)
    [number] = to_change(asked, case, one=True)

    def act(w: Work) -> Receipt:
        from caseload.casework import comments

        return comments.mark(w, number, note_id=note, contact_id=contact)

    done(asked, "read", act, format, more=lambda receipt: {"marked": (receipt.data or {}).get("marked", 0)})


@commands.command(
    "cosign",
    "caseload cosign 2026-048212",
    "caseload cosign 2026-048212 --format json",
    help=_(
        "Co-sign the signed notes of a case that ask for it, or one of them: who supervises the case does, and nobody what they "
        "wrote themselves. The query ask:cosign finds them."
    ),
)
def cosign(ctx: typer.Context, case: Case, note: NoteId = None, format: Format = None) -> None:
    asked = session(ctx)
    [number] = to_change(asked, case, one=True)

    def act(w: Work) -> Receipt:
        from caseload.casework import notes

        return notes.cosign(w, number, note_id=note)

    done(asked, "cosign", act, format, more=lambda receipt: {"cosigned": (receipt.data or {}).get("cosigned", 0)})


def _one_of(note: int | None, contact: int | None) -> None:
    if note is not None and contact is not None:
        raise Usage(_("Choose one of --note and --contact."))
