"""`caseload backup` and `caseload restore`: the whole database as one private file, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Anchor, Format, Unsound
from .output import Column
from .progress import progress
from .session import Session
from .table import facts

if TYPE_CHECKING:
    from caseload.store.backup import Kept

commands = Family()


@commands.command(
    "backup",
    "caseload backup agency.backup",
    "caseload --database postgresql:///?service=agency backup agency.dump --format json",
    help=_(
        "Write the whole database of this moment to a new private file, while people work. On PostgreSQL through pg_dump, "
        "by the login that owns the tables. The file holds every client's record: keep it where the database would be safe. "
        "It is on record as a look."
    ),
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=_("Where to; a file that is there is never overwritten."))
    ],
    format: Format = None,
) -> None:
    from caseload.store import backup as store

    asked = session(ctx)
    with progress(_("Copying")) as tick:
        kept = store.backup(asked.settings, file, tick)
    _told(asked, kept, format, {}, _("Backed up."))


@commands.command(
    "restore",
    "caseload --database restored.db restore agency.backup",
    "caseload --database again.db restore agency.backup --format json",
    help=_(
        "Bring a backup back into a database that is missing (SQLite) or empty (PostgreSQL), at this caseload's version. Its "
        "journal is verified first, and says from then on that it was restored, and from which seal."
    ),
)
def restore(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("A file that `caseload backup` wrote."))],
    anchor: Anchor = None,
    unsound: Unsound = False,
    format: Format = None,
) -> None:
    from caseload.store import backup as store

    asked = session(ctx)
    if asked.settings.today is not None:
        raise Usage(_("With --today nothing can be changed; leave it out."))
    with progress(_("Copying")) as tick:
        kept = store.restore(asked.settings, file, anchor=anchor, unsound=unsound, tick=tick)
    _told(asked, kept, format, {"change": f"C-{kept.change}"}, _("Restored."))


def _told(asked: Session, kept: Kept, format: output.FormatName | None, more: dict[str, Any], words: str) -> None:
    made = {
        "database": asked.settings.shown,
        "file": str(kept.path),
        "bytes": kept.bytes,
        "sha256": kept.sha256,
        "seal": kept.seal,
        "at": kept.at,
        **more,
    }
    names = {"database": _("Database"), "file": _("File"), "bytes": _("Bytes"), "sha256": "SHA-256", "seal": _("Seal")}
    output.thing(
        made,
        [Column(key) for key in made],
        format,
        lambda: [words, *facts([(word, made[key]) for key, word in names.items()])],
    )
