"""Evening out a team, and letting somebody go: seen whole on a page, and only then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import _, _n
from .. import asks, days, handing, verbs
from ..prompts import Option, Pick
from ..talk import Left
from .moving import offered
from .speaking import day_and_why, words_at

if TYPE_CHECKING:
    from ..screens.page import Page


async def balance(page: Page) -> None:
    """Which team; the page says what would move, and why."""
    from ..screens.plan import PlanPage

    teams = await page.desk.read(asks.teams)
    team: str = await page.ask(
        Pick(_("Even out team:"), options=[Option(code, code, name, name) for code, name in teams])
    )
    found = await page.desk.read(asks.balance, team)
    percent = f"{found.ceiling:g}"
    if not found.plan.moved:
        said = _("Everybody in {team} is within {percent} % of capacity.")
        page.say((said if found.reached else _("No case of {team} can move.")).format(team=team, percent=percent))
        raise Left
    n = len(found.plan.moved)
    words = _n(
        "{n} move brings everybody within {percent} % of capacity.",
        "{n} moves bring everybody within {percent} % of capacity.",
        n,
    )
    if not found.reached:
        words = _n(
            "{n} move helps; not everybody comes within {percent} %.",
            "{n} moves help; not everybody comes within {percent} %.",
            n,
        )
    takers = sorted({move.to for move in found.plan.moved})
    title = _("Even out {team}").format(team=team)
    sheet = PlanPage(found.plan, takers, title=title, more=[words.format(n=n, percent=percent)])
    answer: tuple[str, tuple[str, str] | None] | None = await page.visit(sheet)
    if answer is None:
        page.say(_("Nothing was moved."), "dim")
        raise Left
    why, words_kept = answer
    moved = [move.id for move in found.plan.moved]
    page.commit("balance", verbs.reassign(found.plan, why, words_kept), moved, words=words_kept)


async def leaver(page: Page, about: str = "") -> None:
    """Who leaves, when and why, to whom; the page says everything they hold."""
    from ...casework.leavers import besides
    from ..screens.plan import PlanPage

    today = page.app.today
    assert today is not None
    people = await offered(page)
    who: str = about or await page.ask(Pick(_("Who leaves:"), options=people))

    last_day = day_and_why(
        _("{who}, last day:").format(who=who),
        today,
        hint=_("today, 18 dec, 2w; then why"),
        unsaid=_("Letting somebody go needs a reason."),
    )
    (on, why), words = await words_at(page, last_day, f"leaver|worker:{who}")
    others = [one for one in people if one.value != who]
    whole = Option(_("their team"), "")
    to: tuple[str, ...] = await page.ask(
        Pick(_("Their cases go to:"), options=[whole, *others], several=True, hint=_("Enter: shared in their team"))
    )
    named = tuple(one for one in to if one)
    planned = await page.desk.read(asks.leaver, who, on, named, None)
    if planned.stranded:
        keeper: str = await page.ask(Pick(_("New custodian of their restricted cases:"), options=others))
        planned = await page.desk.read(asks.leaver, who, on, named, keeper)
    if planned.stranded:
        page.say(planned.stranded[0], "warn")
        raise Left
    title = _("{who} leaves, {day}").format(who=who, day=days.shown(on, today))
    sure = _("Let {who} go?").format(who=who)
    if waiting := len(planned.plan.blocked):
        sure = _n(
            "{n} case will wait for somebody. {sure}", "{n} cases will wait for somebody. {sure}", waiting
        ).format(n=waiting, sure=sure)
    if not await page.visit(PlanPage(planned.plan, named, title=title, more=besides(planned), sure=sure)):
        page.say(_("Nothing was changed."), "dim")
        raise Left
    moved = [move.id for move in planned.plan.moved]
    page.commit("leaver", handing.leave(planned, why, words), moved, words=words)
