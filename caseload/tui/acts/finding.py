"""What is found with a client: instruments asked, needs added, changed and ended, the history written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import ending, findings
from ..prompts import Choice, Letters, Option, Pick
from ..talk import Left
from .masking import not_masked
from .speaking import letters

if TYPE_CHECKING:
    from ..screens.page import Page


async def assess(page: Page, phase: str | None = None) -> None:
    """Which instrument; then its questions, for that phase of the work where one is meant."""
    key = page.targets("assess")[0]
    not_masked(page)
    options = [Option(code, code, title, title) for code, title in await page.desk.read(findings.instruments)]
    code: str = await page.ask(Pick(_("Ask:"), options=options, hint=_("type to find it")))
    await ask(page, key, code, phase)


async def voice(page: Page) -> None:
    """What the client says of the work: asked, or on record that it was offered."""
    await offer(page, page.targets("voice")[0], "client-voice", "review")


async def offer(page: Page, key: int, code: str, phase: str) -> None:
    """An instrument is asked in that phase, or it is put on record why it is not answered."""
    from ...casework.instruments.shipped import VOICE
    from ...casework.offered import why_words

    not_masked(page)
    coded = [("a", _("ask now"), "ask")]
    coded += [
        (letter, why_words(why), why) for letter, why in (("d", "declined"), ("n", "not_reached"), ("u", "not_able"))
    ]
    what = await page.ask(letters(_("How it goes:") if code == VOICE else code, coded))
    if what == "ask":
        await ask(page, key, code, phase)
    else:
        await page.write("voice", ending.decline(key, code, what, phase), [key])


async def ask(page: Page, key: int, code: str, phase: str | None = None) -> None:
    """The questions of an instrument, with the answers that were given and not recorded yet."""
    from ..screens.assessing import AssessPage, Subject

    place = f"assess:{code}|case:{key}"
    kept = await page.app.jotter.recall(place)
    before = await page.desk.fetch(lambda db: findings.asked_before(db, key, code))
    await page.visit(AssessPage(Subject(key, _number(page, key), code, place, phase), before, kept))


async def set_right(page: Page, key: int, assessment: int) -> None:
    """An assessment with its answers, to be read; recorded with others, they take its place."""
    from ..screens.assessing import AssessPage, Subject

    not_masked(page)
    found = await page.desk.read(findings.with_answers, assessment)
    code, place = found.row.instrument, f"assess-fix-{assessment}|case:{key}"
    kept = await page.app.jotter.recall(place)
    before = await page.desk.fetch(lambda db: findings.asked_before(db, key, code, found))
    await page.visit(AssessPage(Subject(key, _number(page, key), code, place), before, kept, found))


async def need(page: Page) -> None:
    """The form of a need."""
    from ..screens.needing import NeedForm

    key = page.targets("need")[0]
    kept = await page.app.jotter.recall(f"need|case:{key}")
    domains = await page.desk.read(findings.domains)
    await page.visit(NeedForm(key, _number(page, key), domains, kept))


async def change_need(page: Page, key: int, need: int) -> None:
    """A need as it stands, to be changed. Raises Left where it is gone or has ended."""
    from ..screens.needing import ChangeNeedForm

    not_masked(page)
    now = await page.desk.read(findings.as_it_stands, key, need)
    if now is None or now.state != "open":
        page.say(_("That need has ended, or is no longer there."), "warn")
        raise Left
    kept = await page.app.jotter.recall(f"need-change-{need}|case:{key}")
    domains = await page.desk.read(findings.domains)
    await page.visit(ChangeNeedForm(key, _number(page, key), domains, now, kept))


async def background(page: Page) -> None:
    """Which section; then its text."""
    from ...casework.backgrounds import SECTIONS, section_words

    key = page.targets("background")[0]
    not_masked(page)
    letter = {"social": "s", "educational": "w", "legal": "l", "institutional": "i", "substance": "u"}
    choices = [Choice(letter[one], section_words(one).lower(), one) for one in SECTIONS]
    await write(page, key, await page.ask(Letters(_("History"), choices=choices)))


async def write(page: Page, key: int, section: str) -> None:
    """A section of the history in the editor, with the words that were kept."""
    from ..screens.needing import HistoryForm

    not_masked(page)
    kept = await page.app.jotter.recall(f"background:{section}|case:{key}")
    now = await page.desk.fetch(lambda db: findings.told(db, key, section))
    await page.visit(HistoryForm(key, _number(page, key), section, now, kept))


async def open_line(page: Page, kind: str, row: Any) -> None:
    """What Enter does on what was found, on the case page."""
    key = page.targets("open")[0]
    if kind == "background":
        await write(page, key, row.section)
        return
    if kind == "assessment":
        if row.corrected_by is not None:
            page.say(_("#{id} has taken its place; Enter on that one reads it.").format(id=row.corrected_by), "dim")
            return
        await set_right(page, key, row.id)
        return
    if row.state != "open":
        page.say(_("It has ended. Undo of that act opens it again; E n adds another."), "dim")
        return
    coded = (("c", _("change it"), "change"), ("m", _("met"), "met"), ("a", _("set aside"), "set_aside"))
    what = await page.ask(letters(_("Need"), coded))
    if what == "change":
        await change_need(page, key, row.id)
    else:
        page.commit("need", findings.end_need(row.id, what, row.version), [key])


def _number(page: Page, key: int) -> str:
    row = page.row_of(key)
    return row.case if row is not None else ""
