"""What was done with a client: contacts and notes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from .frame import Family, session
from .inputs import moment, text_of
from .options import Case, Cases, Format, Yes, said
from .receipts import done, key_of
from .terminal import is_terminal, say
from .which import to_change

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()

Kind = Literal["visit", "office", "phone", "video", "message", "collateral", "group"]
Outcome = Literal["made", "attempted"]
With = Literal["client", "family", "professional", "other"]
Place = Literal["home", "office", "community", "facility", "remote"]
Form = Literal["narrative", "soap", "dap", "girp", "birp"]


@commands.command(
    "contact",
    "caseload contact 2026-048212 --kind phone --outcome attempted",
    "caseload contact 2026-048212 --kind visit --outcome made --at 'yesterday 14:30' --minutes 45 --note -",
    help=_(
        "Log a contact, made or attempted. Only one made with the client restarts the contact clock. Several cases "
        "with a comma between them were served by the same contact."
    ),
)
def contact(
    ctx: typer.Context,
    case: Cases,
    kind: Annotated[Kind, typer.Option("--kind", help=_("How it took place."))],
    outcome: Annotated[Outcome, typer.Option("--outcome", help=_("Whether it came about."))],
    with_whom: Annotated[With, typer.Option("--with", help=_("Who was met or spoken to."))] = "client",
    place: Annotated[
        Place | None, typer.Option("--place", help=_("Where; follows from the kind unless given."), show_default=False)
    ] = None,
    at: Annotated[
        str | None,
        said("DATETIME", _("When: 14:30, 'yesterday 9:15', 2026-11-20T14:30; now unless given."), "--at"),
    ] = None,
    minutes: Annotated[
        int | None,
        said("N", _("How long it took."), "--minutes", min=0, max=1440),
    ] = None,
    note: Annotated[
        str | None,
        said("TEXT|-|@FILE", _("What was said; - reads standard input, @FILE a file."), "--note"),
    ] = None,
    topic: Annotated[
        list[str] | None,
        said("WORD", _("What it was about; may be repeated."), "--topic"),
    ] = None,
    yes: Yes = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    text = text_of(note, "--note") or ""
    wanted = to_change(asked, case)

    def log(w: Work) -> Receipt:
        from caseload.casework.contacts import NewContact
        from caseload.casework.contacts import log as write

        when = moment(at, "--at", w) if at is not None else None
        return write(w, NewContact(wanted, kind, outcome, with_whom, place, when, minutes, text, topic or ()))

    done(asked, "contact", log, format, cases=wanted, yes=yes, more=lambda receipt: key_of(receipt, "contact"))


@commands.command(
    "note",
    "caseload note 2026-048212 --form soap --text @visit.txt --sign",
    "caseload note 2026-048212 --text 'Rent agreement signed; copy in the file.'",
    help=_(
        "Write a note: a draft, or signed at once. Without --text it is read from standard input; --sign alone signs "
        "your drafts of the case. What is signed is corrected by an addendum."
    ),
)
def note(
    ctx: typer.Context,
    case: Case,
    form: Annotated[Form, typer.Option("--form", help=_("How it is laid out."))] = "narrative",
    text: Annotated[
        str | None,
        said("TEXT|-|@FILE", _("The note; - reads standard input, @FILE a file."), "--text"),
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help=_("Sign it: from then on it is locked."))] = False,
    addendum_to: Annotated[
        int | None,
        said("NOTE", _("Add to that signed note."), "--addendum-to"),
    ] = None,
    edit: Annotated[
        int | None,
        said("NOTE", _("Save this as the new text of your draft."), "--edit"),
    ] = None,
    discard: Annotated[int | None, said("NOTE", _("Throw a draft away."), "--discard")] = None,
    seen: Annotated[
        int | None,
        said("VERSION", _("With --edit: the version you read, so that nobody's is lost."), "--seen"),
    ] = None,
    format: Format = None,
) -> None:
    from caseload.casework import notes

    if sum(one is not None for one in (addendum_to, edit, discard)) > 1:
        raise Usage(_("Choose one of --addendum-to, --edit and --discard."))
    if (seen is None) != (edit is None):
        raise Usage(_("--edit needs --seen VERSION; `caseload show` says which."))
    asked = session(ctx)
    [number] = to_change(asked, case, one=True)

    def act(w: Work) -> Receipt:
        if discard is not None:
            return notes.discard(w, discard)
        if text is None and sign and addendum_to is None and edit is None:
            return notes.sign_drafts(w, number)
        if edit is not None and seen is not None:
            return notes.edit(w, edit, words, seen=seen, sign=sign)
        return notes.write(w, notes.NewNote(number, form, words, sign, addendum_to))

    needs_text = discard is None and not (text is None and sign and addendum_to is None and edit is None)
    words = _words(text) if needs_text else ""
    done(asked, "note", act, format, more=lambda receipt: key_of(receipt, "note"))


def _words(text: str | None) -> str:
    if text is None and is_terminal(sys.stdin):
        say(_("Write the note; Ctrl-D on a line of its own ends it, Ctrl-C leaves everything as it was."))
    return text_of("-" if text is None else text, "--text") or ""
