"""The screen without identity: how it is turned on and off, what it says meanwhile, and one case shown as it is. What reads the
practice runs on the desk's thread, as in `asks`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..messages import _
from . import commands, days

if TYPE_CHECKING:
    from ..casework.offers import TransferRow
    from ..casework.scratches import Unsaved
    from ..store.database import Reading
    from .app import CaseloadApp
    from .asks import Opened
    from .screens.page import Page


# -- on and off --------------------------------------------------------------------------------


async def turn(app: CaseloadApp, on: bool) -> None:
    """Every page without identity from here on, or with it again: what was read before goes, and the place is kept."""
    page = app.page
    days.tell_from(await app.desk.mask(on))
    app.go_today()
    today = app.pages()[0]
    await today.anew()
    if page is not None and page is not today:
        _back_to(app, page)
    key = app.keymap.first("deidentify")
    app.announce(
        _("Identity is not shown. {key} shows it again.").format(key=key) if on else _("Identity is shown again.")
    )


def _back_to(app: CaseloadApp, page: Page) -> None:
    """The page of that kind, made anew."""
    go = {
        commands.CASES: app.go_cases, commands.BOARD: app.go_board, commands.AGENDA: app.go_agenda, commands.TEAM: app.go_team,
        commands.SERVICES: app.go_services, commands.REPORTS: app.go_reports,
    }  # fmt: skip
    if page.PLACE in go:
        go[page.PLACE]()
    elif page.PLACE == commands.SUPERVISION:
        app.go_supervision(getattr(page, "asked", None))
    elif (key := getattr(page, "key", None)) is not None and page.PLACE in (
        commands.CASE,
        commands.NOTES,
        commands.ACCESS,
    ):
        app.open_case(key)


def banner(app: CaseloadApp) -> str:
    """What stands on every page meanwhile; nothing where identity is shown."""
    if not app.arrived.is_set() or not app.desk.masked:
        return ""
    # In 80 columns, whole: the warning is what must be read.
    said = _("Without identity · {key} ends it · masked texts cannot be proven clean")
    return said.format(key=app.keymap.first("deidentify"))


# -- one case as it is ---------------------------------------------------------------------------


def lift_case(db: Any, key: int, why: str) -> Opened:
    """Opens a case as it is, past the mask: that, and why, is on record before anything is read."""
    from ..casework import looks

    looks.lift(db, key, why, surface="screen")
    with db.read() as r:
        return _whole(r, key)


def lifted_again(db: Any, key: int) -> Opened | None:
    """The page of a case that was opened past the mask already."""
    from ..store import scope

    with db.read() as r:
        return _whole(r, key) if scope.sees(r, key) else None


def _whole(r: Reading, key: int) -> Opened:
    from ..casework import page
    from . import asks

    return asks.opened(r, key, page.read(r, key))


# -- what people typed ------------------------------------------------------------------------------


def kept_words() -> str:
    """Why words that were kept are not shown."""
    return _("Words you typed are kept here, and may say who it is. Show identity again first.")


def wordless(r: Reading, texts: Sequence[Unsaved]) -> tuple[Unsaved, ...]:
    """What is typed and not saved; without identity, without its words."""
    if not r.me.masked:
        return tuple(texts)
    return tuple(replace(one, words=replace(one.words, body=""), client=None) for one in texts)


def unsaid(r: Reading, found: list[TransferRow]) -> list[TransferRow]:
    """Offers; without identity, without the reasons people typed."""
    return [replace(row, why="", answer=row.answer and "") for row in found] if r.me.masked else found
