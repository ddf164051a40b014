"""Who sees a case: names let in and kept out, and a case out of sight opened in an emergency."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _
from .. import days, naming
from ..prompts import Option, Pick, Words, yes_no
from ..talk import Left
from .speaking import reader, required, words_about, words_at

if TYPE_CHECKING:
    from ...casework.access import Named
    from ..naming import Names
    from ..screens.page import Page


async def access(page: Page) -> None:
    """The page of who sees the case."""
    from ..screens.access import AccessPage

    await page.visit(AccessPage(page.targets("access")[0]))


async def let_in(page: Page) -> None:
    """Who is let into the case, to which day and why."""
    await _name(page, "allow")


async def keep_out(page: Page) -> None:
    """Who is kept from the case, to which day and why."""
    await _name(page, "deny")


async def _name(page: Page, kind: str) -> None:
    key = page.targets("access")[0]
    found = await _may(page, key)
    label = _("Let in:") if kind == "allow" else _("Keep out:")
    people = await page.desk.read(naming.people, kind)
    options = [Option(who, who, f"{name} · {role.replace('_', ' ')}", name) for who, name, role in people]
    who: str = await page.ask(Pick(label, options=options, hint=_("type a name")))
    until = await page.ask(_last_day(page))
    why, words = await words_about(page, _why(), "access", [key])
    if not await page.ask(yes_no(effect(found, who, kind, until))):
        raise Left
    page.commit("access", naming.name(key, who, kind, why, until, words), [key], words=words)


async def end_name(page: Page) -> None:
    """What was set for the person under the cursor ends."""
    picked: Named | None = getattr(page, "picked_name", None)
    if picked is None or picked.ground not in ("allow", "deny"):
        page.say(_("Put the cursor on somebody who is let in or kept out by name."), "warn")
        raise Left
    key = page.targets("access")[0]
    found = await _may(page, key)
    why, words = await words_about(page, _why(), "access", [key])
    if not await page.ask(yes_no(effect(found, picked.worker, "end", None))):
        raise Left
    doing = naming.end(key, picked.worker, why, words)

    async def ended() -> None:
        receipt = await page.write("access", doing, [key], words=words)
        if receipt.change is None and words is not None:
            await page.app.jotter.flush(words[0], "")  # nothing was written that could have forgotten them

    page.begun("access", [key])
    page.app.start(page._safely(ended()))


async def _may(page: Page, key: int) -> Names:
    """Who sees the case now, where the person may change that. Raises Left, having said who may."""
    found = await page.desk.read(naming.names, key)
    if found is not None and found.may:
        return found
    said = _("A supervisor of its team or an admin names people to a case.")
    if found is not None and found.restricted:
        said = _("Its custodian alone names people to a restricted case.")
    page.say(said, "warn")
    raise Left


def _why() -> Words[str]:
    return Words(_("Because:"), reads=lambda text: required(text, _("It needs a reason, for the record.")))


def _last_day(page: Page) -> Words[date | None]:
    today = page.app.today
    assert today is not None

    def read(text: str) -> date | None:
        if not text.strip():
            return None
        day, rest = days.read_day(text, today)
        if rest:
            raise Usage(_("A day alone: fri, 1 dec, 4w. Why comes next."))
        return day

    return Words(
        _("To which last day:"), reads=read, hint=_("fri, 1 dec, 4w; Enter: until it is ended"),
        echo=reader(read, lambda day: days.shown(day, today) if day is not None else ""),
    )  # fmt: skip


def effect(found: Names, who: str, kind: str, until: date | None) -> str:
    """What naming somebody does, or ending that, in a question."""
    by = [ground_words(one.ground) for one in found.rows if one.worker == who and one.ground not in ("allow", "deny")]
    out = any(one.worker == who and one.ground == "deny" for one in found.rows)
    to = _(" to {day}").format(day=days.shown(until, found.standing.today)) if until is not None else ""
    rights = ", ".join(dict.fromkeys(by))
    if kind == "end":
        after = _("sees it as {rights}").format(rights=rights) if by else _("does not see it")
        return _("Then {who} {after}. End it?").format(who=who, after=after)
    if kind == "deny":
        now = _("sees it now as {rights}").format(rights=rights) if by and not out else _("does not see it now")
        return _("{who} {now}. Keep them out{to}, whatever their role?").format(who=who, now=now, to=to)
    now = _("sees it already as {rights}").format(rights=rights) if by else _("does not see it now")
    return _("{who} {now}. Let them in{to}?").format(who=who, now=now, to=to)


def ground_words(ground: str) -> str:
    """By which right somebody sees a case, in words."""
    return {
        "worker": _("its worker"), "custodian": _("its custodian"), "beside": _("working beside"),
        "cover": _("covering today"), "supervisor": _("supervisor of its team"), "team": _("in its team"),
        "emergency": _("opened in an emergency"), "allow": _("let in by name"), "deny": _("KEPT OUT by name"),
    }[ground]  # fmt: skip


# -- in an emergency -------------------------------------------------------------------------------


async def break_glass(page: Page) -> None:
    """Which case, by its number; then why, and what will happen."""
    from ...casework import numbers

    if not await page.desk.read(naming.may_break):
        page.say(
            _("No case is opened in an emergency here: the agency has not allowed it, or your role sees no client.")
        )
        raise Left
    question: Words[str] = Words(
        _("In an emergency, the case of the number:"), reads=numbers.parse, hint=_("such as 2026-048212"), limit=20
    )
    view = getattr(page, "view", None)
    if view is not None and naming.is_number(view.query):
        question.line.insert(view.query.strip(), 20)
    await break_open(page, await page.ask(question))


async def break_open(page: Page, number: str) -> None:
    """The reason, kept while it is typed; what will happen; then the page of the case."""
    from ...casework import glass

    key = await page.desk.read(naming.in_sight, number)
    if key is not None:
        page.app.open_case(key)
        page.app.announce(_("You see that case anyway."), "dim")
        return

    def read(text: str) -> str:
        if len(text.strip()) < glass.LEAST:
            raise Usage(_("Say in a few words why: whoever supervises the case reads it."))
        return text.strip()

    asked: Words[str] = Words(_("Why:"), reads=read, hint=_("its supervisor reads this"))
    why, words = await words_at(page, asked, f"break-glass|number:{number}")
    sentence = _("It opens for {n} hours, stays on record, and its supervisor reads why. Open it?")
    if not await page.ask(yes_no(sentence.format(n=glass.HOURS))):
        page.say(_("Nothing was opened. Your words are kept."), "dim")
        raise Left
    receipt = await page.write("break_glass", naming.break_glass(number, why, words), words=words)
    # A lost answer says that it was done, and no key; the case is in sight now.
    opened = receipt.data["case"] if receipt.data else await page.desk.read(naming.in_sight, number)
    if opened is not None:
        page.app.open_case(opened)
    page.app.announce_done(receipt)
