"""The screen as a whole: how it starts, what its pages share, and how it ends.

The first frame is painted before anything of ours is imported that it does not need; then the pages come, and meanwhile
the practice on the reading thread. Keys pressed in between are kept.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from textual import events
from textual.app import App, ScreenError
from textual.filter import Monochrome, NoColor
from textual.screen import Screen

from ..errors import CaseloadError, Refused
from ..messages import _, _n
from . import themes
from .skeleton import Skeleton
from .wishes import wishes

if TYPE_CHECKING:
    from datetime import date

    from ..settings import Settings
    from ..store.database import Receipt
    from .asks import Standing
    from .away import Away
    from .busy import Busy
    from .desk import Desk
    from .jotter import Jotter
    from .keys import Keymap
    from .live import Live
    from .memory import Memory
    from .screens.page import Page
    from .state import View


class CaseloadApp(App[int], inherit_bindings=False):
    """Pages stand on a stack, Today at its bottom; all data comes and goes through the desk."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    TITLE = "caseload"

    # These come with the pages.
    keymap: Keymap
    desk: Desk
    memory: Memory
    jotter: Jotter
    away: Away
    live: Live
    busy: Busy

    def __init__(
        self,
        settings: Settings,
        *,
        connect: Callable[[Settings], Any] | None = None,
        wishes: dict[str, Any] | None = None,
    ) -> None:
        environment = dict(os.environ)  # the library takes NO_COLOR out of it
        super().__init__()
        self.settings = settings
        self.wishes = wishes or {}
        self.standing: Standing | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.surprises: list[BaseException] = []
        self.complaints: list[str] = []
        self.arrived = asyncio.Event()
        self._early: list[events.Event] = []
        # How long the cursor must rest before the preview is asked for, and a typist before the filter runs.
        self.rest = 0.05
        # Whether it asks by itself what others do.
        self.listening = True
        self._connect = connect or _connect
        self._opening: asyncio.Task[None] | None = None
        for theme in themes.themes():
            self.register_theme(theme)
        self.theme = themes.chosen(self.wishes.get("theme"), environment)
        if self.no_color:
            # The library would turn its own colours to grey; the terminal's theme needs none at all.
            self._filters = [one for one in self._filters if not isinstance(one, Monochrome)] + [NoColor()]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.defaults()

    def get_default_screen(self) -> Skeleton:
        return Skeleton()

    def begin(self) -> None:
        """Sets the reading thread to work."""
        from .desk import Desk

        self.desk = Desk(self.settings, self._connect)
        opening = asyncio.ensure_future(self.opened())
        opening.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # told by the page that asks for its rows

    async def arrive(self) -> None:
        """The skeleton has been painted: the pages take its place, and get the keys pressed meanwhile."""
        from . import hangup, keys
        from .away import Away
        from .busy import Busy
        from .jotter import Jotter
        from .live import Live
        from .memory import Memory
        from .screens.today import Today

        self.keymap = keys.keymap(self.wishes.get("keys"))
        self.complaints = [*self.keymap.complaints, *themes.complaints(self.wishes.get("theme"))]
        self.memory = Memory()
        self.busy = Busy(self)
        self.desk.heard = self.busy.heard
        self.jotter = Jotter(self.desk, self.start, self._not_kept)
        self.away = Away(self)
        self.desk.lost = self.away.lost
        if not self.is_headless:
            self.start(hangup.watch(self.jotter))
        self.live = Live(self)
        today = Today()
        self.push_screen(today)
        for event in self._early:
            today.post_message(event)
        self.arrived.set()

    async def on_event(self, event: events.Event) -> None:
        """Keys and pasted text go to the page, one after another, whatever has the focus: a burst of them must not be
        dealt out before the first has moved the focus, or a family name ends in the field of the given name. Before the
        first page is there they are kept here: in the skeleton's own queue, some would come after the page has."""
        typed = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if typed and self.page is not None:
            self.app_focus = True
            self.page.post_message(event)
        elif typed and not self.arrived.is_set():
            self._early.append(event)
        else:
            await super().on_event(event)

    async def opened(self) -> None:
        """Waits until the practice is imported and the database reached. Raises CaseloadError."""
        if self._opening is None or (self._opening.done() and self._opening.exception() is not None):
            self._opening = asyncio.get_running_loop().create_task(self._open())
        await asyncio.shield(self._opening)

    async def _open(self) -> None:
        from . import days

        await self.desk.open()
        if self.wishes.get("masked"):
            days.tell_from(await self.desk.mask(True))

    @property
    def today(self) -> date | None:
        """The agency's day, once it is known."""
        return None if self.standing is None else self.standing.today

    # -- going places ------------------------------------------------------------

    def go_today(self) -> None:
        """Back to the bottom of the stack."""
        while len(self.screen_stack) > 2:
            self.pop_screen()

    def go_cases(self, view: View | None = None) -> None:
        """The list of cases; the one already open where there is one."""
        from .screens.cases import Cases
        from .state import View

        for page in self.screen_stack:
            if isinstance(page, Cases):
                while self.screen is not page:
                    self.pop_screen()
                if view is not None:
                    page.look(view)
                return
        self.go_today()
        self.push_screen(Cases(view or View()))

    def open_list(self, view: View) -> None:
        """The rows of a number, on top of where it stands."""
        from .screens.cases import Cases

        self.push_screen(Cases(view))

    def go_team(self) -> None:
        """The supervisor's desk."""
        from .screens.team import Team

        self._go(Team)

    def go_agenda(self) -> None:
        """The agenda of the week."""
        from .screens.agenda import AgendaPage

        self._go(AgendaPage)

    def go_board(self) -> None:
        """Cases by stage."""
        from .screens.board import Board

        self._go(Board)

    def go_services(self) -> None:
        """The directory."""
        from .screens.services import ServicesPage

        self._go(ServicesPage)

    def go_reports(self) -> None:
        """What is done and how it goes, in numbers."""
        from .screens.reports import ReportsPage

        self._go(ReportsPage)

    def go_unsaved(self) -> None:
        """What this person has typed and not saved, on top of where they are."""
        from .screens.unsaved import Unsaved

        if any(isinstance(page, Unsaved) for page in self.pages()):
            self._go(Unsaved)
        else:
            self.push_screen(Unsaved())

    def go_supervision(self, whose: str | None = None) -> None:
        """The agenda for supervision of somebody, or of whoever is at the keyboard, on top of where they are."""
        from .screens.sitting import SupervisionPage

        self.push_screen(SupervisionPage(whose))

    def _go(self, kind: Callable[[], Page]) -> None:
        """The page of that kind where one is open, else a new one above Today."""
        open_already = next((page for page in self.pages() if type(page) is kind), None)
        if open_already is None:
            self.go_today()
            self.push_screen(kind())
            return
        while self.screen is not open_already:
            self.pop_screen()

    def open_case(self, key: int) -> None:
        """The page of a case, on top of where one is."""
        from .screens.case import CasePage

        self.push_screen(CasePage(key))

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs work that belongs to no page. It says its own errors."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def first_act_of_the_day(self) -> None:
        """What the first to come does for everybody: moves that were set for today. Then says what waits for an answer."""
        from ..casework import morning
        from . import asks

        try:
            receipt = await self.desk.other(morning.come)
            waits = await self.desk.read(asks.awaiting)
            exposed = await self.desk.other(asks.exposed)
        except CaseloadError:
            return  # the next to come will
        if receipt is not None:
            self.announce(
                _("{words}. {key} brings it in.").format(words=receipt.words, key=self.keymap.first("refresh"))
            )
        elif exposed:
            self.announce(exposed)
        elif waits:
            self.announce(f"{waits}  ·  {self.keymap.first('answer')}")

    # -- feedback --------------------------------------------------------------------

    def did(self, command: str, receipt: Receipt, answers: dict[str, Any]) -> None:
        """An act was written: said on whatever page is looked at, with how to take it back."""
        from . import acts

        if command in acts.REPEATABLE:
            self.memory.last = (command, answers)
        self.say_done(receipt, "redo" if command == "undo" else "undo")

    def say_done(self, receipt: Receipt, back: str = "undo") -> None:
        """What an act did, and how to take it back, on the page that is looked at; a form says it once it is left."""
        from . import days
        from .commands import FORM, get

        page = self.page
        if page is not None and page.PLACE != FORM:
            key = self.keymap.first(back)
            after = (("  ·  ", "dim"), (key, "key"), (f" {get(back).label}", "dim")) if receipt.undoable and key else ()
            page.say(days.worded(receipt.words, self.today), "good" if receipt.change is not None else "warn", *after)
            page.tell()

    async def brought(self, receipt: Receipt) -> None:
        """A list was brought in: every page is read anew, lists of cases with the cursor on its case."""
        from .screens.listing import Listing

        self.announce_done(receipt)
        for page in self.pages():
            if not isinstance(page, Listing):
                page.start(page.undone(()))
            elif page.loaded:
                page.start(page.load(stay=True))

    async def settled(self, place: str, receipt: Receipt) -> None:
        """An act that nobody could be sure of was done: its words are no longer kept, and its form is left."""
        self.memory.changes.add(receipt.change or 0)
        if place:
            self.jotter.heard(place, "")
            for page in list(self.pages()):
                if getattr(page, "place", None) == place and page.is_current:
                    page.dismiss(receipt)

    def pages(self) -> list[Page]:
        """The pages of the stack, the lowest first."""
        return [page for page in self.screen_stack if _is_page(page)]

    async def all_undone(self, cases: Collection[str]) -> None:
        """An act on these cases was taken back or done again: every page on the stack looks anew."""
        for page in self.pages():
            await page.undone(cases)

    def touched(self, command: str, keys: Sequence[int], by: Page) -> None:
        """These cases were changed on one page: the others read them again."""
        for page in self.pages():
            if page is not by:
                page.touched(command, keys)

    @property
    def page(self) -> Page | None:
        """The page that is looked at; None before the first and after the last."""
        try:
            screen = self.screen
        except ScreenError:
            return None
        return screen if _is_page(screen) else None

    def announce(self, words: str, tone: str = "plain") -> None:
        """Says something on whatever page is looked at once this moment is over."""

        def say() -> None:
            if self.page is not None:
                self.page.say(words, tone)
                self.page.tell()

        self.call_later(say)

    def announce_done(self, receipt: Receipt) -> None:
        """The same, once this moment is over."""
        self.call_later(self.say_done, receipt)

    async def take_up(self) -> None:
        """Takes up the words that a screen which died had typed while the database was away; then listens to others."""
        taken = await self.jotter.begin()
        if self.listening:
            self.live.begin()
        if taken:
            said = _n(
                "{n} text that was not saved is back where you typed it: {key}.",
                "{n} texts that were not saved are back where you typed them: {key}.",
                taken,
            )
            self.announce(said.format(n=taken, key=self.keymap.first("go_unsaved")), "good")
            self.jotted()

    def jotted(self) -> None:
        """Words that were typed and not saved were just kept: whoever counts them counts again."""
        for page in self.pages():
            page.jotted()

    def _not_kept(self, error: CaseloadError) -> None:
        page = self.page
        if page is not None and not self.away:
            page.say(_("What you type cannot be kept just now: {why}").format(why=error.message), "bad")
            page.tell()

    def heard(self, error: CaseloadError) -> None:
        """An error was told to the person. A fault of ours is kept, so that tests can ask for it."""
        if error.code == "surprise":
            self.surprises.append(error.__cause__ or error)

    def surprised(self, fault: BaseException) -> None:
        """A fault on the screen's own side: said, kept, and survived."""
        self.surprises.append(fault)
        if self.page is not None:
            said = _("Something is wrong in caseload itself ({kind}). Nothing was lost; please report it.")
            self.page.say(said.format(kind=type(fault).__name__), "bad")

    async def on_unmount(self) -> None:
        from . import days, viewing

        days.tell_from(None)
        viewing.close()
        if self.arrived.is_set():
            self.away.close()
            await self.live.close()
            await self.jotter.close()
            self.desk.close()


def _is_page(screen: Screen[Any]) -> TypeGuard[Page]:
    return hasattr(screen, "PLACE")


def _connect(settings: Settings) -> Any:
    """On the reading thread: the practice takes longer to import than the first frame may."""
    try:
        from ..casework import triage  # noqa: F401
        from ..store.connect import connect
        from . import asks  # noqa: F401
    finally:
        # What is imported stays; a collector that goes through all of it would stop a key for 70 ms.
        gc.freeze()
        gc.enable()
    return connect(settings)


def run_app(settings: Settings, *, masked: bool = False) -> int:
    """Opens the screen, with `masked` without identity. Raises Refused where there is no usable terminal."""
    # The library reads from standard input and draws on standard error.
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    usable = all(stream is not None and stream.isatty() for stream in streams)
    if not usable or os.environ.get("TERM", "") in ("", "dumb"):
        raise Refused(
            _("There is no terminal to draw on. The queue as text: caseload queue. All commands: caseload --help")
        )
    app = CaseloadApp(settings, wishes={**wishes(), "masked": masked})
    code = app.run()
    return code or 0
