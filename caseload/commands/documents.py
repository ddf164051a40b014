"""`caseload document`: files kept with a case or its client; written out on record, held against their digests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _, _n

from . import output
from .frame import Family, session
from .inputs import day, key_number
from .options import Format, Identified, said
from .output import Column, local
from .receipts import done, key_of
from .session import names_shown
from .terminal import say
from .which import to_change, to_read

if TYPE_CHECKING:
    from datetime import tzinfo

    from caseload.casework.documents import DocumentRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Act = Literal["add", "list", "get", "withdraw", "verify", "sweep"]
Kind = Literal[
    "identity", "consent", "court", "medical", "school", "work", "benefits", "money", "housing", "letter", "photo",
    "other",
]  # fmt: skip


@commands.command(
    "document",
    "caseload document add 2026-048212 --file lease.pdf --kind housing",
    "caseload document verify --format json",
    help=_(
        "Files kept with a case: add CASE --file FILE; list CASE; get ID --output FILE --why TEXT writes one out, on record, and "
        "with --recipient only where a consent or an exception lets it leave; withdraw ID --why TEXT. verify reckons every digest "
        "anew (exit 1 where one differs); sweep --why TEXT lets go of what was taken back or withdrawn, for good."
    ),
)
def document(
    ctx: typer.Context,
    act: Annotated[Act, typer.Argument(metavar="add|list|get|withdraw|verify|sweep", help=_("What to do."))],
    what: Annotated[
        str | None, typer.Argument(metavar="CASE|ID", help=_("Which case, or which document."), show_default=False)
    ] = None,
    file: Annotated[str | None, said("FILE", _("With add: the file; its name is kept with it."), "--file")] = None,
    kind: Annotated[
        Kind | None,
        said(
            "KIND",
            _(
                "With add: identity, consent, court, medical, school, work, benefits, money, housing, letter, photo or other "
                "(unless given); by it the agency says how long it is kept."
            ),
            "--kind",
        ),
    ] = None,
    name: Annotated[
        str | None, said("NAME", _("With add: what it is called, if not as the file is."), "--name")
    ] = None,
    of_client: Annotated[
        bool, typer.Option("--client", help=_("With add: it is the client's, for all their cases."))
    ] = False,
    replaces: Annotated[
        str | None, said("ID", _("With add: the document it is a newer edition of."), "--replaces")
    ] = None,
    keep: Annotated[str | None, said("DATE", _("With add: kept until that day."), "--keep-until")] = None,
    target: Annotated[str | None, said("FILE", _("With get: the new, private file to write."), "--output")] = None,
    recipient: Annotated[
        str | None, said("NAME", _("With get: to whom it is going; that is asked first, and recorded."), "--recipient")
    ] = None,
    purpose: Annotated[str | None, said("TEXT", _("With --recipient: what for."), "--purpose")] = None,
    kinds: Annotated[
        str | None,
        said("KIND,...", _("With --recipient: what else it tells, such as substance_use."), "--kinds"),
    ] = None,
    identified: Identified = False,
    why: Annotated[
        str | None, said("TEXT", _("With get, withdraw, sweep and --identified: why, for the record."), "--why")
    ] = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    form: dict[str, Any] = {
        "file": file, "kind": kind, "name": name, "client": of_client or None, "replaces": replaces, "keep_until": keep,
        "output": target, "recipient": recipient, "purpose": purpose, "kinds": kinds, "identified": identified or None,
        "why": why,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    _fits(act, what, given)
    if act == "add":
        _add(asked, what or "", given, format)
    elif act == "list":
        _list(asked, what or "", identified, why, format)
    elif act == "get":
        _get(asked, key_number(what, "ID"), given, format)
    elif act == "withdraw":
        _withdraw(asked, key_number(what, "ID"), why or "", format)
    elif act == "sweep":
        _sweep(asked, why or "", format)
    else:
        _verify(asked, format)


_TAKES = {
    "add": ("file", "kind", "name", "client", "replaces", "keep_until"),
    "list": ("identified", "why"),
    "get": ("output", "why", "recipient", "purpose", "kinds"),
    "withdraw": ("why",),
    "sweep": ("why",),
    "verify": (),
}
_NEEDS = {"add": ("file",), "get": ("output", "why"), "withdraw": ("why",), "sweep": ("why",)}


def _fits(act: str, what: str | None, given: dict[str, Any]) -> None:
    """Raises Usage for what is missing, and for options that go with another act."""
    if (what is None) != (act in ("verify", "sweep")):
        raise Usage(
            _(
                "Write: caseload document add CASE | list CASE | get ID | withdraw ID | verify | sweep; --help says more."
            )
        )
    if wrong := [one for one in given if one not in _TAKES[act]]:
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=wrong[0].replace("_", "-")))
    if missing := [one for one in _NEEDS.get(act, ()) if not str(given.get(one, "")).strip()]:
        raise Usage(_("{act} needs --{option}.").format(act=act, option=missing[0]))
    if ("recipient" in given) != ("purpose" in given) or ("kinds" in given and "recipient" not in given):
        raise Usage(_("--recipient and --purpose come together; --kinds goes with them."))
    if "identified" in given and not str(given.get("why", "")).strip():
        raise Usage(_("--identified needs --why TEXT: it goes on the record."))
    if act == "list" and "why" in given and "identified" not in given:
        raise Usage(_("--why goes with --identified here."))


def _add(asked: Session, case: str, given: dict[str, Any], format: output.FormatName | None) -> None:
    [number] = to_change(asked, case, one=True)
    replaces = key_number(given["replaces"], "--replaces") if "replaces" in given else None

    def do(w: Work) -> Receipt:
        from caseload.casework import documents

        until = day(given["keep_until"], "--keep-until", w.today) if "keep_until" in given else None
        new = documents.NewDocument(
            number, Path(given["file"]).expanduser(), given.get("kind", "other"), given.get("name", ""),
            given.get("client", False), replaces, until,
        )  # fmt: skip
        return documents.add(w, new)

    done(asked, "document add", do, format, more=lambda receipt: key_of(receipt, "document"))


def _list(asked: Session, case: str, identified: bool, why: str | None, format: output.FormatName | None) -> None:
    """The documents of a case and its client: a list, no look; with their names into a pipe or a file one is recorded."""
    from caseload.casework import documents, find, looks

    named = names_shown(identified)
    with asked.read() as r:
        number = to_read(r, case)
        find.names_seen(r)
    if identified:
        looks.announce(asked.db, [number], kind="list", surface="document list", why=why or "")
    with asked.read() as r:
        found = documents.of_case(r, find.case(r, number).id, named=named)
        shaped = [document_shape(one, r.zone, named) for one in found]
    output.rows(shaped, _COLUMNS, format)
    if not shaped and output.chosen(format) == "table":
        say(
            _("No document is kept with this case. Add one: caseload document add {case} --file FILE").format(
                case=number
            )
        )


def _get(asked: Session, document_id: int, given: dict[str, Any], format: output.FormatName | None) -> None:
    from caseload.casework import documents

    also = tuple(one.strip() for one in given.get("kinds", "").split(",") if one.strip())
    written = documents.write_out(
        asked.db, document_id, Path(given["output"]).expanduser(), why=given["why"], recipient=given.get("recipient", ""),
        purpose=given.get("purpose", ""), also=also,
    )  # fmt: skip
    shaped = {
        "document": str(document_id), "size": written.size, "sha256": written.sha256, "change": written.change,
    }  # fmt: skip
    words = _("Wrote document {id} ({size}); its digest agrees. The look is on record.")
    said = [words.format(id=document_id, size=documents.size_words(written.size))]
    said += [_("Recorded as a disclosure: {change}").format(change=written.change)] if written.change else []
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: said)


def _withdraw(asked: Session, document_id: int, why: str, format: output.FormatName | None) -> None:
    from caseload.casework import documents

    done(asked, "document withdraw", lambda w: documents.withdraw(w, document_id, why), format, why=why)


def _sweep(asked: Session, why: str, format: output.FormatName | None) -> None:
    from caseload.casework import documents

    done(asked, "document sweep", lambda w: documents.sweep(w, why), format, why=why)


def _verify(asked: Session, format: output.FormatName | None) -> None:
    from caseload.casework import documents

    with asked.read() as r:
        verdict = documents.verify(r)
    shaped = {
        "sound": verdict.sound, "contents": verdict.contents, "documents": [str(one) for one in verdict.faults],
    }  # fmt: skip
    n = verdict.contents
    words = [_n("Sound: {n} file, its digests agree.", "Sound: {n} files, their digests agree.", n).format(n=n)]
    if not verdict.sound:
        words = [
            _("Document {id} is not what was added: its bytes are gone or differ. Bring it back from a backup.").format(
                id=one
            )
            for one in verdict.faults
        ]
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: words)
    if not verdict.sound:
        raise typer.Exit(1)


def document_shape(row: DocumentRow, zone: tzinfo, named: bool) -> dict[str, Any]:
    """A document as JSON has it; its name, digest and why it was withdrawn are null unless `named`."""
    return {
        "id": str(row.id), "kind": row.kind, "name": row.name if named else None, "edition": row.edition, "state": state(row),
        "size": row.size, "of_client": row.of_client, "by": row.by, "at": local(row.at, zone), "keep_until": row.keep_until,
        "replaces": None if row.replaces is None else str(row.replaces), "sha256": row.sha256 if named else None,
        "withdrawn_why": (row.withdrawn_why or None) if named else None,
    }  # fmt: skip


def state(row: DocumentRow) -> str:
    """`kept`, `replaced` by a newer edition, or `withdrawn`."""
    return "withdrawn" if row.withdrawn else "replaced" if row.replaced else "kept"


def _size(size: int) -> str:
    from caseload.casework.documents import size_words

    return size_words(size)


_COLUMNS = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("kind", _("Kind"), keep=8, whole=True),
    Column("name", _("Name"), keep=9, least=12),
    Column("edition", _("Edition"), keep=4, right=True),
    Column("state", _("State"), keep=7, whole=True),
    Column("size", _("Size"), keep=6, whole=True, right=True, table=_size),
    Column("of_client", _("Client's"), keep=3),
    Column("by", _("By"), keep=6),
    Column("at", _("Added"), keep=7, whole=True),
    Column("keep_until", _("Kept until"), keep=5, whole=True),
    Column("withdrawn_why", below=True),
]
