"""The talk between a person and an act: questions one after another, keys pressed too early kept for the next question.

An act is a coroutine that asks and then hands its work over. While it thinks (fetching workers, say) no key is lost and
none goes astray: they wait here and are given, in their order, to whatever asks next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from .prompts import Question

T = TypeVar("T")
Press = tuple[str, str | None]


class Left(Exception):
    """The person went away from the question with Esc. Nothing is wrong."""


class Talk:
    """At most one act asks at a time. `changed` is called when there is something else to show; `typed` gets a key or a paste
    when nobody asks; `ended` is called with what an act raised, if it raised."""

    def __init__(
        self,
        changed: Callable[[], None],
        typed: Callable[[Press | str], None],
        ended: Callable[[BaseException | None], None],
    ) -> None:
        self._changed, self._typed, self._ended = changed, typed, ended
        self.question: Question[Any] | None = None
        self._answer: asyncio.Future[Any] | None = None
        self._act: asyncio.Task[None] | None = None
        self._held: deque[Press | str] = deque()
        self.closed_gate = False

    @property
    def asking(self) -> bool:
        return self.question is not None

    @property
    def thinking(self) -> bool:
        """An act runs and has not asked yet, or the first rows have not come: keys wait."""
        return self.closed_gate or (self._act is not None and self.question is None)

    def key(self, key: str, character: str | None) -> None:
        """A key press, in its turn."""
        self._in_turn((key, character))

    def paste(self, text: str) -> None:
        """Pasted text, in its turn."""
        self._in_turn(text)

    def _in_turn(self, press: Press | str) -> None:
        if self.thinking or self._held:
            # What was pressed before and still waits goes first, also when the question has just been put.
            self._held.append(press)
            asyncio.get_running_loop().call_soon(self._drain)
        else:
            self._give(press)

    def start(self, act: Coroutine[Any, Any, None]) -> None:
        """Runs an act. One that was still asking is left."""
        self.leave()
        self._act = asyncio.get_running_loop().create_task(self._run(act))

    def leave(self) -> None:
        """Ends the present act as Esc would."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Left())
        self.question = self._answer = None
        if self._act is not None:
            self._act = None

    def open_gate(self) -> None:
        """What keys waited for is there."""
        self.closed_gate = False
        self._drain()

    def again(self, press: Press) -> None:
        """A key that had to wait for something, which has come: it is given before those that were pressed after it."""
        self._held.appendleft(press)
        self.open_gate()

    def hand_over(self) -> list[Press | str]:
        """The keys that wait, for the page that now takes the place of this one."""
        held = list(self._held)
        self._held.clear()
        return held

    async def ask(self, question: Question[T]) -> T:
        """Puts the question on the line and waits. Raises Left."""
        self._answer = asyncio.get_running_loop().create_future()
        self.question = question
        self._changed()
        answer = self._answer
        asyncio.get_running_loop().call_soon(self._drain)
        return cast("T", await answer)

    async def _run(self, act: Coroutine[Any, Any, None]) -> None:
        me = asyncio.current_task()
        fault: BaseException | None = None
        try:
            await act
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:
            fault = error
        if self._act is me:
            self._act = None
            self.question = self._answer = None
            self._ended(fault)
            self._changed()
            self._drain()
        elif fault is not None and not isinstance(fault, Left):
            self._ended(fault)

    def _drain(self) -> None:
        while self._held and not self.thinking:
            self._give(self._held.popleft())

    def _give(self, press: Press | str) -> None:
        question, answer = self.question, self._answer
        if question is None or answer is None:
            self._typed(press)
            return
        try:
            if isinstance(press, str):
                question.paste(press)
            else:
                question.key(*press)
        except Left as left:
            self._close()
            answer.set_exception(left)
            return
        if question.done:
            self._close()
            answer.set_result(question.answer)
        else:
            self._changed()

    def _close(self) -> None:
        self.question = self._answer = None
        self._changed()
