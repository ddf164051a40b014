"""What every page is: a title, a body, perhaps a list to pick from, and the one bottom line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from ...errors import CaseloadError
from ...messages import _
from .. import commands, unnamed
from ..desk import Stale
from ..draw import Run, run
from ..keys import Reader, shown, token
from ..talk import Left, Press, Talk
from ..widgets.line import Hint, Line
from ..widgets.sheet import Item, Sheet
from ..widgets.title import Title
from ..widgets.told import Moved, Pressed
from .going import Going

if TYPE_CHECKING:
    from ...store.database import Receipt
    from ..app import CaseloadApp
    from ..desk import Desk
    from ..prompts import Pick, Question

T = TypeVar("T")
Handler = Callable[[], Coroutine[Any, Any, None] | None]

WIDE, SMALLEST = 120, (60, 15)


class Page(Going, Screen[Any], inherit_bindings=False):
    """A place where keys are commands. Keys never reach a widget: they come here, one after another, and nothing that
    is typed too early is lost."""

    CSS_PATH = "../styles.tcss"
    PLACE: ClassVar[str] = ""
    HINTS: ClassVar[tuple[str, ...]] = ()
    ALLOW_SELECT = False
    app: CaseloadApp

    def __init__(self) -> None:
        super().__init__()
        self.head = Title(id="title")
        self.banner = Title(id="banner")
        self.line = Line(id="line")
        self.picker = Sheet(id="picker")
        self.talk = Talk(self.tell, self._typed, self._ended)
        self.reader: Reader | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._saying: Sequence[Run] = ()

    # -- what a page is made of ---------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The widgets between title and line."""
        return ()

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.banner
        with Vertical(id="body"):
            yield from self.body()
        yield self.picker
        yield self.line

    def on_mount(self) -> None:
        self.reader = Reader(self.app.keymap)
        self._sized()
        self.tell()

    def on_screen_resume(self) -> None:
        self.tell()

    def on_resize(self) -> None:
        self._sized()
        self.tell()

    def _sized(self) -> None:
        width, height = self.app.size
        self.set_class(width >= WIDE, "wide")
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "small")

    @property
    def desk(self) -> Desk:
        return self.app.desk

    # -- keys ------------------------------------------------------------------

    async def on_key(self, event: events.Key) -> None:
        # One handler for all pages: the library would call that of every class in turn.
        event.stop()
        event.prevent_default()
        if not self._passed_on(event):
            await self.keyed(event)

    async def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        if not self._passed_on(event):
            await self.pasted(event)

    def _passed_on(self, event: events.Key | events.Paste) -> bool:
        """Whether another page stands here by now; the key is then that page's, as the person meant it."""
        page = self.app.page
        if page is None or page is self:
            return False
        page.post_message(
            events.Key(event.key, event.character) if isinstance(event, events.Key) else events.Paste(event.text)
        )
        return True

    async def keyed(self, event: events.Key) -> None:
        """A key. The next one is looked at when this one has been dealt with."""
        self.talk.key(token(event.key, event.character), event.character)

    async def pasted(self, event: events.Paste) -> None:
        """Text that was pasted."""
        self.talk.paste(event.text)

    def on_moved(self, event: Moved) -> None:
        event.stop()
        if self.talk.question is not None and self.talk.question.picks:
            self.talk.question.at = self.picker.at  # type: ignore[attr-defined]

    def on_pressed(self, event: Pressed) -> None:
        event.stop()
        if event.command == "open" and self.talk.question is not None and self.talk.question.picks:
            self.talk.key("enter", None)
            return
        if event.command.startswith("letter:"):
            letter = event.command.removeprefix("letter:")
            self.talk.key(letter, letter)
        elif not self.talk.asking and not self.talk.thinking:
            self.run_command(event.command)

    def _typed(self, press: Press | str) -> None:
        """A key or a paste when nobody asks."""
        event = events.Paste(press) if isinstance(press, str) else events.Key(*press)
        if not self._passed_on(event) and isinstance(event, events.Key):
            self.pressed(event.key, event.character)

    def pressed(self, key: str, character: str | None) -> None:
        """A key that is to be a command."""
        assert self.reader is not None
        begun = bool(self.reader.begun)
        if begun and key == "escape":
            self.reader.begun = ""
            self.tell()
            return
        command = self.reader.feed(self.PLACE, key)
        if command is not None:
            self._saying = ()
            self.run_command(command)
        elif key == "ctrl+c":
            self.say(_("{key} goes back, and from Today leaves.").format(key=self.app.keymap.first("quit")), "dim")
        elif not self.reader.begun and character is not None and character.isprintable():
            self.say(_("{key} does nothing here.").format(key=shown(key)), "dim")
        if begun or self.reader.begun or self._saying != self.line.said or command is not None:
            self.tell()

    def run_command(self, command: str) -> None:
        """Does what a key, a click or the palette asked for. What asks or waits becomes an act of the talk."""
        handler = self.handler(command)
        if handler is None:
            self.say(_("{act} cannot be done here.").format(act=commands.get(command).words), "dim")
            self.tell()
            return
        standing = self.app.standing
        if command in commands.RECORDING and standing is not None and not standing.names:
            # Said before anything is typed for nothing; the verbs refuse it all the same.
            refused = _("Your role ({role}) moves cases and records nothing in them.").format(role=standing.role)
            self.say(refused, "warn")
            self.tell()
            return
        found = handler()
        if asyncio.iscoroutine(found):
            self.talk.start(found)

    def handler(self, command: str) -> Handler | None:
        """What this page does for a command, if anything."""
        if command.startswith("view_"):
            from ..acts.keeping import open_numbered

            return lambda: open_numbered(self, int(command.removeprefix("view_")))
        own = getattr(self, f"do_{command}", None)
        if own is not None:
            return cast("Handler", own)
        from .. import acts

        act = acts.find(command)
        if act is None:
            return None
        self.app.memory.begin()
        return lambda: act(self)

    async def visit(self, page: Page) -> Any:
        """Puts a page on top and waits for what it is left with; None where it was merely left. Keys pressed since this
        was begun are that page's."""
        left: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def done(found: Any) -> None:
            if not left.done():
                left.set_result(found)

        self.app.push_screen(page, done)
        for press in self.talk.hand_over():
            page.post_message(events.Paste(press) if isinstance(press, str) else events.Key(*press))
        return await left

    # -- asking and telling ------------------------------------------------------

    async def ask(self, question: Question[T]) -> T:
        """Asks on the bottom line. Raises Left. A coded answer (a question with a name) is remembered for `.`."""
        memory = self.app.memory
        given = memory.given(question.name) if question.name else None
        if given is not None:
            return cast("T", given)
        answer = await self._put(question)
        if question.name:
            memory.hear(question.name, answer)
        return answer

    async def _put(self, question: Question[T]) -> T:
        picking = question.picks
        if picking:
            self.set_class(True, "picking")
        try:
            return await self.talk.ask(question)
        finally:
            if picking:
                self.set_class(False, "picking")

    def say(self, words: str, tone: str = "plain", *after: Run) -> None:
        """One line that stays until the next command."""
        self._saying = (run(words, tone), *after)

    def complain(self, error: CaseloadError) -> None:
        """Says what went wrong, with its first details, on whatever page is looked at now."""
        page = self.app.page or self
        page.say(" ".join([error.message, *error.details[:2]]), "bad")
        if page is not self:
            page.tell()

    def tell(self) -> None:
        """Brings the bottom line and the list to pick from up to date."""
        if not self.is_attached:
            return
        line, question = self.line, self.talk.question
        line.question = question
        line.following = self._following()
        line.busy = self.app.busy.words
        words = self.app.away.words or unnamed.banner(self.app)
        if self.has_class("away") != bool(words):
            self.set_class(bool(words), "away")
        self.banner.show((run(words),))
        line.said = self._saying
        line.hints = self._hints()
        line.before = self.standing()
        if self.has_class("small"):
            line.said = (run(_("Too small: make the window 60x15 or more. q quits.")),)
        line.update()
        if question is not None and question.picks:
            self._show_options(question)  # type: ignore[arg-type]

    def standing(self) -> Sequence[Run]:
        """What the line begins with while nothing else is to be said."""
        return ()

    def _hints(self) -> list[Hint]:
        keymap = self.app.keymap
        standing = self.app.standing
        able = [one for one in self.HINTS if standing is None or standing.names or one not in commands.RECORDING]
        named = [(keymap.first(one), commands.get(one).label, one) for one in able]
        return [hint for hint in named if hint[0]]

    def _following(self) -> list[Hint]:
        if self.reader is None or not self.reader.begun:
            return []
        after = self.reader.continuations(self.PLACE)
        hints = [(shown(key), commands.get(command).label, command) for key, command in after.items()]
        return [(shown(self.reader.begun) + " …", "", "back"), *hints]

    def _show_options(self, question: Pick[Any]) -> None:
        options = question.shown()
        question.at = max(0, min(question.at, len(options) - 1))
        items = [Item((run(o.words),), value=o, right=(run(o.beside, "dim"),)) for o in options[:200]]
        if not items:
            items = [Item((run(question.nothing(), "dim"),))]
        self.picker.show(items, at=question.at)

    # -- work in the background ----------------------------------------------------

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs work that asks nothing, beside the talk. Its errors are said."""
        task = asyncio.get_running_loop().create_task(self._safely(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _safely(self, work: Awaitable[Any]) -> None:
        try:
            await work
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as fault:
            self._ended(fault)
            self.tell()

    def _ended(self, fault: BaseException | None) -> None:
        if fault is None or isinstance(fault, Left | Stale):
            return
        if isinstance(fault, CaseloadError):
            self.app.heard(fault)
            self.complain(fault)
        else:
            self.app.surprised(fault)

    def on_unmount(self) -> None:
        with suppress(RuntimeError):
            self.talk.leave()
        for task in list(self._tasks):
            task.cancel()

    # -- acting on cases -----------------------------------------------------------------

    def targets(self, command: str) -> list[int]:
        """The cases a command acts on. Raises Left, having said why, where there is none."""
        self.say(_("There is no case here to act on."), "warn")
        raise Left

    def row_of(self, key: int) -> Any:
        """What is known here of a case, or None."""
        return None

    def begun(self, command: str, keys: Sequence[int]) -> None:
        """An act on these cases was handed over."""

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        """The act has ended."""

    async def settled(self) -> None:
        """Waits until what stands here is read again after one's own acts: what is answered next must not be answered from before."""

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        """Somebody else changed these cases. What is being edited is never touched."""

    async def came_back(self) -> None:
        """The database answers again: what could not be read meanwhile is read."""

    async def undone(self, cases: Collection[str]) -> None:
        """An act on the cases of these numbers was taken back or done again."""

    def touched(self, command: str, keys: Sequence[int]) -> None:
        """These cases were changed on another page."""

    def row_below(self, key: int) -> Any:
        """The row that this one stands above for a reason of rank, or None."""
        return None

    async def anew(self) -> None:
        """Whether names may be shown has changed: what was read is read anew."""

    def jotted(self) -> None:
        """Words that were typed and not saved were just kept, or thrown away."""

    def commit(
        self, command: str, work: Callable[[Any], Receipt], keys: Sequence[int], *, words: tuple[str, str] | None = None,
        seen: int | None = None,
    ) -> None:  # fmt: skip
        """Hands an act over to be written, and goes on at once. `words` are the place and text of what was typed: they
        are forgotten in the same transaction, or kept if it fails, with the version of what is `seen` below them."""
        self.begun(command, keys)
        # The app's work, not the page's: leaving the page must not cut short what follows the write.
        self.app.start(self._safely(self.write(command, work, keys, words=words, seen=seen)))

    async def write(
        self,
        command: str,
        work: Callable[[Any], Receipt],
        keys: Sequence[int] = (),
        *,
        words: tuple[str, str] | None = None,
        seen: int | None = None,
    ) -> Receipt:
        """Writes an act and says what it did. Raises CaseloadError; then nothing was changed and the words are kept, with
        the version of what is `seen` below them."""
        app, failed = self.app, True
        answers = app.memory.answers()
        place = words[0] if words is not None else ""
        try:
            async with app.jotter.saving(place) if place else nullcontext():
                receipt = await self.desk.write(command, work, place=place)
                failed = False
                app.memory.changes.add(receipt.change or 0)  # before it is heard from the database as somebody else's
        except CaseloadError:
            if words is not None and words[1]:
                # Where the database is away the jotter has them until it is back.
                with suppress(CaseloadError):
                    await app.jotter.flush(*words, seen)
            raise
        finally:
            await self.finished(command, keys, failed=failed)
        app.did(command, receipt, answers)
        return receipt

    # -- what every page can do ------------------------------------------------------

    def do_quit(self) -> Coroutine[Any, Any, None] | None:
        self.do_back()
        return None

    def do_back(self) -> None:
        self.dismiss(None)

    def do_suspend(self) -> None:
        self.app.action_suspend_process()
