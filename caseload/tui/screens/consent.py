"""Recording a signed consent or setting one right, and recording what was told: what the law asks of each, one question a line."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ...casework.consents import KINDS, SIGNERS, NewConsent, unsigned
from ...casework.disclosures import NewDisclosure
from ...casework.permits import BASES
from ...errors import CaseloadError, Usage
from ...messages import _
from .. import days, permitting, scribbles
from .asking import Asked, Asking
from .correcting import Correcting, Stands

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...casework.consents import ConsentRow
    from ...store.database import Receipt
    from ..verbs import Doing

# A text of some length on one line.
_PROSE = 2_000


class Telling(Asking):
    """What the two forms have in common."""

    def __init__(
        self, form: str, title: str, key: int, asked: tuple[Asked, ...], kept: scribbles.Kept | None,
        filled: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{form}|case:{key}", title, asked, kept, filled)
        self.key, self.command = key, form

    async def save(self, command: str) -> None:
        receipt: Receipt = await self.write(self.command, self.work(), [self.key], words=(self.place, self.text()))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    @abstractmethod
    def work(self) -> Doing:
        """What the practice is to do. Raises Usage, with the cursor on the field it is about."""

    def kinds(self) -> tuple[str, ...]:
        return tuple(self.coded("kinds").split(","))

    def ending(self) -> tuple[str, bool]:
        """The event that a consent ends with, and whether that is the closing of its case."""
        event = self.value("event")
        closed = event.casefold() in ("closed", _("closed"))
        return "" if closed else event, closed

    def day(self, name: str, *, ahead: bool) -> date | None:
        """The day typed there, None where nothing is. A day that has been is written whole, or is today."""
        text, today = self.value(name), self.app.today
        assert today is not None
        if not text:
            return None
        try:
            past = days.read_past_day(text)
            found, rest = (past, "") if past is not None else days.read_day(text, today)
            if rest or (not ahead and found > today):
                raise Usage(_("A day that has been: today, 2026-11-24 or 24 nov 2026."))
        except CaseloadError:
            self.back_to(name)
            raise
        return found


def _form() -> tuple[Asked, ...]:
    """The nine elements of 42 CFR 2.31; the first, whose record it is, is the case."""
    return (
        Asked("recipient", _("To whom"), _("the person or body that may be told, as on the form")),
        Asked("kinds", _("About"), "", KINDS, many=True),
        Asked("what", _("What"), _("what may be told, in words"), limit=_PROSE),
        Asked("purpose", _("For what"), _("what it is told for"), limit=_PROSE),
        Asked("until", _("Last day"), _("a day ahead: 1 jun, 26w, 2027-06-01; empty where the form names none")),
        Asked("event", _("Or until"), _("closed: with the case; or what it waits for, in words")),
        Asked("signed", _("Signed on"), _("today, 2026-11-24 or 24 nov 2026"), usual="today"),
        Asked("signer", _("Signed by"), "", SIGNERS, "client"),
        Asked("signer_name", _("Their name"), _("where it was not the client who signed")),
        Asked("discloser", _("Who tells"), _("empty: the agency")),
        Asked("revocable", _("Taken back"), _("how, as the form says; empty: in writing to the agency"), limit=500),
    )


class ConsentForm(Telling):
    """A form that was signed. One that is signed anew is `like` the one before in whom it lets be told, and about what."""

    def __init__(self, key: int, number: str, kept: scribbles.Kept | None, like: ConsentRow | None = None) -> None:
        filled = {"recipient": like.recipient or "", "kinds": ", ".join(like.kinds)} if like is not None else {}
        super().__init__("consent", _(" Consent in {number}").format(number=number), key, _form(), kept, filled)

    def work(self) -> Doing:
        event, closed = self.ending()
        new = NewConsent(
            self.key, self.value("recipient"), self.kinds(), self.value("what"), self.value("purpose"),
            until=self.day("until", ahead=True), until_closed=closed, event=event,
            signed=self.day("signed", ahead=False), signer=self.coded("signer"), signer_name=self.value("signer_name"),
            discloser=self.value("discloser"), revocable=self.value("revocable"), scratch=self.place,
        )  # fmt: skip
        return permitting.give(new)


class AmendForm(Correcting, Telling):
    """A consent as it stands, to be set right where it was copied wrongly from the form."""

    def __init__(self, key: int, number: str, now: ConsentRow, kept: scribbles.Kept | None) -> None:
        title = _(" Consent #{id} in {number}, as on the form").format(id=now.id, number=number)
        super().__init__(f"consent-amend-{now.id}", title, key, _form(), None)
        self.number, self.consent, self.command = number, now.id, "amend"
        self.same = _("Nothing of the consent is different.")
        self.begin(_stands(now), kept)

    def work(self) -> Doing:
        return self.correction(self.changes())

    def called(self, name: str) -> str:
        return next(one.label for one in self.asked if one.name == name)

    async def stands(self) -> Stands:
        return _stands(await self.desk.read(permitting.as_it_stands, self.key, self.consent))

    def correction(self, changes: dict[str, str]) -> Doing:
        if changes.get("signed") == "":
            self.back_to("signed")
            raise Usage(unsigned())
        event, closed = self.ending()
        read: dict[str, Callable[[], object]] = {
            "kinds": self.kinds, "signer": lambda: self.coded("signer"),
            "until": lambda: self.day("until", ahead=True), "signed": lambda: self.day("signed", ahead=False),
        }  # fmt: skip
        found: dict[str, object] = {name: read[name]() if name in read else text for name, text in changes.items()}
        if "event" in changes:
            found |= {"event": event, "until_closed": closed}
        return permitting.amend(self.consent, found, self.version, self.place)


def _stands(now: ConsentRow) -> Stands:
    day = now.last_day.isoformat() if now.last_day is not None else ""
    event = _("closed") if now.ends_with == "case_closed" else now.event or ""
    values = {
        "recipient": now.recipient, "kinds": ",".join(now.kinds), "what": now.what, "purpose": now.purpose, "until": day,
        "event": event, "signed": now.signed.isoformat(), "signer": now.signer, "signer_name": now.signer_name,
        "discloser": now.discloser, "revocable": now.revocable,
    }  # fmt: skip
    return Stands(now.version, {name: text or "" for name, text in values.items()})


class DisclosureForm(Telling):
    """What was told, and on which ground."""

    def __init__(self, key: int, number: str, kept: scribbles.Kept | None) -> None:
        asked = (
            Asked("recipient", _("To whom"), _("the person or body that was told, as their consent names them")),
            Asked("address", _("Address"), _("where they are, if it is known")),
            Asked("kinds", _("About"), "", KINDS, many=True),
            Asked("what", _("What"), _("what was told, in words"), limit=_PROSE),
            Asked("purpose", _("For what"), _("what it was told for"), limit=_PROSE),
            Asked("basis", _("Basis"), "", BASES, "consent"),
            Asked("consulted", _("Consulted"), _("of an exception: with whom you spoke about it; nobody is an answer")),
            Asked("told", _("Client told"), _("of an exception: yes or no"), ("yes", "no")),
            Asked("untold", _("If not, why"), _("why the client was not told"), limit=_PROSE),
            Asked("on", _("Day"), _("today, 2026-11-24 or 24 nov 2026"), usual="today"),
        )
        super().__init__("disclose", _(" Told in {number}").format(number=number), key, asked, kept)

    def work(self) -> Doing:
        told = {"yes": True, "no": False}[self.coded("told")] if self.value("told") else None
        new = NewDisclosure(
            self.key, self.value("recipient"), self.kinds(), self.value("what"), self.value("purpose"),
            basis=self.coded("basis"), address=self.value("address"), consulted=self.value("consulted"),
            client_told=told, untold=self.value("untold"), on=self.day("on", ahead=False), scratch=self.place,
        )  # fmt: skip
        return permitting.tell(new)
