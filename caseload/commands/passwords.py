"""`caseload worker password`: a first password for somebody's login, or one's own anew. PostgreSQL only."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Annotated, Any

import typer

from caseload.errors import Refused, Usage
from caseload.messages import _

from . import output, unlock
from .frame import session
from .options import Format, said
from .output import Column
from .receipts import told


def declare(worker: Callable[..., Callable[[Any], Any]]) -> None:
    """Declare `password` in the group of the commands about workers."""

    @worker(
        "password",
        "caseload worker password bo",
        "caseload worker password --password-fd 3 3< mine",
        help=_(
            "On PostgreSQL: make a worker's login with a first password, shown once, that ends after 24 hours; or give a new "
            "one to who has forgotten theirs. Without HANDLE: set your own, which does not end."
        ),
    )
    def password(
        ctx: typer.Context,
        handle: Annotated[
            str | None,
            typer.Argument(metavar="[HANDLE]", help=_("Whose first password; an admin gives it."), show_default=False),
        ] = None,
        password_fd: Annotated[
            int | None, said("N", _("Read your own new password from this file descriptor."), "--password-fd", min=0)
        ] = None,
        format: Format = None,
    ) -> None:
        from caseload.casework import staff

        asked = session(ctx)
        if handle is None:
            mine = _mine(password_fd)
            told(asked.act("worker password", lambda w: staff.renew_password(w, mine)), format)
            return
        receipt = asked.act("worker password", lambda w: staff.first_password(w, handle))
        shaped = {"change": receipt.number, "done": receipt.words, "cases": [], **receipt.data}
        lines = [
            receipt.words,
            _("Login {login}, first password {password}").format(login=shaped["login"], password=shaped["password"]),
            _("It is shown this once. {worker} connects with it and renews it: caseload worker password").format(
                worker=shaped["worker"]
            ),
        ]
        output.thing(shaped, [Column(key) for key in shaped], format, lambda: lines)


def _mine(descriptor: int | None) -> str:
    """What the person's password is to be; never an argument, which others could read."""
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, encoding="utf-8") as stream:
                return stream.readline().rstrip("\r\n")
        except (OSError, ValueError):
            words = _("No password can be read from file descriptor {n}. Open it: --password-fd {n} {n}< FILE")
            raise Usage(words.format(n=descriptor)) from None
    if not unlock.can_hide():
        raise Refused(_("Nobody can be asked here. Give your new password with --password-fd N."))
    words = unlock.hidden(_("Your new password: "))
    if unlock.hidden(_("The same again: ")) != words:
        raise Refused(_("Nothing was changed: the second time it was another password."))
    return words
