"""`caseload provider` and `place`: the agency's directory. It says nothing of a client, so it is printed anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import text_of
from .options import Format, said
from .output import Column
from .receipts import done, key_of
from .table import facts

if TYPE_CHECKING:
    from caseload.casework.finder import ProviderRow

commands = Family()

_provider = commands.group("provider", _("Who offers services: organisations of the agency's directory."))
_place = commands.group("place", _("Where places lie, so that what is near can be found."))

State = Literal["active", "inactive", "defunct"]
Name = Annotated[str, typer.Argument(metavar="NAME", help=_("Its name."), show_default=False)]
Rename = Annotated[str | None, said("NAME", _("Another name."), "--name")]
Which = Annotated[str, typer.Argument(metavar="ID|NAME", help=_("Its number, or its name."), show_default=False)]
Id = Annotated[str, typer.Argument(metavar="ID", help=_("Its number, as the list shows it."), show_default=False)]
About = Annotated[str | None, said("TEXT|-|@FILE", _("What it is and does."), "--about")]
At = Annotated[str | None, said("NAME", _("The place where it is."), "--place")]
Standing = Annotated[
    State | None, said("active|inactive|defunct", _("Whether it is there, for now, or gone."), "--state")
]
Checked = Annotated[bool, typer.Option("--checked", help=_("You made sure today that all of it is so."))]
Seen = Annotated[int | None, said("VERSION", _("The version you read, so that nobody's change is lost."), "--seen")]
Address = Annotated[str | None, said("TEXT", _("Street and number."), "--address")]
Phone = Annotated[str | None, said("TEXT", _("Its number."), "--phone")]
Email = Annotated[str | None, said("TEXT", _("Its address for mail."), "--email")]
Url = Annotated[str | None, said("TEXT", _("Its page."), "--url")]
All = Annotated[bool, typer.Option("--all", help=_("Those that are not active, too."))]


# -- providers ------------------------------------------------------------------------------------


@_provider(
    "add",
    "caseload provider add 'Saint Anne' --place Florence --phone '055 1234' --about 'Shelter and soup kitchen'",
    "caseload provider add Caritas --place Pisa --format json",
    help=_("Add a provider to the directory. Whoever handles cases may."),
)
def provider_add(
    ctx: typer.Context, name: Name, about: About = None, place: At = None, address: Address = None, phone: Phone = None,
    email: Email = None, url: Url = None, format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import directory

    told = given(about=text_of(about, "--about"), place=place, address=address, phone=phone, email=email, url=url)
    new = directory.NewProvider(name, **told)
    done(
        session(ctx), "provider add", lambda w: directory.add_provider(w, new), format,
        more=lambda receipt: key_of(receipt, "provider"),
    )  # fmt: skip


@_provider(
    "edit",
    "caseload provider edit 'Saint Anne' --phone '055 99' --checked",
    "caseload provider edit 'Saint Anne' --about 'By appointment' --format json",
    help=_("Change what is said of a provider. One that is no longer active takes its services out of what is found."),
)
def provider_edit(
    ctx: typer.Context, which: Which, name: Rename = None, about: About = None, place: At = None, address: Address = None,
    phone: Phone = None, email: Email = None, url: Url = None, state: Standing = None, checked: Checked = False,
    seen: Seen = None, format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import directory

    told = given(
        name=name, about=text_of(about, "--about"), place=place, address=address, phone=phone, email=email, url=url,
        state=state, checked=checked or None,
    )  # fmt: skip
    something(told)
    done(
        session(ctx), "provider edit",
        lambda w: directory.edit_provider(w, directory.provider_meant(w, which), told, seen=seen), format,
        more=lambda receipt: key_of(receipt, "provider"),
    )  # fmt: skip


@_provider(
    "list",
    "caseload provider list",
    "caseload provider list shelter --format json",
    help=_("The providers, or those of which these words, or those of a service of theirs, begin a word."),
)
def provider_list(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(metavar="WORDS", help=_("Words to look for."), show_default=False)] = "",
    everything: All = False,
    format: Format = None,
) -> None:
    from caseload.casework import finder

    with session(ctx).read() as r:
        found = finder.providers(r, words, everything=everything)
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("name", _("Name"), keep=9, least=16),
        Column("place", _("Place"), keep=7),
        Column("phone", _("Phone"), keep=6),
        Column("services", _("Services"), keep=5, right=True),
        Column("state", _("State"), keep=4),
        Column("checked_on", _("Checked"), keep=3, whole=True),
    ]
    output.rows([provider_shape(row) for row in found], columns, format)


@_provider(
    "show",
    "caseload provider show 'Saint Anne'",
    "caseload provider show 'Saint Anne' --format json",
    help=_("Everything about a provider, with what it offers."),
)
def provider_show(ctx: typer.Context, which: Which, format: Format = None) -> None:
    from caseload.casework import directory, finder

    from .services import service_shape

    with session(ctx).read() as r:
        key = directory.provider_meant(r, which)
        [row] = finder.providers(r, only=key)
        offered = finder.look(r, finder.Wish(provider=key, everything=True, limit=10_000)).rows
    shaped = {**provider_shape(row), "services": [service_shape(one) for one in offered]}
    told = {**provider_shape(row), "services": [f"{one.id} {one.name}" for one in offered]}
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: facts(told.items()))


def provider_shape(row: ProviderRow) -> dict[str, Any]:
    """A provider as JSON has it."""
    return {
        "id": str(row.id), "name": row.name, "about": row.about or None, "place": row.place or None,
        "address": row.address or None, "phone": row.phone or None, "email": row.email or None, "url": row.url or None,
        "state": row.state, "checked_on": row.checked_on, "services": row.services, "version": row.version,
    }  # fmt: skip


# -- places ---------------------------------------------------------------------------------------


@_place(
    "add",
    "caseload place add Florence 43.7696 11.2558",
    "caseload place add 'Sesto Fiorentino' 43.8329 11.1995 --format json",
    help=_(
        "Say where a place lies, in degrees; one that is there is set anew. South and west are written after --, with a minus."
    ),
)
def place_add(
    ctx: typer.Context,
    name: Name,
    latitude: Annotated[str, typer.Argument(metavar="LAT", help=_("Degrees north."), show_default=False)],
    longitude: Annotated[str, typer.Argument(metavar="LON", help=_("Degrees east."), show_default=False)],
    format: Format = None,
) -> None:
    from caseload.casework import directory

    north, east = number(latitude, "LAT"), number(longitude, "LON")
    done(
        session(ctx), "place add", lambda w: directory.set_place(w, name, north, east), format,
        more=lambda receipt: key_of(receipt, "place"),
    )  # fmt: skip


@_place("list", "caseload place list", "caseload place list --format json", help=_("The places, and where they lie."))
def place_list(ctx: typer.Context, format: Format = None) -> None:
    from caseload.casework import finder

    with session(ctx).read() as r:
        found = [{"name": name, "latitude": lat, "longitude": lon} for name, lat, lon in finder.places(r)]
    columns = [
        Column("name", _("Place"), keep=9),
        Column("latitude", _("North"), right=True, keep=7),
        Column("longitude", _("East"), right=True, keep=7),
    ]
    output.rows(found, columns, format)


# -- what was typed ---------------------------------------------------------------------------------


def given(**told: Any) -> dict[str, Any]:
    """What was typed, without what was not."""
    return {name: value for name, value in told.items() if value is not None}


def something(told: dict[str, Any]) -> None:
    """Raises Usage where nothing was to be changed."""
    if not told:
        raise Usage(_("Say what to change: --help lists it."))


def number(text: str, name: str) -> float:
    """A number with a point, as people type it. Raises Usage."""
    if not re.fullmatch(r"[+-]?\d{1,5}(\.\d{1,12})?", text.strip(), re.ASCII):
        raise Usage(_("{name} is a number such as 43.77.").format(name=name))
    return float(text)
