"""The forms of the directory: a service and a provider, added or set right. Saving one says that it was made sure of today."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...casework import amounts, directory, opening
from ...errors import CaseloadError, Usage
from ...messages import _
from .. import referring, scribbles
from .asking import Asked, Asking
from .correcting import Correcting, Stands

if TYPE_CHECKING:
    from ...casework.finder import ProviderRow, ServiceRow
    from ...store.database import Receipt
    from ..verbs import Doing

_PROSE = 2_000
_NUMBERS = ("age_from", "age_to", "capacity", "answer_days")
_AMOUNTS = ("income_cents", "cost_cents")
_LISTS = ("languages", "residence")


def _service(new: bool) -> tuple[Asked, ...]:
    hint = _("its name or number in the directory; P adds one")
    whose = (Asked("provider", _("Provider"), hint, whole=True),) if new else ()
    return (
        *whose,
        Asked("name", _("Service"), _("what it is called there")),
        Asked("domain", _("For"), _("a domain of need, as in: housing, legal, mental_health")),
        Asked("about", _("About"), _("what it is, in words"), limit=_PROSE),
        Asked("place", _("Place"), _("where it is not at the provider's")),
        Asked("hours", _("Open"), _("mon-fri 9-12:30 14-17, sat 9-12"), limit=500),
        Asked("languages", _("Languages"), _("their codes, as in: it, en")),
        Asked("age_from", _("From age"), _("the lowest, in years")),
        Asked("age_to", _("To age"), _("the highest, in years")),
        Asked("residence", _("Residents of"), _("places, with commas between")),
        Asked("income_cents", _("Income up to"), _("a month, as in: 900 or 900.50")),
        Asked("eligibility", _("Who it is for"), _("what else it asks for, in words"), limit=_PROSE),
        Asked("bring", _("Bring"), _("what to bring along"), limit=500),
        Asked("cost", _("Costs"), _("in words"), limit=500),
        Asked("cost_cents", _("Price"), _("as in: 12.50")),
        Asked("capacity", _("Places"), _("how many it takes")),
        Asked("answer_days", _("Answers in"), _("days; empty: as the program says")),
    )


def _provider() -> tuple[Asked, ...]:
    return (
        Asked("name", _("Provider"), _("what it is called")),
        Asked("about", _("About"), _("what it is, in words"), limit=_PROSE),
        Asked("place", _("Place"), _("the town, as places are called")),
        Asked("address", _("Address"), _("street and number"), limit=500),
        Asked("phone", _("Phone"), "", limit=500),
        Asked("email", _("Mail"), "", limit=500),
        Asked("url", _("Page"), "", limit=500),
    )


class Keeping(Asking):
    """What the forms have in common."""

    command = ""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """What is typed, as the practice takes it. Raises Usage, with the cursor on the field it is about."""
        found: dict[str, Any] = {}
        for name, text in typed.items():
            try:
                found[name] = self._read(name, text)
            except CaseloadError:
                self.back_to(name)
                raise
        return found

    def _read(self, name: str, text: str) -> Any:
        if name == "hours":
            return opening.read(text)
        if name in _LISTS:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        if name in _AMOUNTS:
            return amounts.cents(self.called(name), text) if text else None
        if name in _NUMBERS:
            if text and not re.fullmatch(r"[0-9]{1,7}", text, re.ASCII):
                raise Usage(_("{what} is a whole number.").format(what=self.called(name)))
            return int(text) if text else None
        return text

    def called(self, name: str) -> str:
        return next(one.label for one in self.asked if one.name == name)


class _Adding(Keeping):
    """Something that was not in the directory."""

    async def save(self, command: str) -> None:
        receipt: Receipt = await self.write(self.command, self.work(), [], words=(self.place, self.text()))
        self.dismiss(receipt)
        self.app.say_done(receipt)

    @abstractmethod
    def work(self) -> Doing:
        """What the practice is to do. Raises Usage, with the cursor on the field it is about."""


class ServiceForm(_Adding):
    """A service that was not in the directory."""

    command = "service_new"

    def __init__(self, kept: scribbles.Kept | None, provider: str = "") -> None:
        super().__init__(
            "service|directory:0", _(" A service for the directory"), _service(True), kept, {"provider": provider}
        )

    def work(self) -> Doing:
        typed = {one.name: self.value(one.name) for one in self.asked if one.name != "provider"}
        return referring.add_service(self.value("provider"), self.read(typed), self.place)


class ProviderForm(_Adding):
    """A provider that was not in the directory."""

    command = "provider_new"

    def __init__(self, kept: scribbles.Kept | None) -> None:
        super().__init__("provider|directory:0", _(" A provider for the directory"), _provider(), kept)

    def work(self) -> Doing:
        new = directory.NewProvider(**self.read({one.name: self.value(one.name) for one in self.asked}))
        return referring.add_provider(new, self.place)


class _Righting(Correcting, Keeping):
    """An entry of the directory as it stands, to be set right."""

    def changed(self, changes: dict[str, str]) -> dict[str, object]:
        return {**self.read(changes), "checked": True}

    def called(self, name: str) -> str:
        return Keeping.called(self, name)

    async def save(self, command: str) -> None:
        await Correcting.save(self, command)

    async def finished(self, command: str, keys: Any, *, failed: bool) -> None:
        """No case was changed."""


class ServiceEdit(_Righting):
    """A service of the directory."""

    command = "service_edit"

    def __init__(self, now: ServiceRow, kept: scribbles.Kept | None) -> None:
        super().__init__(f"service-{now.id}|directory:{now.id}", f" {now.name}, {now.provider}", _service(False), None)
        self.key, self.number, self.same = now.id, now.name, _("Nothing of the service is different.")
        self.begin(_service_stands(now), kept)

    async def stands(self) -> Stands:
        return _service_stands(await self.desk.read(referring.service, self.key))

    def correction(self, changes: dict[str, str]) -> Doing:
        return referring.edit_service(self.key, self.changed(changes), self.version, self.place)


class ProviderEdit(_Righting):
    """A provider of the directory."""

    command = "provider_edit"

    def __init__(self, now: ProviderRow, kept: scribbles.Kept | None) -> None:
        super().__init__(f"provider-{now.id}|directory:{now.id}", f" {now.name}", _provider(), None)
        self.key, self.number, self.same = now.id, now.name, _("Nothing of the provider is different.")
        self.begin(_provider_stands(now), kept)

    async def stands(self) -> Stands:
        return _provider_stands(await self.desk.read(referring.provider, self.key))

    def correction(self, changes: dict[str, str]) -> Doing:
        return referring.edit_provider(self.key, self.changed(changes), self.version, self.place)


def _service_stands(now: ServiceRow) -> Stands:
    found = {
        "name": now.name, "domain": now.domain or "", "about": now.about, "place": now.own_place, "hours": opening.written(now.hours),
        "languages": ", ".join(now.languages), "residence": ", ".join(now.residence), "eligibility": now.eligibility,
        "bring": now.bring, "cost": now.cost,
    }  # fmt: skip
    found |= {name: "" if getattr(now, name) is None else str(getattr(now, name)) for name in _NUMBERS}
    found |= {name: amounts.shown(getattr(now, name)) for name in _AMOUNTS}
    return Stands(now.version, found)


def _provider_stands(now: ProviderRow) -> Stands:
    return Stands(now.version, {one.name: str(getattr(now, one.name)) for one in _provider()})
