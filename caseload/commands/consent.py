"""`caseload consent`: what a client has signed that may be told, to whom and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, said
from .output import Column
from .receipts import done, key_of
from .session import looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from datetime import date

    from caseload.casework.consents import ConsentRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Act = Literal["list", "give", "revoke", "ended", "amend"]
Signer = Literal["client", "parent", "guardian", "representative"]
Kinds = Annotated[
    str | None,
    said("KIND,...", _("What it is about: identity, services, plan, notes, health, substance_use."), "--kinds"),
]
What = Annotated[str | None, said("TEXT|-|@FILE", _("What is told, in words."), "--what")]
Purpose = Annotated[str | None, said("TEXT|-|@FILE", _("What it is told for."), "--purpose")]


@commands.command(
    "consent",
    "caseload consent 2026-048212 give --recipient 'Housing Office' --kinds identity,services --what 'Name and address' "
    "--purpose 'To find a flat' --until +6m",
    "caseload consent 2026-048212",
    help=_(
        "Signed consents (42 CFR 2.31): give; revoke ID --why TEXT; ended ID, when the event it waited for has come; amend "
        "ID, where the form was copied wrongly; or list. It ends with --until, --until-closed or --event, whichever is first."
    ),
)
def consent(
    ctx: typer.Context,
    case: Case,
    act: Annotated[Act, typer.Argument(metavar="give|revoke|ended|amend|list", help=_("What to do."))] = "list",
    what_id: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which consent."), show_default=False)] = None,
    recipient: Annotated[str | None, said("NAME", _("To whom it may be told."), "--recipient")] = None,
    kinds: Kinds = None,
    what: What = None,
    purpose: Purpose = None,
    until: Annotated[str | None, said("DATE", _("The last day on which it holds."), "--until")] = None,
    until_closed: Annotated[bool, typer.Option("--until-closed", help=_("It ends when the case is closed."))] = False,
    event: Annotated[str | None, said("TEXT", _("It ends when this has come."), "--event")] = None,
    signed: Annotated[str | None, said("DATE", _("The day of the signature; today unless given."), "--signed")] = None,
    signer: Annotated[
        Signer | None, typer.Option("--signer", help=_("Who signed; the client unless given."), show_default=False)
    ] = None,
    signer_name: Annotated[
        str | None, said("NAME", _("Who that is, where it is not the client."), "--signer-name")
    ] = None,
    discloser: Annotated[str | None, said("NAME", _("Who may tell; the agency unless given."), "--discloser")] = None,
    revocable: Annotated[
        str | None, said("TEXT", _("How it may be revoked; in writing to the agency unless given."), "--revocable")
    ] = None,
    on: Annotated[str | None, said("DATE", _("With revoke and ended: from which day on."), "--on")] = None,
    why: Annotated[
        str | None,
        said("TEXT", _("With revoke, how and why it was taken back; with --identified, the reason."), "--why"),
    ] = None,
    seen: Annotated[
        int | None, said("VERSION", _("With amend: the version you read, so that nobody's is lost."), "--seen")
    ] = None,
    identified: Identified = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    form = {
        "recipient": recipient, "kinds": kinds, "what": text_of(what, "--what"), "purpose": text_of(purpose, "--purpose"),
        "until": until, "until_closed": until_closed or None, "event": event, "signed": signed, "signer": signer,
        "signer_name": signer_name, "discloser": discloser, "revocable": revocable,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    _fits(act, given, what_id, on, why, seen, identified)
    if act == "list":
        looked(asked, "consent", identified, why)
        _list(asked, case, names_shown(identified), format)
        return
    consent_id = key_number(what_id, "ID") if act != "give" else 0
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import consents

        when = day(on, "--on", w.today, back=True) if on else None
        if act == "give":
            whole = {"recipient": "", "kinds": (), "what": "", "purpose": ""}
            return consents.give(w, consents.NewConsent(case=number, **{**whole, **_form(given, w.today)}))  # type: ignore[arg-type]
        consents.must_be_of(w, number, consent_id)
        if act == "revoke":
            return consents.revoke(w, consent_id, why or "", on=when)
        if act == "ended":
            return consents.came(w, consent_id, on=when)
        return consents.amend(w, consent_id, _form(given, w.today), seen=seen)

    done(asked, f"consent {act}", do, format, more=lambda receipt: key_of(receipt, "consent"))


def _fits(
    act: str, given: dict[str, Any], what_id: str | None, on: str | None, why: str | None, seen: int | None, identified: bool
) -> None:  # fmt: skip
    """Raises Usage for options that go with another act."""
    if (what_id is None) != (act in ("list", "give")):
        raise Usage(
            _("revoke, ended and amend take the ID of a consent, as the list shows it; give and list take none.")
        )
    if identified and act != "list":
        raise Usage(_("--identified goes with list."))
    if given and act not in ("give", "amend"):
        raise Usage(_("What the form says goes with give and amend."))
    if on is not None and act not in ("revoke", "ended"):
        raise Usage(_("--on goes with revoke and ended."))
    if act == "revoke" and why is None:
        raise Usage(_("Write: caseload consent CASE revoke ID --why TEXT"))
    if why is not None and act not in ("revoke", "list"):
        raise Usage(_("--why goes with revoke, and with --identified."))
    if seen is not None and act != "amend":
        raise Usage(_("--seen goes with amend."))


def _form(given: dict[str, Any], today: date) -> dict[str, object]:
    """What the form says, as the practice takes it."""
    found: dict[str, object] = dict(given)
    if "kinds" in given:
        found["kinds"] = tuple(one.strip() for one in given["kinds"].split(",") if one.strip())
    if "until" in given:
        found["until"] = day(given["until"], "--until", today)
    # A form ends in one way besides its last day: naming one takes the other back.
    if "event" in given and "until_closed" not in given:
        found["until_closed"] = False
    if "until_closed" in given and "event" not in given:
        found["event"] = ""
    if "signed" in given:
        found["signed"] = day(given["signed"], "--signed", today, back=True)
    return found


def _list(asked: Session, case: str, named: bool, format: output.FormatName | None) -> None:
    from caseload.casework import consents, find

    with asked.read() as r:
        key = find.case(r, to_read(r, case)).id
        found = consents.of_case(r, key, named=named and r.me.sees_identity, told=False)
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("state", _("State"), keep=9, whole=True),
        Column("recipient", _("To whom"), keep=8, least=12),
        Column("kinds", _("About"), keep=7, least=10),
        Column("until", _("Until"), keep=8, whole=True),
        Column("event", _("Or until"), keep=4),
        Column("signed", _("Signed"), keep=6, whole=True),
        Column("signer", _("By"), keep=3),
        Column("revoked", _("Revoked"), keep=5, whole=True),
    ]
    output.rows([consent_shape(row, named) for row in found], columns, format)


def consent_shape(row: ConsentRow, named: bool) -> dict[str, Any]:
    """A consent as JSON has it."""

    def typed(text: str | None) -> str | None:
        return text if named and text else None

    return {
        "id": str(row.id),
        "state": row.state,
        "recipient": typed(row.recipient),
        "kinds": list(row.kinds),
        "what": typed(row.what),
        "purpose": typed(row.purpose),
        "until": row.until,
        "ends_with": row.ends_with,
        "event": typed(row.event),
        "signed": row.signed,
        "signer": row.signer,
        "signer_name": typed(row.signer_name),
        "discloser": typed(row.discloser),
        "revocable": typed(row.revocable),
        "recorded_by": row.recorded_by,
        "revoked": row.revoked,
        "revoked_by": row.revoked_by,
        "revoked_why": typed(row.revoked_why),
        "version": row.version,
    }
