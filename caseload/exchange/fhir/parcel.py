"""A Bundle opened: its entries by address, the one client it is of, who sends it, and what its references lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _
from ...text import line
from . import edition, parse
from .parse import Resource
from .reading import moment, named, texts, things, without_social_security

if TYPE_CHECKING:
    from pathlib import Path

# How a resource says whom it is about.
_ABOUT = ("subject", "patient", "for", "individual")
# Types that say nothing of one client: whoever works, offers and asks.
NOBODYS = frozenset(
    ("Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Device", "Questionnaire", "Endpoint", "Binary",
     "Composition", "Provenance", "AuditEvent", "ValueSet", "CodeSystem")
)  # fmt: skip


_PERSONS = re.compile(r"\b(Patient|RelatedPerson|Person)/.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: its place in the Bundle (1 is the first), what it is known by from one Bundle to the next, and itself."""

    row: int
    key: str
    resource: Resource

    @property
    def kind(self) -> str:
        return str(self.resource["resourceType"])


@dataclass(slots=True)
class Parcel:
    """A Bundle as it lies open. `faults` are the entries that cannot be taken, with the element and why."""

    file: str
    data: bytes
    whole: Resource
    entries: list[Entry]
    client: Entry
    faults: list[tuple[int, str, str]]
    rows: int
    by_address: dict[str, Entry] = field(default_factory=dict)
    # How many social security numbers were in it; of these `data` alone still knows.
    numbers: int = 0

    def of(self, *kinds: str) -> Iterator[Entry]:
        """The entries of these types, in their order."""
        return (one for one in self.entries if one.kind in kinds)

    def find(self, entry: Entry, reference: Any) -> Resource | None:
        """What a reference of an entry leads to; None where it leads nowhere, or names its target in words alone."""
        address = reference.get("reference") if isinstance(reference, dict) else None
        if isinstance(address, str) and address.startswith("#"):
            inside = things(entry.resource, "contained")
            return next((one for one in inside if one.get("id") == address[1:]), None)
        there = self.entry(reference)
        return there.resource if there is not None else None

    def lost(self) -> Iterator[tuple[Entry, str]]:
        """Each reference that leads nowhere, with the entry it stands in."""
        for entry in self.entries:
            inside = {f"#{one.get('id')}" for one in things(entry.resource, "contained")} | {"#"}
            for address in dict.fromkeys(_references(entry.resource)):
                if address not in inside and _plain(address) not in self.by_address:
                    yield entry, _shown(address)

    def entry(self, reference: Any) -> Entry | None:
        """The entry that a reference leads to."""
        address = reference.get("reference") if isinstance(reference, dict) else None
        return self.by_address.get(_plain(address)) if isinstance(address, str) else None

    def who(self, entry: Entry, reference: Any) -> str:
        """Whom a reference means, as people say it: what it shows, or else the name of who is there."""
        if not isinstance(reference, dict):
            return ""
        there = self.find(entry, reference)
        shown = texts(reference, "display")
        if shown or there is None:
            return shown[0] if shown else ""
        if there.get("resourceType") == "PractitionerRole":
            return self.who(entry, there.get("practitioner")) or self.who(entry, there.get("organization"))
        return named(there)

    @property
    def stamp(self) -> str:
        """When it was made, as ISO text in UTC; nothing where it does not say."""
        return moment(self.whole.get("timestamp"))

    def sender(self) -> str:
        """Who sends it: the agency that keeps the client's record, else the one that keeps the case, else who put it together."""
        for entry in (self.client, *self.of("EpisodeOfCare", "ServiceRequest", "Provenance", "Composition")):
            told = entry.resource
            asked = [told.get(name) for name in ("managingOrganization", "requester", "custodian")]
            asked += [one.get("onBehalfOf") or one.get("who") for one in things(told, "agent")]
            for reference in asked:
                if said := self.who(entry, reference):
                    return said
        return next((named(one.resource) for one in self.of("Organization") if named(one.resource)), "")


