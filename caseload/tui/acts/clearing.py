"""Doing what a reason or a line of the case page asks for: finish, settle, review, sign, write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import acts, asks, terms, verbs
from ..prompts import Words, yes_no
from ..talk import Left
from . import dated, permitting
from .masking import not_masked
from .speaking import letters, required, words_about

if TYPE_CHECKING:
    from ...casework.entries import TaskRow
    from ..screens.case import CasePage
    from ..screens.page import Page


async def do(page: Page) -> None:
    """What clears the first reason; on the case page, what the line under the cursor waits for."""
    key = page.targets("do")[0]
    picked = getattr(page, "picked", None)
    if picked is not None and await _settle(page, key, *picked):
        return
    row = page.row_of(key)
    if row is None or not row.reasons:
        page.say(_("Nothing waits here: the case is in order."), "good")
        raise Left
    reason = row.reasons[0]
    table, _colon, number = (reason.source or "").partition(":")
    if reason.clear_with == "task" and table == "task":
        page.commit("do", verbs.finish_task(key, int(number)), [key])
    elif reason.clear_with == "alert":
        await _review(page, key, int(number) if table == "alert" else None)
    elif reason.clear_with == "sign":
        await acts.act("note")(page)
    elif reason.clear_with == "consent" and table == "consent":
        await permitting.renew(page, key, int(number))
    elif reason.rule in ("annual_overdue", "annual_soon"):
        from . import finding

        await finding.assess(page, "annual")
    elif reason.clear_with == "review":
        from . import planning

        await planning.go_through(page, key, int(number) if table == "plan" else None)
    elif reason.clear_with == "refer" and table == "referral":
        from . import referring

        await referring.settle(page, key, int(number))
    elif reason.clear_with in ("authorise", "budget"):
        from . import spending

        to = spending.settle if table == "authorisation" else spending.set_right
        await to(page, key, int(number))
    else:
        await acts.act(reason.clear_with)(page)


async def _settle(page: Page, key: int, kind: str, row: Any) -> bool:
    """Does what a line of the case page waits for; False where it waits for nothing."""
    if kind == "task":
        page.commit("do", verbs.finish_task(key, row.id), [key])
    elif kind == "appointment" and row.state == "scheduled":
        await _end_appointment(page, key, row)
    elif kind == "alert" and row.ended_on is None:
        await _review(page, key, row.id)
    elif kind == "note" and row.state == "draft" and row.mine:
        from . import writing

        await writing.open_draft(page, key, row.id)
    elif kind == "consent" and row.state in ("in_force", "expired"):
        await permitting.renew(page, key, row.id)
    elif kind == "step":
        await acts.act("plan_done")(page)
    elif kind == "referral" and row.ended is None:
        from . import referring

        await referring.settle(page, key, row.id)
    elif kind == "authorisation" and (row.ended is None or row.state == "ended"):
        from . import spending

        await spending.settle(page, key, row.id)
    else:
        return False
    return True


async def _review(page: Page, key: int, alert: int | None) -> None:
    """Shows what the alert says, and asks whether it still stands."""
    text = await page.desk.read(asks.alert_text, key, alert)
    label = (
        _("“{text}” looked at, still stands?").format(text=text)
        if text
        else _("The alert was looked at and still stands?")
    )
    if not await page.ask(yes_no(label)):
        page.say(_("Open the case and press Enter on the alert to end it."), "dim")
        raise Left
    page.commit("do", verbs.review_alert(key, alert), [key])


async def _end_appointment(page: Page, key: int, row: Any) -> None:
    state = await page.ask(letters(_("The appointment was"), terms.endings()))
    which = await dated.which_of(page, row, _("Called off")) if state == "cancelled" else "one"
    page.commit("do", verbs.settle(row.id, state, which), [key])


async def open_picked(page: CasePage) -> None:
    """What Enter does on a line of the case page."""
    picked = page.picked
    if picked is None:
        page.say(_("Tab goes to the next section; ? shows every key."), "dim")
        return
    kind, row = picked
    if kind == "task":
        await _task(page, row)
    elif kind == "appointment":
        await _appointment(page, row)
    elif kind == "alert":
        await _alert(page, row)
    elif kind == "note":
        await _note(page, row)
    elif kind in ("offer", "custody", "cover"):
        from . import answering

        await answering.open_line(page, kind, row)
    elif kind in ("consent", "disclosure"):
        await permitting.open_line(page, kind, row)
    elif kind == "referral":
        from . import referring

        await referring.settle(page, page.key, row.id)
    elif kind in ("authorisation", "payment", "budget"):
        from . import spending

        if kind == "payment":
            await spending.open_payment(page, page.key, row)
        else:
            await (spending.settle if kind == "authorisation" else spending.set_right)(page, page.key, row.id)
    elif kind in ("need", "assessment", "background"):
        from . import finding

        await finding.open_line(page, kind, row)
    elif kind == "document":
        from . import filing

        await filing.open_line(page, row)
    elif kind == "packet":
        from . import consulting

        await consulting.open_line(page, row)
    elif kind in ("plan", "goal", "step"):
        await acts.act("plan")(page)
    else:
        from . import grouping

        await grouping.open_line(page, row)


async def _task(page: CasePage, row: Any) -> None:
    coded = (("f", _("finish"), "finish"), ("m", _("move the day"), "move"), ("w", _("reword"), "reword"))
    what = await page.ask(letters(_("Task"), coded))
    if what == "finish":
        page.commit("do", verbs.finish_task(page.key, row.id), [page.key])
    elif what == "move":
        await dated.move_task(page, page.key, row)
    else:
        await reword(page, page.key, row)


async def reword(page: Page, key: int, row: TaskRow) -> None:
    """What is to be done, in other words."""
    not_masked(page)
    again: Words[str] = Words(_("Task:"), reads=lambda text: required(text, _("What is to be done?")))
    again.line.insert(row.title or "", 500)
    title, words = await words_about(page, again, f"task-{row.id}", [key])
    page.commit("task", verbs.change_task(row.id, row.version, title, None, words), [key], words=words)


async def _appointment(page: CasePage, row: Any) -> None:
    coded = [one for one in terms.endings() if one[2] != row.state]
    if row.state != "scheduled":
        coded.append(("p", _("planned again"), "scheduled"))
    else:
        coded += [("n", _("to have a new time"), "move"), ("e", _("to be changed"), "change")]
    state = await page.ask(letters(_("The appointment was"), coded))
    if state == "move":
        await dated.move_appointment(page, page.key, row)
        return
    if state == "change":
        not_masked(page)
        await dated.whole(page, page.key, row)
        return
    which = await dated.which_of(page, row, _("Called off")) if state == "cancelled" else "one"
    page.commit("do", verbs.settle(row.id, state, which), [page.key])


async def _alert(page: CasePage, row: Any) -> None:
    coded = (("r", _("reviewed, still stands"), "review"), ("e", _("end it"), "end"))
    if await page.ask(letters(_("Alert"), coded)) == "review":
        page.commit("do", verbs.review_alert(page.key, row.id), [page.key])
        return
    await end_alert(page, page.key, row.id)


async def end_alert(page: Page, key: int, alert: int) -> None:
    """Why an alert no longer holds."""
    question: Words[str] = Words(
        _("It ends, because:"), reads=lambda text: required(text, _("Ending an alert needs a reason."))
    )
    why, words = await words_about(page, question, f"alert-end-{alert}", [key])
    page.commit("alert", verbs.end_alert(key, alert, why, words), [key], words=words)


async def _note(page: CasePage, row: Any) -> None:
    from . import writing

    if row.state == "signed":
        page.say(_("Signed and locked. & adds to it."), "dim")
        return
    if not row.mine:
        page.say(_("A colleague's draft: only its author goes on with it."), "dim")
        return
    coded = (("o", _("open and go on"), "open"), ("s", _("sign"), "sign"), ("x", _("throw away"), "discard"))
    what = await page.ask(letters(_("Draft"), coded))
    if what == "open":
        await writing.open_draft(page, page.key, row.id)
    elif what == "sign":
        page.commit("sign", verbs.sign_note(row.id), [page.key])
    else:
        page.commit("note", verbs.discard_note(row.id), [page.key])
