"""`caseload packet`: a case talked through with a consultant who is not to know whose it is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Format, Identified, LookWhy, said
from .output import Column, local
from .receipts import done, key_of
from .session import check_why, names_shown
from .terminal import is_terminal, say
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from caseload.casework.packets import Packet, PacketRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Act = Literal["list", "draft", "approve", "read", "answer", "withdraw"]


@commands.command(
    "packet",
    "caseload packet draft 2026-048212",
    "caseload packet list --format json",
    help=_(
        "A masked packet for a consultant: draft CASE prints the case without identity; look it over and approve CASE --for W "
        "--until DATE --file FILE. Whom it is for finds it with list, opens it with read ID, on record, and answers with answer "
        "ID. list CASE shows a case's packets and answers; withdraw ID takes one back. A packet ends within 90 days."
    ),
)
def packet(
    ctx: typer.Context,
    act: Annotated[
        Act, typer.Argument(metavar="draft|approve|read|answer|withdraw|list", help=_("What to do."))
    ] = "list",
    what: Annotated[
        str | None, typer.Argument(metavar="CASE|ID", help=_("Which case, or which packet."), show_default=False)
    ] = None,
    reader: Annotated[str | None, said("W", _("With approve: who reads it."), "--for")] = None,
    until: Annotated[str | None, said("DATE", _("With approve: the last day it can be read."), "--until")] = None,
    file: Annotated[
        str | None, said("FILE|-", _("With approve: the text as you looked it over; - reads standard input."), "--file")
    ] = None,
    question: Annotated[
        str | None, said("TEXT|@FILE", _("With approve: what you ask; without names, too."), "--question")
    ] = None,
    anyway: Annotated[
        str | None, said("TEXT", _("With approve: why words that the mask finds stay in it."), "--anyway")
    ] = None,
    text: Annotated[
        str | None, said("TEXT|-|@FILE", _("With answer: the answer; - reads standard input, @FILE a file."), "--text")
    ] = None,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    check_why(identified, why)
    if identified and (act != "list" or what is None):
        raise Usage(_("--identified goes with list CASE."))
    given = {"for": reader, "until": until, "file": file, "question": question, "anyway": anyway, "text": text}
    _fits(act, what, {name for name, value in given.items() if value is not None})
    if act == "list":
        _list(asked, what, names_shown(identified), why or "", format)
    elif act == "draft":
        _draft(asked, what or "", format)
    elif act == "approve":
        _approve(asked, what or "", reader or "", until or "", file or "-", question, anyway or "", format)
    elif act == "read":
        _read(asked, key_number(what, "ID"), format)
    elif act == "answer":
        _answer(asked, key_number(what, "ID"), text, format)
    else:
        _withdraw(asked, key_number(what, "ID"), format)


_TAKES = {"approve": {"for", "until", "file", "question", "anyway"}, "answer": {"text"}}


def _fits(act: str, what: str | None, given: set[str]) -> None:
    """Raises Usage for what is missing, and for options that go with another act."""
    if wrong := sorted(given - _TAKES.get(act, set())):
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=wrong[0]))
    if act == "approve" and (what is None or not {"for", "until", "file"} <= given):
        raise Usage(_("Write: caseload packet approve CASE --for W --until DATE --file FILE|- [--question TEXT]"))
    if what is None and act == "draft":
        raise Usage(_("Write: caseload packet draft CASE"))


def _draft(asked: Session, case: str, format: output.FormatName | None) -> None:
    """Plain text unless a format is asked for: it is there to be edited and approved."""
    from caseload.casework import packets
    from caseload.casework.masking import statement

    with asked.read() as r:
        number = to_read(r, case)
    found = packets.draft(asked.db, number)
    say(statement())
    output.thing({"case": number, "text": found}, [Column("case"), Column("text")], format or "table", lambda: [found])


def _approve(
    asked: Session, case: str, reader: str, until: str, file: str, question: str | None, anyway: str,
    format: output.FormatName | None,
) -> None:  # fmt: skip
    from caseload.casework import packets

    [number] = to_change(asked, case, one=True)
    words = text_of(file if file == "-" else f"@{file}", "--file") or ""
    put = text_of(question, "--question") or ""
    if not anyway and is_terminal(sys.stderr):
        # The words themselves are for the eyes of who typed them alone; the refusal says only where they stand.
        with asked.read() as r:
            for one in packets.left(r, number, words, put):
                say(_("{where} stands for: {words}").format(where=packets.where(one), words=one.words))

    def act(w: Work) -> Receipt:
        new = packets.NewPacket(number, reader, day(until, "--until", w.today), words, put, anyway)
        return packets.approve(w, new)

    def more(receipt: Receipt) -> dict[str, Any]:
        return {**key_of(receipt, "packet"), "called": (receipt.data or {}).get("called")}

    done(asked, "packet approve", act, format, more=more)


def _withdraw(asked: Session, packet_id: int, format: output.FormatName | None) -> None:
    from caseload.casework import packets

    done(asked, "packet withdraw", lambda w: packets.withdraw(w, packet_id), format)


def _answer(asked: Session, packet_id: int, text: str | None, format: output.FormatName | None) -> None:
    from caseload.casework import packets

    if text is None and is_terminal(sys.stdin):
        say(_("Write the answer; Ctrl-D on a line of its own ends it, Ctrl-C leaves everything as it was."))
    words = text_of("-" if text is None else text, "--text") or ""
    act = lambda w: packets.answer(w, packet_id, words)  # noqa: E731
    done(asked, "packet answer", act, format, more=lambda receipt: key_of(receipt, "answer"))


def _read(asked: Session, packet_id: int, format: output.FormatName | None) -> None:
    from caseload.casework import packets

    found = packets.read(asked.db, packet_id)
    shaped = {**_mine_shape(found), "text": found.text}

    def lay_out() -> Sequence[str]:
        words = _("{called} · asked by {author} · until {day}")
        head = words.format(called=found.called, author=found.author, day=found.until.isoformat())
        return [head, *([found.question] if found.question else []), "", found.text or ""]

    output.thing(shaped, [Column(key) for key in shaped], format, lay_out)


def _mine_shape(row: Packet) -> dict[str, Any]:
    """A packet as its reader has it in JSON."""
    return {
        "id": str(row.id), "called": row.called, "author": row.author, "on": row.on, "until": row.until,
        "question": row.question or None, "answered": row.answered,
    }  # fmt: skip


def _list(asked: Session, case: str | None, named: bool, why: str, format: output.FormatName | None) -> None:
    """One's own to read; or those of a case, which is a look, recorded first."""
    from caseload.casework import find, looks, packets

    if case is None:
        with asked.read() as r:
            found = [{**_mine_shape(one), "answered": local(one.answered, r.zone)} for one in packets.mine(r)]
        output.rows(found, _MINE, format)
        if not found and output.chosen(format) == "table":
            say(_("No packet waits for you."))
        return
    with asked.read() as r:
        number = to_read(r, case)
        find.names_seen(r)
    kind = "narrative" if named else "case"
    [key] = looks.announce(asked.db, [number], kind=kind, surface="packet list", why=why)
    with asked.read() as r:
        shaped = [packet_shape(one, r.zone, named) for one in packets.of_case(r, key, told=named)]
    # On paper and screen the text itself is long, and was written by who asks.
    columns = _OF_CASE if output.chosen(format) == "table" else [*_OF_CASE, Column("text")]
    output.rows(shaped, columns, format)
    if not shaped and output.chosen(format) == "table":
        say(_("There is no packet of this case."))


