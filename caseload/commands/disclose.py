"""`caseload disclose`: what was told to whom and on which ground, whether something may go, and the accounting of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import NotPermitted, Usage
from caseload.messages import _

from . import output
from .consent import Kinds, Purpose, What
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column
from .receipts import done, key_of
from .session import check_why, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from caseload.casework.disclosures import DisclosureRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Act = Literal["list", "add", "amend", "ask", "accounting"]
Basis = Literal[
    "consent", "harm_to_self", "harm_to_others", "child_at_risk", "illegal_activity", "court", "medical_emergency",
    "client",
]  # fmt: skip


@commands.command(
    "disclose",
    "caseload disclose 2026-048212 add --recipient 'Emergency ward' --basis medical_emergency --kinds health --what 'Her "
    "medicines' --purpose 'To treat her' --consulted nobody --not-told 'She was unconscious'",
    "caseload disclose 2026-048212 accounting",
    help=_(
        "Tellings on record: add; amend ID --what TEXT (what was told is never altered, only added to); ask whether "
        "something may go (exit 3 where not); accounting, the six years a client may ask for; or list."
    ),
)
def disclose(
    ctx: typer.Context,
    case: Case,
    act: Annotated[Act, typer.Argument(metavar="add|amend|ask|accounting|list", help=_("What to do."))] = "list",
    what_id: Annotated[
        str | None, typer.Argument(metavar="ID", help=_("Which disclosure."), show_default=False)
    ] = None,
    recipient: Annotated[str | None, said("NAME", _("Who was told, or would be."), "--recipient")] = None,
    kinds: Kinds = None,
    what: What = None,
    purpose: Purpose = None,
    basis: Annotated[
        Basis | None,
        said(
            "BASIS",
            _(
                "Why it might be told: consent (unless given), client, or an exception: harm_to_self, harm_to_others, "
                "child_at_risk, illegal_activity, court, medical_emergency."
            ),
            "--basis",
        ),
    ] = None,
    address: Annotated[str | None, said("TEXT", _("Where the recipient is."), "--address")] = None,
    consulted: Annotated[
        str | None, said("TEXT", _("Of an exception: who was consulted; nobody is an answer."), "--consulted")
    ] = None,
    told: Annotated[bool, typer.Option("--told", help=_("Of an exception: the client was told."))] = False,
    not_told: Annotated[str | None, said("TEXT", _("The client was not told, and why."), "--not-told")] = None,
    on: Annotated[str | None, said("DATE", _("The day of the telling; today unless given."), "--on")] = None,
    first: Annotated[str | None, said("DATE", _("With accounting: the first day."), "--from")] = None,
    last: Annotated[str | None, said("DATE", _("With accounting: the last day."), "--to")] = None,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    form: dict[str, Any] = {
        "recipient": recipient, "kinds": kinds, "what": text_of(what, "--what"), "purpose": text_of(purpose, "--purpose"),
        "basis": basis, "address": address, "consulted": consulted, "told": told or None, "not_told": not_told, "on": on,
        "from": first, "to": last,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    _fits(act, given, what_id, identified)
    if act in ("list", "accounting"):
        check_why(identified, why)
        _read(asked, case, act, given, names_shown(identified), why or "", format)
        return
    if why is not None:
        raise Usage(_("--why goes with --identified here."))
    if act == "ask":
        _ask(asked, case, given, format)
        return
    disclosure_id = key_number(what_id, "ID") if act == "amend" else 0
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import disclosures

        if act == "amend":
            disclosures.must_be_of(w, number, disclosure_id)
            return disclosures.add_to(w, disclosure_id, given["what"])
        new = disclosures.NewDisclosure(
            number, given.get("recipient", ""), _kinds(given), given.get("what", ""), given.get("purpose", ""),
            basis=given.get("basis", "consent"), address=given.get("address", ""), consulted=given.get("consulted", ""),
            client_told=False if "not_told" in given else given.get("told"), untold=given.get("not_told", ""),
            on=day(given["on"], "--on", w.today, back=True) if "on" in given else None,
        )  # fmt: skip
        return disclosures.tell(w, new)

    done(asked, f"disclose {act}", do, format, more=lambda receipt: key_of(receipt, "disclosure"))


_TAKES = {
    "list": (),
    "add": ("recipient", "kinds", "what", "purpose", "basis", "address", "consulted", "told", "not_told", "on"),
    "amend": ("what",),
    "ask": ("recipient", "kinds", "on"),
    "accounting": ("from", "to"),
}


def _fits(act: str, given: dict[str, Any], what_id: str | None, identified: bool) -> None:
    """Raises Usage for options that go with another act."""
    if (what_id is not None) != (act == "amend"):
        raise Usage(_("amend takes the ID of a disclosure, as the list shows it; nothing else does."))
    wrong = [name for name in given if name not in _TAKES[act]]
    if wrong:
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=wrong[0].replace("_", "-")))
    if identified and act not in ("list", "accounting"):
        raise Usage(_("--identified goes with list and accounting."))
    if "told" in given and "not_told" in given:
        raise Usage(_("Choose one of --told and --not-told."))
    if act == "amend" and "what" not in given:
        raise Usage(_("Write: caseload disclose CASE amend ID --what TEXT"))
    if act == "ask" and not {"recipient", "kinds"} <= set(given):
        raise Usage(_("Write: caseload disclose CASE ask --recipient NAME --kinds KIND,..."))


def _kinds(given: dict[str, Any]) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.get("kinds", "").split(",") if one.strip())


def _ask(asked: Session, case: str, given: dict[str, Any], format: output.FormatName | None) -> None:
    """Prints the record that says yes. Raises NotPermitted with the sentence that says why not."""
    from caseload.casework.permits import Permit, may_go

    with asked.read() as r:
        when = day(given["on"], "--on", r.today) if "on" in given else None
        found = may_go(r, to_read(r, case), given["recipient"], _kinds(given), when)
    if not isinstance(found, Permit):
        raise NotPermitted(found)
    shaped = {
        "case": found.case,
        "basis": found.basis,
        "consent": None if found.consent is None else str(found.consent),
        "disclosure": None if found.exception is None else str(found.exception),
        "record": found.words,
    }
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: [found.words])


def _read(
    asked: Session, case: str, act: str, given: dict[str, Any], named: bool, why: str, format: output.FormatName | None
) -> None:
    """The tellings of a case, or the accounting of its client. With their words it is a look, recorded first."""
    from caseload.casework import disclosures, find, looks

    with asked.read() as r:
        number = to_read(r, case)
        named = named and r.me.sees_identity
        # An accounting is about the client: all their cases in sight are looked at.
        looked = disclosures.accounted(r, number) if act == "accounting" else [number]
    if named:
        looks.announce(asked.db, looked, surface=f"disclose {act}", why=why)
    with asked.read() as r:
        if act == "list":
            found = disclosures.of_case(r, find.case(r, number).id, named=named, told=named)
            output.rows([disclosure_shape(row, named) for row in found], _COLUMNS[1:], format)
            return
        begin, end = (
            day(given[one], f"--{one}", r.today, back=True) if one in given else None for one in ("from", "to")
        )
        rows = disclosures.accounting(r, number, begin, end)
    private = ("recipient", "address", "what", "purpose")
    keys = ("case", "on", *private, "basis")
    shaped = [{key: getattr(row, key) if named or key not in private else None for key in keys} for row in rows]
    output.rows(shaped, [column for column in _COLUMNS if column.key in keys], format)


def disclosure_shape(row: DisclosureRow, named: bool) -> dict[str, Any]:
    """A telling as JSON has it."""

    def typed(text: str | None) -> str | None:
        return text if named and text else None

    return {
        "id": str(row.id),
        "on": row.on,
        "recipient": typed(row.recipient),
        "address": typed(row.address),
        "kinds": list(row.kinds),
        "what": typed(row.what),
        "purpose": typed(row.purpose),
        "basis": row.basis,
        "consent": None if row.consent is None else str(row.consent),
        "under": None if row.under is None else str(row.under),
        "consulted": typed(row.consulted),
        "client_told": row.client_told,
        "untold": typed(row.untold),
        "by": row.by,
        "addendum_to": None if row.addendum_to is None else str(row.addendum_to),
    }


_COLUMNS = [
    Column("case", _("Case"), keep=9, whole=True),
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("on", _("Day"), keep=9, whole=True),
    Column("recipient", _("To whom"), keep=8, least=12),
    Column("address", _("Address"), keep=4, least=12),
    Column("basis", _("Basis"), keep=8),
    Column("kinds", _("About"), keep=6, least=10),
    Column("what", _("What"), keep=7, least=16),
    Column("purpose", _("Purpose"), keep=6, least=12),
    Column("consulted", _("Consulted"), keep=3),
    Column("client_told", _("Client told"), keep=3),
    Column("by", _("By"), keep=2),
    Column("addendum_to", _("Adds to"), keep=5, whole=True),
]
