"""Bringing something to supervision, and saying what came of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ...errors import CaseloadError
from ...messages import _
from .. import days, sitting
from ..prompts import Words, yes_no
from ..talk import Left
from .speaking import reader, required, words_about, words_at

if TYPE_CHECKING:
    from ...casework.topics import TopicRow
    from ..screens.conflict import Both
    from ..screens.page import Page

_LONG = 20_000


def _said(label: str, unsaid: str) -> Words[str]:
    return Words(label, reads=lambda text: required(text, unsaid), limit=_LONG)


async def bring(page: Page) -> None:
    """The case under the cursor; from an agenda, a topic about no case."""
    whose: str | None = getattr(page, "whose", None)
    if whose is not None:
        await bring_general(page, whose)
        return
    key = page.targets("bring")[0]
    question = _said(_("To supervision, because:"), _("What about it?"))
    text, words = await words_about(page, question, "topic", [key])
    page.commit("bring", sitting.bring(text, key, None, words), [key], words=words)


async def bring_general(page: Page, whose: str) -> None:
    """A topic about no case, on that worker's agenda."""
    question = _said(_("To supervision, about no case:"), _("What about?"))
    text, words = await words_at(page, question, f"topic|worker:{whose}")
    page.commit("bring", sitting.bring(text, None, whose, words), [], words=words)


async def discussed(page: Page) -> None:
    """What was agreed on the topic under the cursor, and what is to be done of it."""
    topic = _topic(page)
    if topic.discussed_on is not None:
        page.say(_("That was discussed already; e changes what was agreed."), "warn")
        raise Left
    await settle(page, topic)


async def settle(page: Page, topic: TopicRow) -> None:
    """What was agreed; of a case, perhaps a task."""
    question = _said(_("Agreed:"), _("What was agreed?"))
    agreed, words = await words_at(page, question, f"agreed-{topic.id}|{_subject(topic)}")
    task, more = None, None
    if topic.case_id is not None:
        try:
            task, more = await words_at(page, _task(page), f"agreed-task-{topic.id}|{_subject(topic)}")
        except Left:
            if words is not None:
                with suppress(CaseloadError):  # then they are kept here until it answers again
                    await page.app.jotter.flush(*words)
            raise
    keys = _keys(topic)
    doing = sitting.discuss(topic.id, agreed, topic.version, task, words, more)

    async def kept() -> None:
        await page.write("discussed", doing, keys, words=words)
        if more is not None:
            await page.app.jotter.flush(more[0], "")

    page.begun("discussed", keys)
    page.app.start(page._safely(kept()))


def _task(page: Page) -> Words[tuple[date, str] | None]:
    today = page.app.today
    assert today is not None

    def read(text: str) -> tuple[date, str] | None:
        if not text.strip():
            return None
        day, title = days.read_day(text, today)
        return day, required(title, _("What is to be done by {day}?").format(day=days.shown(day, today)))

    def show(found: tuple[date, str] | None) -> str:
        return "" if found is None else _("due {day}").format(day=days.shown(found[0], today))

    return Words(_("Task of it:"), reads=read, echo=reader(read, show), hint=_("Enter: none; or fri call the landlord"))


async def reword_topic(page: Page) -> None:
    """Other words for the topic under the cursor; of one that was discussed, for what was agreed."""
    await reword(page, _topic(page))


async def reword(page: Page, topic: TopicRow) -> None:
    """Other words for that topic."""
    if page.desk.masked:
        page.say(_("These words are shown masked. Show identity again to change them."), "warn")
        raise Left
    over = topic.discussed_on is not None
    if not over and not topic.mine:
        page.say(_("Only who brought it words it otherwise. B brings a topic of your own."), "warn")
        raise Left
    from ..screens.conflict import Both

    place, stands = f"topic-edit-{topic.id}|{_subject(topic)}", topic.agreed if over else topic.text
    kept = await page.app.jotter.recall(place)
    seen = kept.seen if kept is not None else topic.version
    stale = seen != topic.version
    if stale and stands is None:
        page.say(_("Other words stand there by now. Open that agenda: e on the topic shows both."), "warn")
        raise Left
    label = _("Agreed:") if over else _("Topic:")
    question = _said(label, _("What about it?"))
    question.line.insert(stands or "", _LONG)
    question.aside = _("kept; other words stand there by now, Enter shows both") if stale else ""
    text, words = await words_at(page, question, place, seen)
    if stale and stands is not None:
        text = await _both(page, topic, Both("topic", label.rstrip(":"), text, stands, prose=True), seen)
        seen, words = topic.version, (place, text)
    doing = sitting.reword(topic.id, text, topic.version, words)
    page.commit("reword_topic", doing, _keys(topic), words=words, seen=seen)


async def _both(page: Page, topic: TopicRow, both: Both, seen: int | None) -> str:
    """Which words stand, where others were put there since these were typed. Raises Left; these are then kept."""
    from ..screens.conflict import Conflicting

    page.talk.hand_over()  # keys meant for the page below choose nothing here
    chosen = await page.visit(Conflicting(topic.case or topic.worker, [both]))
    if chosen is None:
        with suppress(CaseloadError):  # then they are kept here until it answers again
            await page.app.jotter.flush(f"topic-edit-{topic.id}|{_subject(topic)}", both.mine, seen)
        page.say(_("Kept. The same key brings your words back."), "dim")
        raise Left
    return str(chosen["topic"])


async def drop_topic(page: Page) -> None:
    """Takes the topic under the cursor off again."""
    topic = _topic(page)
    if topic.discussed_on is not None or not topic.mine:
        page.say(_("Only who brought it takes it off, while it was not discussed."), "warn")
        raise Left
    if await page.ask(yes_no(_("Take this topic off the agenda?"))):
        page.commit("drop_topic", sitting.drop(topic.id), _keys(topic))


def _topic(page: Page) -> TopicRow:
    """The topic under the cursor. Raises Left, having said what to do."""
    topic: TopicRow | None = getattr(page, "topic", None)
    if topic is None:
        page.say(_("Put the cursor on a topic of an agenda for supervision; B brings one."), "warn")
        raise Left
    return topic


def _keys(topic: TopicRow) -> list[int]:
    return [topic.case_id] if topic.case_id is not None else []


def _subject(topic: TopicRow) -> str:
    """What words about a topic are kept under: its case, or whose agenda it is on."""
    return f"case:{topic.case_id}" if topic.case_id is not None else f"worker:{topic.worker}"
