"""Asking a consultant without saying whose case it is, and answering as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import consulting
from ..talk import Left
from .speaking import letters

if TYPE_CHECKING:
    from ...casework.packets import Packet
    from ..screens.page import Page


async def packet(page: Page) -> None:
    """The case laid out without identity, in the editor; or the words that were typed there and not approved yet."""
    from ..screens.note import Subject
    from ..screens.packet import PacketForm

    key = page.targets("packet")[0]
    place = f"packet|case:{key}"
    kept = await page.app.jotter.recall(place)
    text = kept.body if kept is not None else await page.desk.fetch(lambda db: consulting.draft(db, key))
    row = page.row_of(key)
    subject = Subject(key, row.case if row is not None else "", "narrative", place)
    await page.visit(PacketForm(subject, text, kept.when if kept is not None else ""))


async def open_line(page: Page, row: Any) -> None:
    """What Enter does on a packet of the case page: it is read again, or withdrawn."""
    from ..screens.packet import whole
    from ..screens.tally import Sentences

    key = page.targets("open")[0]
    coded = [("r", _("read it"), "read")]
    if row.state == "open":
        coded.append(("w", _("withdraw it"), "withdraw"))
    if await page.ask(letters(_("Packet for {who}").format(who=row.reader), coded)) == "withdraw":
        page.commit("packet", consulting.withdraw(row.id), [key])
        return
    await page.visit(Sentences(_("Packet for {who}").format(who=row.reader), whole(row)))


async def go_packets(page: Page) -> None:
    """The packets that wait for this person, on top of where they are."""
    from ..screens.packet import PacketList

    if any(isinstance(one, PacketList) for one in page.app.pages()):
        page.app._go(PacketList)
    else:
        page.app.push_screen(PacketList())


async def answer(page: Page, about: Packet) -> None:
    """The answer, in the editor, with the words that were kept."""
    from ..screens.packet import AnswerForm

    kept = await page.app.jotter.recall(f"packet-answer|packet:{about.id}")
    body, when = (kept.body, kept.when) if kept is not None else ("", "")
    if await page.visit(AnswerForm(about, body, when)) is not None:
        await page.finished("packet_answer", [], failed=False)


async def go_on_answering(page: Page, packet: int) -> None:
    """The same, from the words that were kept. Raises Left where the packet is gone."""
    found = await page.desk.read(consulting.mine)
    about = next((one for one in found.packets if one.id == packet), None)
    if about is None:
        page.say(_("That packet has ended or was withdrawn.") + " " + _("x throws the words away."), "warn")
        raise Left
    await answer(page, about)
