"""A Bundle while it is put together: resources under addresses of their own, texts made inert, empty elements left out."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import Any

from caseload.text import block

Resource = dict[str, Any]
Reference = dict[str, str]

# Below which the addresses of rows without a uid of their own are made: the same row has the same address each time.
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:caseload:fhir")


class Draft:
    """`of` is the uid of the case; `hide` takes out of a text what is nobody else's; `names` are the workers' by their handles."""

    def __init__(self, of: str, agency: str, zone: tzinfo, names: dict[str, str], hide: Callable[[str], str]) -> None:
        self._of, self._agency, self._names, self._hide = of, agency, names, hide
        self.zone = zone
        self.resources: dict[str, Resource] = {}

    # -- resources and their addresses -----------------------------------------------------------

    def address(self, table: str, key: object) -> str:
        """The address of a row of this case that has no uid."""
        return f"urn:uuid:{uuid.uuid5(_SPACE, f'{self._of}/{table}/{key}')}"

    def put(self, kind: str, address: str, /, **fields: Any) -> Reference:
        """Put a resource in, and refer to it."""
        kept = bare(fields) or {}
        self.resources[address] = {"resourceType": kind, "id": address.rpartition(":")[2], **kept}
        return {"reference": address}

    def row(self, kind: str, table: str, key: object, /, **fields: Any) -> Reference:
        """Put in the resource of a row that has no uid."""
        return self.put(kind, self.address(table, key), **fields)

    def known(self, address: str) -> Reference | None:
        """A reference to what is in already."""
        return {"reference": address} if address in self.resources else None

    def of_row(self, table: str, key: object) -> Reference | None:
        """The same for a row without a uid."""
        return self.known(self.address(table, key)) if key is not None else None

    def agency(self) -> Reference:
        """The agency itself."""
        address = f"urn:uuid:{uuid.uuid5(_SPACE, self._agency)}"
        return self.known(address) or self.put("Organization", address, name=self.said(self._agency))

    def worker(self, handle: str | None) -> Reference | None:
        """A worker, put in where they are first spoken of."""
        if not handle:
            return None
        address = f"urn:uuid:{uuid.uuid5(_SPACE, f'{self._agency}/worker/{handle}')}"
        return self.known(address) or self.put(
            "Practitioner",
            address,
            identifier=[{"value": handle}],
            name=[{"text": self.said(self._names.get(handle) or handle)}],
        )

    # -- values ----------------------------------------------------------------------------------

    def said(self, *texts: str | None) -> str:
        """Texts below each other, inert, without the names of other clients; blank ones are left out."""
        kept = "\n".join(text for text in texts if text)
        return self._hide(block(kept)).strip() if kept else ""

    def note(self, *texts: str | None, by: str | None = None, on: date | None = None) -> list[dict[str, Any]]:
        """An Annotation, if something was said."""
        said = self.said(*texts)
        who = self.worker(by) if said else None
        return [{"authorReference": who, "time": on and on.isoformat(), "text": said}] if said else []

    def at(self, moment: datetime | None) -> str | None:
        """An instant, in the agency's time."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds") if moment is not None else None

    def held(self, text: str) -> dict[str, Any]:
        """An Attachment that holds a text."""
        data = text.encode()
        return {"contentType": "text/plain; charset=utf-8", "data": base64.b64encode(data).decode(), "size": len(data)}


def day(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None


def period(first: date | None, last: date | None) -> dict[str, str | None]:
    """A Period of days; one that would end before it began has no end (per-1)."""
    if first is not None and last is not None and last < first:
        last = None
    return {"start": day(first), "end": day(last)}


def bare(value: Any) -> Any:
    """The same without elements that are empty, as FHIR wants them; None where nothing is left."""
    if isinstance(value, dict):
        kept = {key: small for key, one in value.items() if (small := bare(one)) is not None}
        return kept or None
    if isinstance(value, list | tuple):
        found = [small for one in value if (small := bare(one)) is not None]
        return found or None
    return None if value == "" else value
