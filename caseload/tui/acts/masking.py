"""Looking without identity: the mode that masks every page, and one case shown as it is, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import _
from .. import unnamed
from ..prompts import Words
from ..screens.onecase import OneCase
from ..talk import Left
from .speaking import required

if TYPE_CHECKING:
    from ..screens.page import Page


async def deidentify(page: Page) -> None:
    """Every page without identity from here on, or with it again."""
    await unnamed.turn(page.app, not page.app.desk.masked)


async def lift(page: Page) -> None:
    """Shows the case of this page as it is, once the reason is on record."""
    if not page.app.desk.masked:
        page.say(_("Identity is shown already."), "dim")
        raise Left
    if not isinstance(page, OneCase):
        raise Left
    why = await page.ask(
        Words(
            _("Show who this is, because:"),
            hint=_("it goes on record"),
            reads=lambda text: required(text, _("Say why: it goes on record.")),
        )
    )
    await page.lift(why)
    page.say(_("Shown as it is until you leave it. That is on record."), "warn")


def not_masked(page: Page) -> None:
    """Raises Left, having said why, where this shows who somebody is and identity is not shown now."""
    if page.app.desk.masked:
        key = page.app.keymap.first("deidentify")
        page.say(_("That shows who the client is. {key} shows identity again.").format(key=key), "warn")
        raise Left
