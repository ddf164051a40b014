"""Questions that several acts ask in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from ...errors import Unreachable
from ...messages import _, _n
from .. import asks, days
from ..prompts import Choice, Edited, Letters, Words, yes_no
from ..talk import Left

if TYPE_CHECKING:
    from datetime import date

    from ..screens.page import Page

T = TypeVar("T")


def about(keys: Sequence[int]) -> str:
    """`3 cases: ` where there are several; nothing where the one under the cursor is meant."""
    return _n("{n} case: ", "{n} cases: ", len(keys)).format(n=len(keys)) if len(keys) > 1 else ""


def letters(label: str, coded: Sequence[tuple[str, str, str]], name: str = "") -> Letters[str]:
    """A question whose answers are codes."""
    return Letters(label, name=name, choices=[Choice(letter, words, code) for letter, words, code in coded])


async def words_about(
    page: Page, question: Words[T], form: str, keys: Sequence[int]
) -> tuple[T, tuple[str, str] | None]:
    """Asks for words about one case and keeps them while they are typed; what was typed before and not saved is offered
    again. Returns the answer, and the place and text to forget when it is saved. What was typed about several cases is
    offered again for exactly these."""
    return await words_at(page, question, f"{form}|{subject_of(keys)}")


async def words_at(
    page: Page, question: Words[T], place: str, seen: int | None = None
) -> tuple[T, tuple[str, str] | None]:
    """The same, where they are not about cases: `place` is the form, a bar and what they are about (`absence|worker:ana`).
    `seen` is the version of what they are typed over; it is kept with them."""
    kept = await page.app.jotter.recall(place)
    began = question.line.text
    if kept is not None:
        question.line = Edited()
        question.line.insert(kept.body, question.limit)
        question.aside = question.aside or _("kept {time}; Ctrl-U empties").format(time=kept.when)
    question.heard = lambda text: page.app.jotter.heard(place, text, seen)
    try:
        answer = await page.ask(question)
    except Left:
        text = question.line.text
        if text.strip() and text != began:
            with suppress(Unreachable):  # then they are kept here until it answers again
                await page.app.jotter.flush(place, text, seen)
            page.say(_("Kept. The same key brings your words back."), "dim")
        elif kept is not None:
            await page.app.jotter.flush(place, "")
        page.app.jotted()
        raise
    return answer, (place, question.line.text)


def subject_of(keys: Sequence[int]) -> str:
    """What words are about: a case, or these cases and no others."""
    if len(keys) == 1:
        return f"case:{keys[0]}"
    return "cases:" + sha256(",".join(str(key) for key in sorted(keys)).encode()).hexdigest()[:24]


async def sure(page: Page, keys: Sequence[int], sentence: str) -> None:
    """Where an act that asks nothing else touches several cases, asks once, with their number. Raises Left."""
    if len(keys) > 1 and not await page.ask(yes_no(sentence.format(n=len(keys)))):
        raise Left


async def not_level_one(page: Page, keys: list[int]) -> list[int]:
    """The cases that may be put off. Those at level 1 stay, and are named before anything else is asked. Raises Left."""
    urgent = await page.desk.read(asks.at_level_one, keys)
    if not urgent:
        return keys
    if len(urgent) == len(keys):
        said = _("Level 1 cannot be put off: see to it first, or review its alert (d).")
        page.say(said, "warn")
        raise Left
    named = ", ".join(sorted(urgent.values())[:3]) + ("…" if len(urgent) > 3 else "")
    left = [key for key in keys if key not in urgent]
    question = _n(
        "Level 1 stays: {named}. The other {n} case?", "Level 1 stays: {named}. The other {n} cases?", len(left)
    )
    if not await page.ask(yes_no(question.format(named=named, n=len(left)))):
        raise Left
    return left


def required(text: str, sentence: str) -> str:
    """The words, where there are any. Raises Usage with the sentence."""
    from ...errors import Usage

    if not text.strip():
        raise Usage(sentence)
    return text.strip()


def reader(read: Callable[[str], T], show: Callable[[T], str]) -> Callable[[str], str]:
    """What stands behind the typed text: how it is understood, or nothing while it is not yet."""
    from ...errors import CaseloadError

    def echo(text: str) -> str:
        try:
            return "→ " + show(read(text))
        except CaseloadError:
            return "…"

    return echo


def day_and_why(label: str, today: date, *, hint: str, unsaid: str) -> Words[tuple[date, str]]:
    """A question for a day and, after it, a reason: `fri moved to the north side`. `unsaid` is what a missing one is told."""

    def read(text: str) -> tuple[date, str]:
        day, why = days.read_day(text, today)
        return day, required(why, unsaid)

    return Words(label, reads=read, echo=reader(read, lambda found: days.shown(found[0], today)), hint=hint)
