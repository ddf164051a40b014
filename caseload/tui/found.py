"""What is found with a client, on the screen: its commands, and how needs, assessments and the history read on the case page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..messages import _
from .commands import ASSESSMENT, NOTHING, ONE, WORK, Command
from .draw import run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from datetime import date

    from ..casework.assessed import AssessmentRow, Change
    from ..casework.closing import Passed
    from ..casework.needs import NeedRow
    from ..casework.offered import OfferRow
    from ..casework.page import CasePage
    from .summaries import When


def finding() -> tuple[Command, ...]:
    """Instruments, needs and history: the commands."""
    group = _("What is found")
    return (
        Command(
            "assess", _("Ask an instrument"), ("E a",), WORK, group,
            _("Which one, then a question at a time with the answer of the last time beside it; digits answer. What asks for a look at "
              "the client's safety says so at once. Every answer is kept as it is given."),
            _("assess"), ONE, True,
        ),
        Command(
            "need", _("Add a need"), ("E n",), WORK, group,
            _("In which domain, how much, in the client's own words, and what they can build on. Enter on one, under Needs, changes or "
              "ends it."),
            _("need"), ONE, True,
        ),
        Command(
            "background", _("Write the history"), ("E b",), WORK, group,
            _("A section of what the client brings along, over what was told before, which is kept."), _("history"), ONE, True,
        ),
        Command(
            "answer_question", _("Answer, or go on"), ("enter",), (ASSESSMENT,), group,
            _("A question that takes words, a number or a day is answered on the bottom line; of any other, goes to the next. Digits "
              "answer at once, by what stands before each answer."),
            _("next"),
        ),
        Command(
            "type_answer", _("Type the answer"), ("t",), (ASSESSMENT,), group,
            _("By its number, its code, the start of its words, or in words of one's own where the question takes them; several with "
              "commas."),
            _("type it"),
        ),
        Command(
            "unanswer", _("Take the answer away"), ("x", "backspace"), (ASSESSMENT,), group, _("The question is left open."),
            _("no answer"),
        ),
        Command(
            "own_words", _("The client's own words"), ("n",), (ASSESSMENT,), group,
            _("What they said about it, beside the answers."), _("words"), NOTHING,
        ),
        Command(
            "phase", _("When in the work, and on which day"), ("p",), (ASSESSMENT,), group,
            _("At the beginning, in review or at the end; then the day it was answered."), _("when"),
        ),
        Command(
            "cut_off", _("Which cut-off"), ("o",), (ASSESSMENT,), group,
            _("Of an instrument with several, by which it is told whether the screen is positive."), _("cut-off"),
        ),
        Command("record", _("Record it"), ("ctrl+s",), (ASSESSMENT,), group, _("As it is; what is unanswered stays so."), _("record")),
        Command(
            "leave_assessment", _("Leave, answers kept"), ("escape",), (ASSESSMENT,), group,
            _("The same key brings them back."), _("leave"),
        ),
    )  # fmt: skip


def section(page: CasePage, when: When) -> list[Item]:
    """The needs, those open and severe first; the assessments with what each came to; and the history."""
    from ..casework import assessed

    changed = {(one.last_on, one.instrument, one.scale): one for one in assessed.changes(page.assessments)}
    found = [BLANK, heading(_("Needs")), *(_need(one, when) for one in page.needs)] if page.needs else []
    if page.assessments:
        found += [BLANK, heading(_("Assessments"))]
        found += [_assessment(one, changed, when) for one in page.assessments]
    if page.offers:
        found += [BLANK, heading(_("Offered and not answered"))]
        found += [_offer(one, when) for one in page.offers]
    if page.passed:
        found += [BLANK, heading(_("Closed past a gate"))]
        found += [_passed(one, when) for one in page.passed]
    if page.background:
        found += [BLANK, heading(_("What they bring along"))]
        found += [_told(one, when) for one in page.background]
    if not found:
        return [
            BLANK,
            Item(((_("  Nothing that was found is on record."), "plain"),)),
            Item(((_("  E a asks an instrument, E n adds a need, E b writes the history."), "dim"),)),
        ]
    return found[1:]


def _need(one: NeedRow, when: When) -> Item:
    from ..casework.needs import severity_words, state_words

    lives = one.state == "open"
    state = severity_words(one.severity) if lives else state_words(one.state)
    if one.ended is not None:
        state += f" {when.day(one.ended)}"
    tone = "bad" if lives and one.severity == "severe" else "strong" if lives else "dim"
    said = _("  found {day} by {who}").format(day=when.day(one.found), who=one.by)
    builds = _("builds on: {text}").format(text=one.strengths) if one.strengths else ""
    body = "\n".join(text for text in (one.words or "", builds) if text)
    head = (run(one.name, tone), run(f" · {state}", tone), run(said, "dim"))
    return Item(head, body, value=("need", one), right=(run(f"#{one.id} ", "dim"),), indent=4, prose=True)


def _assessment(one: AssessmentRow, changed: dict[tuple[date, str, str], Change], when: When) -> Item:
    from ..casework.assessed import phase_words, score_words

    over = one.corrected_by is not None
    came = []
    for score in one.scores:
        if (score.flag and not score.positive) or score.value is None:
            continue
        words = f"{score.domain}: {score.title}" if score.flag else score_words(score)
        since = changed.get((one.on, one.instrument, score.scale))
        if since is not None and since.by and not over:
            words += _(" ({by} since the beginning)").format(by=f"{since.by:+g}")
        came.append(words if score.flag or len(one.scores) == 1 else f"{score.title}: {words}")
    told = "; ".join(came) or _("not scored")
    safety = (run(_("SAFETY "), "dim" if over else "bad"),) if one.safety else ()
    head = (
        run(f"{when.day(one.on)} ", "dim" if over else "strong"),
        *safety,
        run(one.instrument, "dim" if over else "strong"),
        run(f" · {phase_words(one.phase)} · {one.by}", "dim"),
    )
    replaced = _("corrected by #{id}").format(id=one.corrected_by) if over else ""
    body = "\n".join(text for text in (replaced or told, one.words or "") if text)
    return Item(head, body, value=("assessment", one), right=(run(f"#{one.id} ", "dim"),), indent=4, prose=True)


def _offer(one: OfferRow, when: When) -> Item:
    from ..casework.assessed import phase_words
    from ..casework.offered import why_words

    told = f" · {phase_words(one.phase)} · {one.by}"
    return Item(
        (run(f"{when.day(one.on)} ", "strong"), run(one.instrument, "strong"), run(told, "dim")),
        why_words(one.why),
        indent=4,
    )


def _passed(one: Passed, when: When) -> Item:
    head = (
        run(f"{when.day(one.on)} ", "strong"),
        run(f"{one.gate} ({one.behind})", "strong"),
        run(f" · {one.by}", "dim"),
    )
    return Item(head, one.why, indent=4)


def _told(one: object, when: When) -> Item:
    from ..casework.backgrounds import BackgroundRow, section_words

    assert isinstance(one, BackgroundRow)
    head = (run(section_words(one.section), "strong"), run(f"  {when.day(one.on)} · {one.by}", "dim"))
    return Item(head, one.text or "", value=("background", one), indent=4, prose=True)
