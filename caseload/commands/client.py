"""`caseload client`: what is known of a client, and changing it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import text_of
from .options import Case, Format, Identified, LookWhy, said
from .output import Column
from .receipts import done
from .session import check_why, names_shown
from .table import facts
from .which import to_change, to_read

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()


@commands.command(
    "client",
    "caseload client 2026-048212",
    "caseload client 2026-048212 --set phone=@phone.txt --set safe_to_call=no",
    help=_(
        "What is known of the client of a case: names, birth date, language, phone, email, address. --set changes it; a "
        "value of - reads standard input, @FILE a file, so that nothing personal need stand in the list of processes."
    ),
)
def client(
    ctx: typer.Context,
    case: Case,
    settings: Annotated[
        list[str] | None,
        said("NAME=VALUE", _("A new value; nothing after = empties it. Again for more."), "--set"),
    ] = None,
    seen: Annotated[
        int | None,
        said("VERSION", _("With --set: the version you read, so that nobody's is lost."), "--seen"),
    ] = None,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import clients, looks

    asked = session(ctx)
    if settings:
        changes = _changes(settings)
        [number] = to_change(asked, case, one=True)

        def act(w: Work) -> Receipt:
            return clients.edit(w, number, changes, seen=seen)

        done(asked, "client", act, format, more=lambda receipt: {"changed": (receipt.data or {}).get("changed", [])})
        return
    if seen is not None:
        raise Usage(_("--seen goes with --set."))
    check_why(identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        number = to_read(r, case)
    looks.announce(asked.db, [number], kind="case", surface="client", why=why or "")
    with asked.read() as r:
        found = asdict(clients.read(r, number))
    shaped: dict[str, Any] = {"case": number, "version": found["version"]}
    shaped |= {name: (found[name] or None) if named or name == "language" else None for name in clients.EDITABLE}
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: facts(shaped.items()))


def _changes(typed: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals:
            raise Usage(_("--set takes NAME=VALUE, such as --set language=it."))
        found[name.strip()] = (text_of(value, "--set") or "").strip()
    return found
