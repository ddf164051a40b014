"""Acts of a letter or two and perhaps a sentence: contact, snooze, reviewed, acknowledge, stage, tag, edit."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ...errors import Unreachable, Usage
from ...messages import _
from .. import days, terms, verbs
from ..prompts import Words
from ..talk import Left
from .speaking import about, letters, not_level_one, reader, required, sure, words_about

if TYPE_CHECKING:
    from datetime import date, datetime

    from ..screens.page import Page


async def contact(page: Page) -> None:
    """A letter, a letter, minutes and a sentence."""
    keys = page.targets("contact")
    kind = await page.ask(letters(about(keys) + _("Contact"), terms.kinds(), "kind"))
    outcome, at, place = await _outcome(page, kind)
    with_whom = "client"
    if kind == "collateral":
        with_whom = await page.ask(letters(_("Spoke with"), terms.whom(), "with"))
    said = _("{kind}, {outcome}:").format(
        kind=terms.kind_words(kind).capitalize(), outcome=terms.outcome_words(outcome)
    )
    if len(keys) > 1:
        question: Words[str] = Words(said, hint=_("minutes, or Enter; no words for several"), reads=_minutes_only)
    else:
        question = Words(said, hint=_("minutes, then words: 15 spoke about the rent"), limit=20_000)
    text, words = await words_about(page, question, "contact", keys)
    minutes, note = days.read_minutes(text)
    work = verbs.log_contact(keys, kind, outcome, with_whom, minutes, note, words, at=at, place=place)
    page.commit("contact", work, keys, words=words)


async def _outcome(page: Page, kind: str) -> tuple[str, datetime | None, str | None]:
    """Made or attempted; where that was not now, or not where that kind is usual, when and where it was. The same again, by `.`, is
    now and there."""
    label = terms.kind_words(kind).capitalize()
    coded = (("m", _("made"), "made"), ("a", _("attempted"), "attempted"))
    outcome = await page.ask(letters(label, (*coded, ("w", _("when and where"), "elsewhere")), "outcome"))
    if outcome != "elsewhere":
        return outcome, None, None
    standing = page.app.standing
    assert standing is not None

    def read(text: str) -> datetime | None:
        return days.read_past_moment(text, standing.today, standing.zone) if text.strip() else None

    def show(at: datetime | None) -> str:
        return _("now") if at is None else f"{days.shown(at.date(), standing.today)} {at:%H:%M}"

    hint = _("yesterday 14:30, fri 9:15, 24 nov 2026 10:00; Enter: now")
    at = await page.ask(Words(_("When:"), reads=read, echo=reader(read, show), hint=hint))
    place = await page.ask(letters(_("Where"), terms.places()))
    return await page.ask(letters(label, coded, "outcome")), at, place


def _minutes_only(text: str) -> str:
    if days.read_minutes(text)[1]:
        raise Usage(_("One text is never written to several clients. Minutes alone, or nothing."))
    return text


async def snooze(page: Page) -> None:
    """A letter for the day, shown before Enter, and why."""
    keys = await not_level_one(page, page.targets("snooze"))
    day, why, words = await _day_and_why(page, keys)
    page.commit("snooze", verbs.snooze(keys, day, why, words), keys, words=words)


async def _day_and_why(page: Page, keys: list[int]) -> tuple[date, str, tuple[str, str] | None]:
    today = page.app.today
    assert today is not None
    day: date | None = page.app.memory.given("until")

    def read(text: str) -> tuple[date, str]:
        found, rest = days.read_day(text, today)
        if found <= today:
            raise Usage(_("Only to a day ahead."))
        return found, rest

    def show(found: tuple[date, str]) -> str:
        said = _("{day}, {ago}").format(day=days.shown(found[0], today), ago=days.ago(found[0], today))
        return said if found[1] else _("{day}; then why").format(day=said)

    words: tuple[str, str] | None = None
    why = ""
    if day is None:
        question: Words[tuple[date, str]] = Words(
            about(keys) + _("Snooze until:"),
            reads=read,
            echo=reader(read, show),
            hint=_("t tomorrow  m Monday  w a week  d date, then why"),
        )
        (chosen, why), words = await words_about(page, question, "snooze", keys)
        page.app.memory.hear("until", chosen)
        day = chosen
        if not why and words is not None:
            # The day alone is answered: what is typed from here on are the words.
            with suppress(Unreachable):
                await page.app.jotter.flush(words[0], "")
    if not why:
        label = _("Snooze until {day}, because:").format(day=days.shown(day, today))
        ask_why: Words[str] = Words(
            label, reads=lambda text: required(text, _("A snooze needs a reason.")), hint=_("why it can wait")
        )
        why, words = await words_about(page, ask_why, "snooze-why", keys)
    return day, why, words


async def reviewed(page: Page) -> None:
    """Looked at, nothing needed today."""
    keys = await not_level_one(page, page.targets("reviewed"))
    await sure(page, keys, _("Reviewed, no action: {n} cases?"))
    page.commit("reviewed", verbs.reviewed(keys), keys)


async def acknowledge(page: Page) -> None:
    """Taken note of a new case."""
    keys = page.targets("acknowledge")
    await sure(page, keys, _("Acknowledge {n} cases?"))
    page.commit("acknowledge", verbs.acknowledge(keys), keys)


async def stage(page: Page) -> None:
    """A letter for the stage, then why."""
    keys = page.targets("stage")
    row = page.row_of(keys[0]) if len(keys) == 1 else None
    coded = [one for one in terms.stages() if row is None or one[2] != row.stage]
    found = await page.ask(letters(about(keys) + _("Stage"), coded, "stage"))
    if found == "closed" and len(keys) == 1:
        await close(page, keys[0])
        return
    if found == "closed":
        keys = await _closable(page, keys)
    label = _("Why {stage}:").format(stage=terms.stage_words(found))
    question: Words[str] = Words(label, reads=lambda text: required(text, _("A move to another stage needs a reason.")))
    why, words = await words_about(page, question, "stage", keys)
    page.commit("stage", verbs.move_stage(keys, found, why, words), keys, words=words)


async def _closable(page: Page, keys: list[int]) -> list[int]:
    """Those of several that can be closed; where a gate is shut in one, the page of gates is shown first. Raises Left."""
    from .. import ending

    shut, _free = await page.desk.report(ending.gated, keys)
    if not shut:
        return keys
    from ..screens.gates import GatesPage

    left: list[int] | None = await page.visit(GatesPage({key: page.row_of(key) for key in keys}))
    if not left:
        page.say(_("Nothing more was closed."), "dim")
        raise Left
    return left


async def close(page: Page, key: int) -> None:
    """What stands before closing a case, with what was chosen there and not done yet."""
    from ..screens.closing import ClosingPage

    row = page.row_of(key)
    if row is not None and row.stage == "closed":
        page.say(_("That case is closed."), "warn")
        raise Left
    kept = await page.app.jotter.recall(f"closing|case:{key}")
    await page.visit(ClosingPage(key, row, kept))


async def tag(page: Page) -> None:
    """Words to put on, or with a minus to take off."""
    keys = page.targets("tag")

    def read(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = text.replace(",", " ").split()
        if not found:
            raise Usage(_("A word to put on, or with a minus before it to take off."))
        off = tuple(one[1:] for one in found if one.startswith("-") and len(one) > 1)
        return tuple(one.lstrip("+#") for one in found if not one.startswith("-")), off

    question: Words[tuple[tuple[str, ...], tuple[str, ...]]] = Words(
        about(keys) + _("Tags:"), name="tags", reads=read, hint=_("rent -waiting puts rent on and takes waiting off")
    )
    put, off = await page.ask(question)
    page.commit("tag", verbs.set_tags(keys, put, off), keys)


async def edit(page: Page) -> None:
    """Changes what is set about the case: its risk, its client; or takes it back from snooze."""
    keys = page.targets("edit")
    row = page.row_of(keys[0])
    coded = [("r", _("risk"), "risk"), ("c", _("client"), "client"), ("m", _("merge with another record"), "merge")]
    if row is not None and row.snoozed_until is not None:
        coded.append(("z", _("take back from snooze"), "wake"))
    what = await page.ask(letters(_("Edit"), coded, "what"))
    if what == "client":
        from .writing import particulars

        await particulars(page, keys[0])
        return
    if what == "merge":
        from .merging import merge

        await merge(page)
        return
    if what == "wake":
        page.commit("edit", verbs.wake(keys), keys)
        return
    await set_risk(page)


async def set_risk(page: Page) -> None:
    """A letter for the risk, then why."""
    keys = page.targets("edit")
    row = page.row_of(keys[0])
    risk = await page.ask(
        letters(_("Risk"), [one for one in terms.risks() if row is None or one[2] != row.risk], "risk")
    )
    question: Words[str] = Words(
        _("Why {risk}:").format(risk=terms.risk_words(risk)),
        reads=lambda text: required(text, _("A change of risk needs a reason.")),
    )
    why, words = await words_about(page, question, "risk", keys)
    page.commit("edit", verbs.set_risk(keys[0], risk, why, words), keys, words=words)
