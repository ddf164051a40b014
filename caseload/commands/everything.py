"""`caseload move`, and what stands behind `export everything` and `import everything`: all an agency has, out, in and across."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _, _n
from caseload.text import line

from . import output
from .frame import Family, session
from .options import Anchor, FirstIn, Format, Unsound, said
from .output import Column
from .progress import progress
from .session import Session, check_why
from .table import facts
from .terminal import say

if TYPE_CHECKING:
    from caseload.exchange.everything.carry import Brought
    from caseload.exchange.everything.entrance import People
    from caseload.settings import Settings
    from caseload.store.keys import Key

commands = Family()


@commands.command(
    "move",
    "caseload move --to postgresql:///?service=agency",
    "caseload --database postgresql:///?service=agency move --to laptop.db --format json",
    help=_(
        "Everything of this database into another one that is missing (SQLite) or empty (PostgreSQL, as the login that owns the tables), "
        "row by row the same and verified. Nobody can write here meanwhile. This database stays as it is: say to everybody where to go "
        "on, for what is done here afterwards does not come along."
    ),
)
def move(
    ctx: typer.Context,
    to: Annotated[str, said("URL|PATH", _("The new database."), "--to")],
    why: Annotated[str, said("TEXT", _("The reason, for the record."), "--why")] = "",
    admin: FirstIn = None,
    anchor: Anchor = None,
    unsound: Unsound = False,
    format: Format = None,
) -> None:
    from caseload.exchange.everything import carry
    from caseload.settings import load

    asked = session(ctx)
    _on_no_other_day(asked)
    source, target = asked.settings, load(database=to)
    with progress(_("Moving")) as tick:
        done = carry.move(source, target, carry.Wish(anchor, unsound, admin), why, tick)
    _told(target, done, {"from": source.shown}, format, _("Moved: every row there is the same as here."))
    _warn(source, target, done)


def export(asked: Session, place: str, form: str, identified: bool, why: str | None) -> None:
    """Take everything out into a folder."""
    from caseload.exchange.everything import carry
    from caseload.store.engine import sqlite_path

    _on_no_other_day(asked)
    check_why(identified, why)
    if not identified:
        raise Usage(
            _(
                "Everything is every client's record. Say so, and why: add --identified --why TEXT; it goes on the record."
            )
        )
    with progress(_("Writing")) as tick:
        done = carry.export(asked.settings, place, form, why or "", tick)
    if _is_encrypted(sqlite_path(asked.settings.database)):
        say(
            _(
                "The database is encrypted, and this folder is not. Keep it on an encrypted disk, and wipe it afterwards."
            )
        )
    words = _n("Wrote {n} row to {path}", "Wrote {n} rows to {path}", done.rows)
    say(words.format(n=done.rows, path=line(str(done.path))))


def bring(
    asked: Session,
    place: str,
    admin: str | None,
    anchor: str | None,
    unsound: bool,
    format: output.FormatName | None,
) -> None:
    """Bring everything of a folder in."""
    from caseload.exchange.everything import carry

    _on_no_other_day(asked)
    settings = asked.settings
    wish = carry.Wish(anchor, unsound, admin, _new_key(settings))
    with progress(_("Bringing in")) as tick:
        done = carry.bring(settings, place, wish, tick)
    _told(settings, done, {}, format, _("Brought in: every row is the same as it was."))


def _on_no_other_day(asked: Session) -> None:
    if asked.settings.today is not None:
        raise Usage(_("With --today everything cannot be taken out or brought in; leave it out."))


def _is_encrypted(path: Any) -> bool:
    from caseload.store import cipher

    return path is not None and cipher.key_for(path) is not None


def _new_key(settings: Settings) -> Key | None:
    """The key for a new file, where one is handed over."""
    from caseload.store import cipher, keys

    if settings.key_fd is None or settings.path is None:
        return None
    cipher.library()
    words = keys.from_descriptor(settings.key_fd)
    if len(words.strip()) < keys.SHORTEST:
        raise Usage(_("A key of one's own has at least {n} characters.").format(n=keys.SHORTEST))
    return keys.key_of(words, keys.new_salt())


# ---------------------------------------------------------------- what is said afterwards


def _told(
    settings: Settings, done: Brought, more: dict[str, Any], format: output.FormatName | None, words: str
) -> None:
    people = done.people
    made = {
        "database": settings.shown,
        **more,
        "rows": sum(done.rows.values()),
        "tables": len(done.rows),
        "seal": done.seal,
        "change": f"C-{done.change}",
        "encrypted": done.encrypted,
        "admin": people.admin,
        "login": people.login,
        "password": people.password,
        "logins": list(people.known),
        "logins_missing": list(people.unmade),
        "without_login": list(people.nameless),
    }
    names = {
        "database": _("Database"), "rows": _("Rows"), "seal": _("Seal"), "change": _("Change"), "admin": _("Admin"),
        "login": _("Login"), "password": _("First password, for 24 hours"),
    }  # fmt: skip
    shown = [(word, made[key]) for key, word in names.items() if made[key] is not None]
    output.thing(
        made,
        [Column(key) for key in made],
        format,
        lambda: [words, *facts(shown), "", *(_on_server(people) if settings.path is None else _in_file(people))],
    )


def _on_server(people: People) -> list[str]:
    out = []
    if people.known:
        said_ = _("These come in with logins the server knew already, and have their worker's rights now: {who}")
        out.append(said_.format(who=", ".join(people.known)))
    if people.unmade:
        said_ = _(
            "These have no login on the server yet; an admin makes each with caseload worker password HANDLE: {who}"
        )
        out.append(said_.format(who=", ".join(people.unmade)))
    if people.nameless:
        said_ = _("These have none to their name; first caseload worker edit HANDLE --login LOGIN: {who}")
        out.append(said_.format(who=", ".join(people.nameless)))
    if people.admin is None and not people.known:
        out.append(
            _(
                "Nobody can come in yet: no active admin has a login to their name. Name one where everything comes from, and run this again."
            )
        )
    return [*out, _("Next: caseload check, caseload journal verify, caseload access check.")]


def _in_file(people: People) -> list[str]:
    out = [_("Next: caseload check, caseload journal verify.")]
    if not people.known:
        out.append(
            _(
                "Your login belongs to nobody in it. An admin's handle with --as: caseload --as ADMIN worker edit HANDLE --login YOURS"
            )
        )
    return out


def _warn(source: Settings, target: Settings, done: Brought) -> None:
    say(
        _(
            "{old} still stands and still opens: what is done in it from now on does not come along. Tell everybody to go on in {new}."
        ).format(old=source.shown, new=target.shown)
    )
    if source.path is not None:
        say(_("Keep it as a backup that nobody writes in: chmod 400 FILE. An open screen there must be left first."))
        if _is_encrypted(source.path) and not done.encrypted:
            say(_("It is encrypted; what lies on the server is as safe as the server's disk."))
    else:
        say(
            _(
                "Keep anybody from going on there: ask whoever runs the server to close that database to the workers' logins."
            )
        )
    if target.path is not None and done.encrypted:
        say(_("The new file opens with the same key."))
