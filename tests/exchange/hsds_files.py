"""Directories of services as tests write them: tables of the first editions and objects of the third."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

Rows = list[dict[str, str]]


def tables() -> dict[str, Rows]:
    """A small directory of HSDS 1.1: two organisations, three services, one of an organisation that is not in it."""
    return {
        "organizations": [
            {"id": "1", "name": "Saint Anne", "description": "<p>Helps &amp; listens.</p>", "email": "hello@anne.example", "url": ""},
            {"id": "2", "name": "The Ark", "description": "", "email": "", "url": "https://ark.example"},
        ],
        "services": [
            {"id": "10", "organization_id": "1", "name": "Night shelter", "description": "Beds for one night.", "status": "active",
             "fees": "Free", "application_process": "Ring the bell", "eligibility": "Adults"},
            {"id": "11", "organization_id": "2", "name": "Food parcels", "description": "", "status": "", "fees": "",
             "application_process": "", "eligibility": ""},
            {"id": "12", "organization_id": "77", "name": "Legal advice", "description": "", "status": "active", "fees": "",
             "application_process": "", "eligibility": ""},
        ],
        "locations": [
            {"id": "20", "organization_id": "1", "name": "House of Anne", "latitude": "43.77", "longitude": "11.25"},
        ],
        "services_at_location": [{"id": "30", "service_id": "10", "location_id": "20"}],
        "physical_addresses": [
            {"id": "40", "location_id": "20", "address_1": "Via Roma 3", "city": "Florence", "state_province": "FL ", "postal_code": "50100"}
        ],
        "phones": [
            {"id": "", "location_id": "", "organization_id": "1", "number": "055 1", "type": "fax"},
            {"id": "", "location_id": "20", "organization_id": "", "number": "055 777", "type": "voice"},
        ],
        "regular_schedules": [
            {"service_id": "", "location_id": "20", "weekday": "Monday", "opens_at": "9:00am", "closes_at": "930 pm"},
            {"service_id": "", "location_id": "20", "weekday": "2", "opens_at": "22:00", "closes_at": "02:00"},
            {"service_id": "", "location_id": "20", "weekday": "Wednesday", "opens_at": "when open", "closes_at": ""},
        ],
        "languages": [{"id": "50", "service_id": "10", "language": "Italian"}, {"id": "51", "service_id": "10", "language": "Elvish"}],
        "taxonomy": [{"id": "60", "name": "Housing"}, {"id": "61", "name": "Emergency beds"}],
        "services_taxonomy": [
            {"id": "70", "service_id": "10", "taxonomy_id": "60"}, {"id": "71", "service_id": "10", "taxonomy_id": "61"}
        ],
        "required_documents": [{"id": "80", "service_id": "10", "document": "Identity card"}],
    }  # fmt: skip


def written(folder: Path, found: dict[str, Rows]) -> Path:
    """The folder with one csv for each table."""
    folder.mkdir(exist_ok=True)
    for name, rows in found.items():
        with (folder / f"{name}.csv").open("w", newline="") as stream:
            out = csv.DictWriter(stream, list(dict.fromkeys(key for row in rows for key in row)), restval="")
            out.writeheader()
            out.writerows(rows)
    return folder


def page(path: Path, *services: dict[str, Any], total: int = 1, number: int = 1) -> Path:
    """A page of an API of the third edition."""
    head = {"total_items": 999, "total_pages": total, "page_number": number, "last_page": number == total}
    path.write_text(json.dumps(head | {"contents": list(services)}))
    return path


def service(key: str, name: str, **more: Any) -> dict[str, Any]:
    """A service with its organisation, as the third edition nests them."""
    return {
        "id": key, "name": name, "status": "active", "minimum_age": 18, "last_modified": "2026-01-05T10:00:00Z",
        "organization": {"id": "org", "name": "The Ark", "description": "", "phones": [{"id": "p", "number": "055 1"}]},
        "schedules": [{"id": "s", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "12:30:00"}],
        "cost_options": [{"id": "c", "option": "A night", "amount": 3.5, "currency": "eur"}],
        "service_at_locations": [
            {"id": "l", "location": {"id": "x", "location_type": "physical", "name": "Ark", "addresses": [{"id": "a", "city": "Pisa"}]}}
        ],
    } | more  # fmt: skip
