"""Going on with words that were typed and not saved: what each kind of them is called, and what opens it again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, NoReturn

from ...messages import _, _n
from .. import acts, asks, permitting, terms
from ..prompts import yes_no
from ..talk import Left

if TYPE_CHECKING:
    from ...casework.scratches import Unsaved
    from ..screens.unsaved import Unsaved as Page

# A form that is about one line of a case carries its key: `task-17`, `comment-c4` (a contact).
_NUMBERED = re.compile(r"(.+)-(c?)(\d+)")


def parted(form: str) -> tuple[str, str]:
    """The form, and the key of the line it is about; nothing where it is about none."""
    if ":" in form:  # the part after it may end in a number, as in assess:phq-9
        return form.partition(":")[0], ""
    found = _NUMBERED.fullmatch(form)
    return (found[1], found[2] + found[3]) if found else (form.partition(":")[0], "")


def form_words(form: str) -> str:
    """What such a text was to become, in words."""
    name, _line = parted(form)
    if name == "note" and ":" in form:
        return _("Note {form}").format(form=terms.form_words(form.partition(":")[2]))
    return {
        "note": _("Draft note"), "addendum": _("Addendum"), "contact": _("Contact"), "task": _("Task"),
        "task-again": _("Task"), "appointment": _("Appointment"),
        "appointment-form": _("Appointment"), "appointment-edit": _("Appointment changed"), "alert": _("Alert"), "alert-end": _("End of an alert"),
        "snooze": _("Snooze"), "snooze-why": _("Why snoozed"), "stage": _("Why another stage"), "risk": _("Why another risk"),
        "assign": _("Why reassigned"), "admit": _("Why admitted"), "transfer": _("Offer to a colleague"),
        "withdraw": _("Why the offer is taken back"), "decline": _("Why the offer is declined"),
        "absence": _("Absence"), "leaver": _("Leaver"), "comment": _("Comment"), "client": _("Client's particulars"),
        "consent": _("Consent"), "consent-amend": _("Consent set right"),
        "consent-revoke": _("Why a consent is taken back"), "disclose": _("What was told"),
        "disclose-add": _("Addition to what was told"),
        "refer": _("Referral"), "refer-words": _("Other words for a referral"), "service": _("Service of the directory"),
        "provider": _("Provider of the directory"),
        "authorise": _("Authorisation"), "authorise-why": _("Why approved"), "authorise-back": _("Why sent back"),
        "authorise-again": _("Why asked for again"), "authorise-renew": _("Why renewed"), "pay": _("Payment"),
        "pay-back": _("Why a payment is taken back"), "fund": _("Budget"), "fund-edit": _("Budget set right"),
        "packet": _("Packet for a consultant"), "packet-question": _("Question to a consultant"),
        "packet-answer": _("Answer to a packet"),
        "topic": _("Topic for supervision"), "topic-edit": _("Other words for a topic"),
        "agreed": _("What was agreed"), "agreed-task": _("Task of what was agreed"),
        "assess": _("Assessment"), "assess-fix": _("Assessment corrected"), "need": _("Need"),
        "group": _("Group activity"), "group-own": _("Own line of a group activity"),
        "need-change": _("Need changed"), "background": _("History"),
        "goal": _("Goal"), "goal-edit": _("Other words for a goal"), "goal-agree": _("What the client says to a goal"),
        "step": _("Step"), "step-edit": _("Other words for a step"), "plan-wants": _("What the client wants"),
        "plan-back": _("Why a plan is sent back"), "plan-review": _("Review of a plan"),
        "document-withdraw": _("Why a document is withdrawn"), "import": _("List to bring in"),
        "case-file": _("What a case on paper is for"), "handover": _("What a handover pack is for"),
        "closing": _("Closing"), "intake": _("Intake"), "merge": _("Why merged"), "restrict": _("Why restricted"),
        "access": _("Why a name on the case"), "break-glass": _("Why opened in an emergency"),
    }.get(name, name)  # fmt: skip


def readable(form: str, body: str) -> str:
    """The words of a text; of a form with fields, what was typed into them."""
    name, line = parted(form)
    if name not in (
        "client", "intake", "consent", "consent-amend", "disclose", "goal", "goal-edit", "step", "step-edit", "service", "provider",
        "need", "need-change", "assess", "assess-fix", "closing", "authorise", "pay", "fund", "fund-edit", "appointment-form",
        "appointment-edit", "group", "import",
    ):  # fmt: skip
        return body
    try:
        found = json.loads(body)
        if name == "group":
            said = [found["account"], *(one["words"] for one in found["lines"].values()), *found["typing"].values()]
            return " · ".join(str(text) for text in said if text)
        if name in ("assess", "assess-fix"):
            typed = [found["words"], *found["typing"].values()]
            answered = _n("{n} answer", "{n} answers", len(found["answers"])).format(n=len(found["answers"]))
            return " · ".join([answered, *(str(text) for text in typed if text)])
        if name == "import":
            return " · ".join(part for part in (found["system"], found["path"]) if part)
        if name == "closing":
            parts = (*found["chosen"].values(), *found["passed"].values(), *found["typing"].values())
            return " · ".join(str(text) for text in parts if text)
        if name in ("client", "consent-amend", "goal-edit", "step-edit", "need-change", "fund-edit") or (
            line and name in ("service", "provider")
        ):
            base, typed = found["base"], found["typed"]
            return " · ".join(str(text) for field, text in typed.items() if text != base.get(field))
        return " · ".join(str(text) for text in found.values() if text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


Opener = Callable[["Page", "Unsaved", str], Coroutine[Any, Any, None]]


async def go_on(page: Page, one: Unsaved) -> None:
    """Opens the form with the words in it."""
    name, line = parted(one.words.form)
    if one.hidden:
        page.say(_("That case is no longer yours to see. x throws the words away."), "warn")
        raise Left
    if one.words.subject.startswith("cases:"):
        page.say(_("Mark the same cases again and begin the same act: your words come back there."), "warn")
        raise Left
    opener = OPENERS.get(name)
    if opener is None:
        page.say(_("These words come back where they were typed."), "warn")
        raise Left
    page.app.memory.begin()
    await opener(page, one, line)


async def throw_away(page: Page, one: Unsaved) -> None:
    """Forgets the words, once it is sure."""
    if not await page.ask(yes_no(_("Throw these words away for good?"))):
        raise Left
    await page.app.jotter.flush(f"{one.words.form}|{one.words.subject}", "")
    page.say(_("Thrown away."), "good")


async def _note(page: Page, one: Unsaved, line: str) -> None:
    from . import writing

    kind, number = one.words.subject.split(":")
    if kind == "note":
        await writing.open_draft(page, _case(one), int(number))
    else:
        await writing.go_on(page, _case(one), one.words.form.partition(":")[2])


async def _addendum(page: Page, one: Unsaved, line: str) -> None:
    from . import writing

    await writing.add_to(page, _case(one), int(one.words.subject.partition(":")[2]))


async def _client(page: Page, one: Unsaved, line: str) -> None:
    from . import writing

    now = await page.desk.read(asks.particulars, _case(one))
    if one.words.subject != f"client:{now.client}":
        _gone(page, _("That record was merged into another."))
    await writing.particulars(page, _case(one))


async def _risk(page: Page, one: Unsaved, line: str) -> None:
    from . import quick

    await quick.set_risk(page)


async def _task(page: Page, one: Unsaved, line: str) -> None:
    """A new task, or the words of one."""
    from . import clearing, dated

    if not line:
        await dated.new_task(page, one.words.form)
        return
    found = await page.desk.read(asks.case_again, _case(one))
    task = next((row for row in found.page.tasks if row.id == int(line)), None) if found is not None else None
    if task is None or task.done_at is not None:
        _gone(page, _("That task is done or gone."))
    else:
        await clearing.reword(page, _case(one), task)


async def _alert_end(page: Page, one: Unsaved, line: str) -> None:
    from . import clearing

    found = await page.desk.read(asks.case_again, _case(one))
    alerts = found.page.alerts if found is not None else ()
    if any(row.id == int(line) and row.ended_on is None for row in alerts):
        await clearing.end_alert(page, _case(one), int(line))
    else:
        _gone(page, _("That alert has ended already."))


async def _comment(page: Page, one: Unsaved, line: str) -> None:
    from . import supervising

    contact = int(line[1:]) if line.startswith("c") else None
    await supervising.comment_on(page, _case(one), int(line) if contact is None else None, contact)


async def _revoke(page: Page, one: Unsaved, line: str) -> None:
    from .permitting import take_back

    held = await page.desk.read(permitting.running, _case(one))
    if any(row.id == int(line) for row in held):
        await take_back(page, _case(one), int(line))
    else:
        _gone(page, _("That consent holds no more."))


async def _amend(page: Page, one: Unsaved, line: str) -> None:
    from .permitting import set_right

    await set_right(page, _case(one), int(line))


async def _add_to(page: Page, one: Unsaved, line: str) -> None:
    from .permitting import add_to

    await add_to(page, _case(one), int(line))


async def _reword_referral(page: Page, one: Unsaved, line: str) -> None:
    from .referring import reword

    await reword(page, _case(one), int(line))


async def _directory(page: Page, one: Unsaved, line: str) -> None:
    """An entry of the directory, new or to be set right."""
    from .. import referring
    from ..screens.directory import ProviderEdit, ProviderForm, ServiceEdit, ServiceForm

    kept = await page.app.jotter.recall(f"{one.words.form}|{one.words.subject}")
    if parted(one.words.form)[0] == "service":
        await page.visit(
            ServiceEdit(await page.desk.read(referring.service, int(line)), kept) if line else ServiceForm(kept)
        )
    else:
        await page.visit(
            ProviderEdit(await page.desk.read(referring.provider, int(line)), kept) if line else ProviderForm(kept)
        )


async def _decline(page: Page, one: Unsaved, line: str) -> None:
    from . import covering

    offers = await page.desk.read(asks.offers)
    offer = next((row for row in offers if row.id == int(one.words.subject.partition(":")[2])), None)
    if offer is None:
        _gone(page, _("That offer waits for you no more."))
    else:
        await covering.decline(page, offer)


async def _absence(page: Page, one: Unsaved, line: str) -> None:
    from . import covering

    await covering.cover(page, one.words.subject.partition(":")[2])


async def _leaver(page: Page, one: Unsaved, line: str) -> None:
    from . import leaving

    await leaving.leaver(page, one.words.subject.partition(":")[2])


async def _break_glass(page: Page, one: Unsaved, line: str) -> None:
    from . import naming

    await naming.break_open(page, one.words.subject.partition(":")[2])


async def _packet_answer(page: Page, one: Unsaved, line: str) -> None:
    from .consulting import go_on_answering

    await go_on_answering(page, int(one.words.subject.partition(":")[2]))


async def _topic(page: Page, one: Unsaved, line: str) -> None:
    from . import sitting

    if one.case_id is not None:
        await sitting.bring(page)
    else:
        await sitting.bring_general(page, one.words.subject.partition(":")[2])


async def _of_topic(page: Page, one: Unsaved, line: str) -> None:
    """What came of a topic, or other words for it."""
    from .. import sitting as asked
    from . import sitting

    topic = await page.desk.read(asked.topic, int(line))
    if topic is None or (topic.discussed_on is not None and one.words.form.startswith("agreed")):
        _gone(page, _("That topic was discussed already, or is gone."))
    elif one.words.form.startswith("agreed"):
        await sitting.settle(page, topic)
    else:
        await sitting.reword(page, topic)


async def _of_plan(page: Page, one: Unsaved, line: str) -> None:
    """A goal or a step in its form, or words about one or about its plan."""
    from . import planning

    name, _key = parted(one.words.form)
    if not await planning.go_on(page, _case(one), name, int(line)):
        _gone(page, _("That plan has moved on since."))


async def _of_money(page: Page, one: Unsaved, line: str) -> None:
    """An authorisation, a payment, a budget, or words about one."""
    from . import spending

    name, _key = parted(one.words.form)
    if not line:
        await acts.act(name)(page)
    elif not await spending.go_on(page, _case(one), name, int(line)):
        _gone(page, _("That authorisation or payment has moved on since."))


def _as(command: str) -> Opener:
    """The act of that command, on the case the words are about."""

    async def begin(page: Page, one: Unsaved, line: str) -> None:
        await acts.act(command)(page)

    return begin


async def _appointment(page: Page, one: Unsaved, line: str) -> None:
    """The form of an appointment, or of one that is changed."""
    from . import dated

    if not line:
        await dated.whole(page, _case(one))
        return
    opened = await page.desk.fetch(lambda db: asks.case_page(db, _case(one)))
    row = next((row for row in opened.page.appointments if row.id == int(line) and row.state == "scheduled"), None)
    if row is None:
        _gone(page, _("That appointment is no longer planned."))
    await dated.whole(page, _case(one), row)


async def _found(page: Page, one: Unsaved, line: str) -> None:
    """An instrument, an assessment set right, a need that is changed, or a section of the history."""
    from . import finding

    name, rest = parted(one.words.form)[0], one.words.form.partition(":")[2]
    go_on: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "assess": lambda: finding.ask(page, _case(one), rest),
        "assess-fix": lambda: finding.set_right(page, _case(one), int(line)),
        "need-change": lambda: finding.change_need(page, _case(one), int(line)),
        "background": lambda: finding.write(page, _case(one), rest),
    }
    await go_on[name]()


async def _closing(page: Page, one: Unsaved, line: str) -> None:
    from .quick import close

    await close(page, _case(one))


async def _document(page: Page, one: Unsaved, line: str) -> None:
    from . import filing

    await filing.withdraw(page, _case(one), int(line))


async def _own_line(page: Page, one: Unsaved, line: str) -> None:
    """What is said of one client of a group activity."""
    from . import grouping

    found = await page.desk.read(asks.case_again, _case(one))
    rows = found.page.contacts if found is not None else ()
    row = next((row for row in rows if row.id == int(line)), None)
    if row is None:
        _gone(page, _("That group activity is gone."))
    else:
        await grouping.reword(page, _case(one), row)


OPENERS: dict[str, Opener] = {
    "group": _as("group"), "group-own": _own_line,
    "assess": _found, "assess-fix": _found, "need": _as("need"), "need-change": _found, "background": _found,
    "note": _note, "addendum": _addendum, "client": _client, "intake": _as("intake"), "contact": _as("contact"),
    "task": _task, "task-again": _task, "appointment": _as("appointment"),
    "appointment-form": _appointment, "appointment-edit": _appointment, "alert": _as("alert"), "alert-end": _alert_end,
    "snooze": _as("snooze"), "snooze-why": _as("snooze"), "stage": _as("stage"), "closing": _closing, "risk": _risk, "assign": _as("assign"),
    "admit": _as("admit"), "transfer": _as("transfer"), "withdraw": _as("withdraw"), "decline": _decline,
    "absence": _absence, "leaver": _leaver, "comment": _comment,
    "merge": _as("merge"), "restrict": _as("restrict"), "access": _as("access"), "break-glass": _break_glass,
    "consent": _as("consent"), "consent-amend": _amend, "consent-revoke": _revoke,
    "disclose": _as("disclose"), "disclose-add": _add_to,
    "refer": _as("refer"), "refer-words": _reword_referral, "service": _directory, "provider": _directory,
    "authorise": _of_money, "authorise-why": _of_money, "authorise-back": _of_money, "authorise-again": _of_money,
    "authorise-renew": _of_money, "pay": _of_money, "pay-back": _of_money, "fund": _of_money, "fund-edit": _of_money,
    "packet": _as("packet"), "packet-question": _as("packet"), "packet-answer": _packet_answer,
    "goal": _of_plan, "goal-edit": _of_plan, "goal-agree": _of_plan, "step": _of_plan, "step-edit": _of_plan,
    "plan-wants": _of_plan, "plan-back": _of_plan, "plan-review": _of_plan,
    "document-withdraw": _document, "import": _as("go_import"), "case-file": _as("case_file"), "handover": _as("handover"),
    "topic": _topic, "topic-edit": _of_topic, "agreed": _of_topic, "agreed-task": _of_topic,
}  # fmt: skip


def _case(one: Unsaved) -> int:
    assert one.case_id is not None, one.words.form
    return one.case_id


def _gone(page: Page, why: str) -> NoReturn:
    """What the words were about is over: they can only be read here, or thrown away."""
    page.say(why + " " + _("x throws the words away."), "warn")
    raise Left
