"""Packets: looking a masked case over before a consultant reads it; and for the consultant, their list, the text and the answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from ...errors import CaseloadError, Usage
from ...messages import _
from ...text import clip
from .. import consulting, days
from ..commands import PACKET
from ..draw import run
from ..prompts import Option, Pick, Words
from ..talk import Left
from ..widgets.sheet import BLANK, Item
from .note import NotePage, Subject
from .reading import Asked

if TYPE_CHECKING:
    from ...casework.packets import Packet

# So much of what the mask finds fits on the line that asks about it.
_NAMED = 36
# Seconds between two questions whether what is shown may still be read: of an end by the calendar nobody hears, and on a server
# a consultant hears of no change in a case out of their sight.
STILL = 15.0


class Text(NotePage):
    """A text in the editor of a note, that is no note. `drawn_up` is what stood there before anything was typed."""

    HINTS: ClassVar[tuple[str, ...]] = ("save", "editor", "leave")

    def __init__(self, subject: Subject, title: str, text: str, kept: str, drawn_up: str = "") -> None:
        super().__init__(subject, text, kept)
        self.title_words, self.drawn_up = title, drawn_up.strip()

    def caption(self) -> str:
        return self.title_words

    def is_blank(self) -> bool:
        return self.text().strip() in ("", self.drawn_up)

    async def do_save_sign(self) -> None:
        await self._save("save")


class PacketForm(Text):
    """A case without identity, to be looked over. Ctrl-S asks whom it is for, until when and what, and stores it."""

    def __init__(self, subject: Subject, text: str, kept: str) -> None:
        title = _("Packet of {number}: look it over").format(number=subject.number)
        super().__init__(subject, title, text, kept, drawn_up="" if kept else text)
        self._to, self._until = "", ""

    def on_mount(self) -> None:
        if not self.kept:
            from ...casework.masking import statement

            self.say(statement(), "warn")

    async def save(self, command: str) -> None:
        from ...casework.packets import NewPacket
        from ..acts.speaking import words_at

        key, text = self.subject.key, self.text()
        if not text.strip():
            raise Usage(_("There is nothing in it to read."))
        anyway = await self._looked_over(text, "")
        reader = await self._reader()
        until = await self._last_day()
        place = f"packet-question|case:{key}"
        asks: Words[str] = Words(
            _("What do you ask {who}:").format(who=reader), hint=_("no names here either; may be empty"), limit=2_000
        )
        question, typed = await words_at(self, asks, place)
        anyway = anyway or (question.strip() and await self._looked_over("", question)) or ""
        if typed is not None:
            with suppress(CaseloadError):  # what is kept later than the act would outlive it
                await self.app.jotter.flush(*typed)
        new = NewPacket(key, reader, until, text, question, anyway, scratch=(self.place, place))
        receipt = await self.write("packet", consulting.approve(new), [key], words=(self.place, text))
        with suppress(CaseloadError):
            await self.app.jotter.flush(place, "")
        self.dismiss(receipt)
        called = (receipt.data or {}).get("called")  # a lost answer left it unknown
        said = _("{done}; {who} calls it {called}").format(done=receipt.words, who=reader, called=called)
        # How somebody calls a case is said to who asks them, and kept in no record of the act.
        self.app.say_done(replace(receipt, words=said) if called else receipt)

    async def _looked_over(self, text: str, question: str) -> str:
        """Why what the mask still finds stays; nothing where it finds nothing. Raises Left, to take it out."""
        found = await self.desk.read(consulting.left, self.subject.key, text, question)
        if not found:
            return ""
        named = ", ".join(dict.fromkeys(one.words for one in found))
        label = _("Still in it: {named}. It stays, because:").format(named=clip(named, _NAMED))

        def reason(words: str) -> str:
            if not words.strip():
                raise Usage(_("Give a reason, or Esc and take it out."))
            return words.strip()

        try:
            return await self.ask(Words(label, reads=reason, hint=_("a reason, or Esc takes it out")))
        except Left:
            self.say(", ".join(f"{one.words} ({one.where})" for one in found), "warn")
            raise

    async def _reader(self) -> str:
        found = await self.desk.read(consulting.colleagues)
        options = [
            Option(one.handle, one.handle, " · ".join(p for p in (one.name, one.role, one.team) if p), one.name)
            for one in found
        ]
        options.sort(key=lambda one: one.value != self._to)
        self._to = await self.ask(Pick(_("Who reads it:"), options=options, hint=_("type to find them")))
        return self._to

    async def _last_day(self) -> date:
        from ...casework.packets import MOST_DAYS
        from ..acts.speaking import reader

        today = self.app.today
        assert today is not None

        def read(text: str) -> date:
            day, rest = days.read_day(text, today)
            if rest:
                raise Usage(_("A day and nothing else."))
            if (day - today).days > MOST_DAYS:
                raise Usage(_("At most {n} days ahead.").format(n=MOST_DAYS))
            return day

        question: Words[date] = Words(
            _("Until:"), reads=read, echo=reader(read, lambda day: days.shown(day, today)),
            hint=_("the last day it can be read: 2w, fri, 24 dec; at most {n} days").format(n=MOST_DAYS),
        )  # fmt: skip
        question.line.insert(self._until, 40)
        found = await self.ask(question)
        self._until = question.line.text
        return found


class AnswerForm(Text):
    """What a consultant says to a packet. Stored, it stands with the case and is never altered."""

    def __init__(self, packet: Packet, text: str, kept: str) -> None:
        place = f"packet-answer|packet:{packet.id}"
        title = _("Answer to {author} about {called}").format(author=packet.author, called=packet.called)
        super().__init__(Subject(0, packet.called, "narrative", place), title, text, kept)
        self.packet = packet.id

    async def save(self, command: str) -> None:
        text = self.text()
        work = consulting.answer(self.packet, text, self.place)
        receipt = await self.write("packet_answer", work, words=(self.place, text))
        self.dismiss(receipt)
        self.app.say_done(receipt)


class PacketPages(Asked):
    """What the list and the text have in common: nothing on them leads to a case."""

    PLACE = PACKET

    def heading(self) -> str:
        return _(" Packets for you")

    @property
    @abstractmethod
    def packet(self) -> Packet | None:
        """The packet that keys are about."""

    def chosen(self) -> Packet:
        """The packet that keys are about. Raises Left, having said so, where there is none."""
        if self.packet is None:
            self.say(_("There is no packet here."), "warn")
            raise Left
        return self.packet

    def do_refresh(self) -> None:
        self.start(self.reread())

    async def came_back(self) -> None:
        await self.reread()

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed and self.is_attached:
            await self.reread()

    async def do_copy(self) -> None:
        """What the case is called here. There is nothing else of it to copy."""
        found = self.chosen()
        self.app.copy_to_clipboard(found.called)
        self.say(_("Copied {name}.").format(name=found.called), "good")

    async def do_packet_answer(self) -> None:
        from ..acts.consulting import answer

        await answer(self, self.chosen())


class PacketList(PacketPages):
    """The packets one may read today, those still to be answered first."""

    HINTS: ClassVar[tuple[str, ...]] = ("open", "packet_answer", "down", "refresh", "back", "palette", "help")

    async def reread(self) -> None:
        await self.app.opened()
        found = await self.desk.read(consulting.mine, channel=f"packets-{id(self)}")
        self.app.standing, today = found.standing, found.standing.today
        n = sum(one.answered is None for one in found.packets)
        self.head.show((run(_(" Packets for you")),), (), (run(_("{n} to answer ").format(n=n)),))
        nothing = [
            Item(((_("  Nobody asks you anything just now."), "good"),)),
            Item(((_("  A packet is gone on the day after its last, or when it is withdrawn."), "dim"),)),
        ]
        at = self.sheet.at if self.sheet.items and found.packets else None
        items = [_item(one, today) for one in found.packets] or nothing
        self.sheet.show(items, at=at if at is None else min(at, len(items) - 1), top=at is None)
        self.tell()

    @property
    def packet(self) -> Packet | None:
        found: Packet | None = self.sheet.value
        return found

    async def do_open(self) -> None:
        await self.visit(PacketPage(self.chosen().id))
        await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        await self.reread()


class PacketPage(PacketPages):
    """One packet, whole. Opening it is on record with its case; reading it again is, too."""

    HINTS: ClassVar[tuple[str, ...]] = ("packet_answer", "down", "page_down", "back", "palette", "help")

    def __init__(self, packet: int) -> None:
        super().__init__()
        self._packet_id = packet
        self._found: Packet | None = None

    def on_mount(self) -> None:
        self.set_interval(STILL, lambda: self.start(self.still()))

    @property
    def packet(self) -> Packet | None:
        return self._found

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        await self.still()

    async def still(self) -> None:
        """Asks whether it may still be read, which is no look; what may not goes with its words."""
        if self._found is None or self.app.away:
            return
        mine = await self.desk.read(consulting.mine)
        if self.is_attached and all(one.id != self._packet_id for one in mine.packets):
            self._blank()
            self.say(_("That packet has ended or was withdrawn."), "warn")
            self.tell()

    def _blank(self) -> None:
        self._found = None
        self.sheet.show(())

    async def reread(self) -> None:
        try:
            found, today = await self.desk.fetch(lambda db: consulting.open_packet(db, self._packet_id))
        except Usage:
            self._blank()  # it has ended meanwhile: its words go with it
            raise
        self._found = found
        self.head.show(
            (run(f" {found.called}"),),
            (),
            (run(_("{who} asks · until {day} ").format(who=found.author, day=days.shown(found.until, today))),),
        )
        written = _(" As it was approved {day}").format(day=days.shown(found.on, today))
        said = (
            _(" Answered {when}. n adds to it.").format(when=days.shown(found.answered.date(), today))
            if found.answered
            else ""
        )
        answered = (BLANK, Item(((said, "good"),))) if said else ()
        items = (*_laid_out(found.question, found.text or "", written), *answered)
        self.sheet.show(items)
        self.tell()

    async def do_open(self) -> None:
        self.say(_("n answers it, Esc goes back."), "dim")


def _item(one: Packet, today: date) -> Item:
    head = (
        run(one.called, "strong"),
        run(_("  {who} asks · until {day}").format(who=one.author, day=days.shown(one.until, today))),
    )
    when = _("answered ") if one.answered is not None else _("to answer ")
    return Item(
        head, one.question, value=one, right=(run(when, "dim" if one.answered else "warn"),), indent=4, prose=True
    )


def whole(row: Any) -> tuple[Item, ...]:
    """A packet as those read it again who work with its case: the question and the text."""
    return _laid_out(row.question or "", row.text or "", _(" The text"))


def _laid_out(question: str, text: str, title: str) -> tuple[Item, ...]:
    """Further in than any line of ours, so that no line of theirs reads as one."""
    asked = (Item(((_(" Asked"), "title"),), question, indent=4, prose=True), BLANK) if question else ()
    return (*asked, Item(((title, "title"),), text, indent=4, prose=True))
