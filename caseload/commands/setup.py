"""Making, upgrading and checking a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _, _n

from . import output
from .frame import Family, session
from .options import Format, said
from .output import Column
from .receipts import done
from .session import Session
from .table import facts

commands = Family()


@commands.command(
    "init",
    "caseload init --agency 'Harbour Family Services' --admin ana --name 'Ana Ferri' --timezone Europe/Rome",
    "caseload --database postgresql:///?service=agency init --agency 'Harbour Family Services' --admin ana",
    help=_(
        "Make a new database: a private SQLite file, or the tables of an empty PostgreSQL database. The caller becomes "
        "its admin, unless --login names another login; on PostgreSQL one that is not there is made, with a first password."
    ),
)
def init(
    ctx: typer.Context,
    agency: Annotated[str, typer.Option("--agency", metavar="NAME", help=_("The agency's name."))],
    admin: Annotated[
        str, typer.Option("--admin", metavar="HANDLE", help=_("Your handle: a short name without spaces."))
    ],
    login: Annotated[
        str | None,
        said("LOGIN", _("The login of that person, when it is not yours."), "--login"),
    ] = None,
    name: Annotated[str | None, said("NAME", _("Your full name."), "--name")] = None,
    timezone: Annotated[
        str | None,
        said("ZONE", _("Where the agency's days are counted; this machine's otherwise."), "--timezone"),
    ] = None,
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help=_("In which amounts are (ISO 4217)."))
    ] = "EUR",
    format: Format = None,
) -> None:
    from caseload.casework import setup

    asked = session(ctx)
    _on_no_other_day(asked)
    receipt = setup.init(
        asked.settings, agency=agency, admin=admin, name=name, login=login, timezone=timezone, currency=currency
    )
    made = {"database": asked.settings.shown, **(receipt.data or {})}
    output.thing(made, [Column(key) for key in made], format, lambda: [*facts(_named(made)), "", _next_steps()])


def _on_no_other_day(asked: Session) -> None:
    """Raises Usage under --today, which is for looking only."""
    if asked.settings.today is not None:
        raise Usage(_("With --today nothing can be changed; leave it out."))


def _named(made: Mapping[str, Any]) -> list[tuple[str, Any]]:
    words = {
        "database": _("Database"),
        "agency": _("Agency"),
        "admin": _("Admin"),
        "timezone": _("Time zone"),
        "currency": _("Currency"),
        "login": _("Login"),
        "password": _("First password, for 24 hours"),
    }
    return [(words.get(key, key), value) for key, value in made.items()]


def _next_steps() -> str:
    return _("Next: caseload program add, caseload team add, caseload worker add; --help says how.")


@commands.command(
    "upgrade",
    "caseload upgrade",
    "caseload --database postgresql:///?service=agency upgrade --format json",
    help=_("Bring the database's tables to what this caseload needs, all or nothing. Nobody may be working in it."),
)
def upgrade(ctx: typer.Context, format: Format = None) -> None:
    from caseload.casework import setup

    asked = session(ctx)
    _on_no_other_day(asked)
    done = {"database": asked.settings.shown, "done": setup.upgrade(asked.settings).words}
    output.thing(done, [Column(key) for key in done], format, lambda: [done["done"]])


@commands.command(
    "check",
    "caseload check",
    "caseload --database postgresql:///?service=agency check --format json",
    help=_(
        "Hold the database against itself: the stored ranks against the facts, the triggers against their definitions. "
        "Exits 1 when something is wrong, and names it."
    ),
)
def check(ctx: typer.Context, format: Format = None) -> None:
    from caseload.store import verify

    with session(ctx).read() as r:
        verdict = verify.check(r)
    print_verdict(verdict.sound, verdict.rows, list(verdict.faults), format)


def print_verdict(
    sound: bool,
    rows: int,
    faults: list[str],
    format: output.FormatName | None,
    more: Mapping[str, Any] | None = None,
    remarks: Sequence[str] = (),
) -> None:
    """Say whether it is sound; exit 1 when it is not. `more` are further keys, `remarks` what a person is told of them."""
    found = {"sound": sound, "rows": rows, "faults": faults, **(more or {})}
    headline = (
        _n("Sound: {n} journal row.", "Sound: {n} journal rows.", rows).format(n=rows)
        if sound
        else _n("{n} fault found.", "{n} faults found.", len(faults)).format(n=len(faults))
    )
    output.thing(found, [Column(key) for key in found], format, lambda: [headline, *faults, *remarks])
    if not sound:
        raise typer.Exit(1)


@commands.command(
    "agency",
    "caseload agency",
    "caseload agency --set editor_allowed=no",
    help=_(
        "What the agency decides for all its people: whether notes may be written in an editor of one's own, whether a case "
        "manager sees the team's cases, whether an SQLite file may lie on a network share; by which load model loads are told, after "
        "how many weeks it is warned of overload (0 is never), the currency of amounts; and for the way to appointments the office's "
        "place in the directory, kilometres an hour, and minutes where the distance is not known."
    ),
)
def agency(
    ctx: typer.Context,
    settings: Annotated[
        list[str] | None,
        said("NAME=VALUE", _("Decide; may be repeated."), "--set"),
    ] = None,
    format: Format = None,
) -> None:
    from caseload.casework import setup

    asked = session(ctx)
    if settings:
        changes = {}
        for one in settings:
            name, equals, value = one.partition("=")
            if not equals:
                raise Usage(_("--set takes NAME=yes or NAME=no, such as --set editor_allowed=no."))
            changes[name.strip()] = value.strip()
        done(asked, "agency", lambda w: setup.decide(w, changes), format)
        return
    with asked.read() as r:
        found = {"agency": r.agency.name, **setup.decided(r)}
    output.thing(found, [Column(key) for key in found], format, lambda: facts(found.items()))