def packet_shape(row: PacketRow, zone: tzinfo, named: bool) -> dict[str, Any]:
    """A packet as JSON has it for those who work with its case; without `named` no word of it."""

    def typed(text: str | None) -> str | None:
        return text if named and text else None

    answers = [
        {"id": str(one.id), "at": local(one.at, zone), "by": one.by, "text": typed(one.text)} for one in row.answers
    ]
    return {
        "id": str(row.id), "for": row.reader, "by": row.author, "on": row.on, "until": row.until, "state": row.state,
        "anyway": typed(row.anyway), "question": typed(row.question), "answers": answers, "text": typed(row.text),
    }  # fmt: skip


def _said(answers: Sequence[dict[str, Any]]) -> str:
    words = _("{who}, {when}: {text}")
    return "\n".join(words.format(who=a["by"], when=output.as_text(a["at"]), text=a["text"] or "…") for a in answers)


_MINE = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("called", _("Case"), keep=9, whole=True),
    Column("author", _("Asked by"), keep=8),
    Column("on", _("Since"), keep=5, whole=True),
    Column("until", _("Until"), keep=8, whole=True),
    Column("answered", _("Answered"), keep=6, whole=True),
    Column("question", below=True),
]
_OF_CASE = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("for", _("For"), keep=9),
    Column("by", _("By"), keep=7),
    Column("on", _("Approved"), keep=6, whole=True),
    Column("until", _("Until"), keep=8, whole=True),
    Column("state", _("State"), keep=8, whole=True),
    Column("question", below=True),
    Column("answers", below=True, table=_said),
]