def opened(path: Path) -> Parcel:
    """The Bundle in a file. Raises Usage where it is none of R4, or not of one client alone."""
    found, data = parse.load(path)
    file = line(path.name)
    edition.bundle(found, file)
    # Never taken: gone before anything is read.
    found, numbers = without_social_security(found)
    listed: list[Any] = found["entry"]
    faults: list[tuple[int, str, str]] = []
    entries: list[Entry] = []
    addresses: dict[str, Entry] = {}
    keys: dict[str, int] = {}
    for row, one in enumerate(listed, 1):
        resource = one.get("resource")
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            faults.append((row, "resource", _("holds no resource: nothing can be taken of it")))
            continue
        request = one.get("request")
        if isinstance(request, dict) and request.get("method") in ("DELETE", "GET", "HEAD"):
            faults.append((row, "request", _("asks for something to be read or taken away: a Bundle only brings")))
            continue
        entry = Entry(row, _key(one, resource), resource)
        if entry.key in keys:
            said = _("has the address of entry {row}: two resources cannot be one").format(row=keys[entry.key])
            faults.append((row, "fullUrl", said))
            continue
        keys[entry.key] = row
        entries.append(entry)
        for address in _addresses(one, resource):
            addresses.setdefault(address, entry)
    client = _client(entries, file)
    parcel = Parcel(file, data, found, entries, client, faults, len(listed), addresses, numbers)
    _strangers(parcel)
    return parcel


def _client(entries: list[Entry], file: str) -> Entry:
    patients = [one for one in entries if one.kind == "Patient"]
    if not patients:
        raise Usage(
            _("{file} names no client: it has no Patient. Ask for the Bundle of the whole case.").format(file=file)
        )
    if len(patients) > 1:
        said = _("{file} is of {n} clients. Who of them is referred is not for us to guess: ask for a Bundle of each.")
        raise Usage(said.format(file=file, n=len(patients)))
    return patients[0]


def _key(entry: Resource, resource: Resource) -> str:
    """What a resource is known by from one Bundle to the next: its address at the server it lives on, else its id; an address that was made
    for this Bundle alone only where it has nothing else."""
    full, own = entry.get("fullUrl"), resource.get("id")
    if isinstance(full, str) and full.startswith(("http://", "https://")):
        return line(_plain(full))[:400]
    kind = resource["resourceType"]
    if isinstance(own, str) and own:
        return line(f"{kind}/{own}")[:400]
    return line(full)[:400] if isinstance(full, str) and full else f"{kind}/{_print_of(resource)}"


def _print_of(resource: Resource) -> str:
    import hashlib
    import json

    text = json.dumps(resource, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _addresses(entry: Resource, resource: Resource) -> Iterator[str]:
    full, own, kind = entry.get("fullUrl"), resource.get("id"), resource["resourceType"]
    if isinstance(full, str) and full:
        yield _plain(full)
        if full.startswith(("http://", "https://")):
            yield "/".join(_plain(full).rsplit("/", 2)[-2:])
    if isinstance(own, str) and own:
        yield f"{kind}/{own}"
        yield f"urn:uuid:{own}"


def _plain(address: str) -> str:
    """An address without the version of what stands there."""
    return address.partition("/_history/")[0].strip()


def _shown(address: str) -> str:
    """An address as it may be told: of a person, and of a search for one, no more than that, since it may have their name in it."""
    return line(_PERSONS.sub("\\1/\u2026", address.partition("?")[0]))[:120]


def _strangers(parcel: Parcel) -> None:
    """What is about somebody else than the client, or about nobody who is here, is not taken: it would stand in the wrong record."""
    kept = []
    for entry in parcel.entries:
        if entry is parcel.client or entry.kind in NOBODYS:
            kept.append(entry)
            continue
        about = next((entry.resource[name] for name in _ABOUT if isinstance(entry.resource.get(name), dict)), None)
        if about is not None and "reference" in about and parcel.entry(about) is not parcel.client:
            there = parcel.entry(about)
            if there is None:
                address = _shown(str(about["reference"]))
                why = _("is about somebody who is not in this Bundle: {address}").format(address=address)
            else:
                why = _("is not about the client, but about entry {row}").format(row=there.row)
            parcel.faults.append((entry.row, "subject", why))
            continue
        kept.append(entry)
    parcel.entries = kept


def _references(resource: Resource) -> Iterator[str]:
    """Every address that a resource refers to, at any depth."""
    left: list[Any] = [resource]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            address = one.get("reference")
            if isinstance(address, str) and address:
                yield address
            left += one.values()
        elif isinstance(one, list):
            left += one
