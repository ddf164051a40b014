"""Lists of cases as agencies keep them, as csv or as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

GERMAN = [
    "Fall-Nr", "Name", "Vorname", "Geburtsdatum", "Programm", "Fallführung", "Eröffnet", "Phase", "Risiko", "Telefon", "Sprache",
    "Letzter Kontakt", "Kontaktart", "Nächster Schritt", "Fällig", "Bemerkungen", "Abgeschlossen am", "Abschlussgrund",
]  # fmt: skip
AENNE: dict[str, str] = {
    "Fall-Nr": "101", "Name": "Müller", "Vorname": "Änne", "Geburtsdatum": "17.05.1980", "Programm": "Housing First",
    "Fallführung": "Ana Rossi", "Eröffnet": "2026-01-15", "Phase": "Planung", "Risiko": "hoch", "Telefon": "079 123 45 67",
    "Sprache": "Deutsch", "Letzter Kontakt": "2026-10-01", "Kontaktart": "Hausbesuch", "Nächster Schritt": "Vermieter anrufen",
    "Fällig": "2027-01-15", "Bemerkungen": "Schlüssel liegt\nbeim Nachbarn",
}  # fmt: skip
NURU = {"Fall-Nr": "102", "Name": "Haji", "Vorname": "Nuru", "Programm": "youth", "Eröffnet": "2026-03-31"}
DONE = NURU | {
    "Fall-Nr": "103",
    "Vorname": "Juma",
    "Abgeschlossen am": "2026-06-30",
    "Abschlussgrund": "Ziele erreicht",
}

CLIENTS = [
    ["Client ID", "First name", "Last name", "Program", "Opened", "Next step", "Due"],
    ["7", "Amina", "Yusuf", "housing", "2026-01-05", "Ring the landlord", "2027-01-15"],
    ["8", "Nina", "Comer", "housing", "03/04/2026"],
]


def as_csv(
    path: Path, rows: Sequence[dict[str, str]], header: Sequence[str] = GERMAN, encoding: str = "utf-8-sig"
) -> Path:
    """A csv file as a German spreadsheet writes it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def as_book(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    title: str = "Clients",
    more: dict[str, Sequence[Sequence[Any]]] | None = None,
) -> Path:
    """A workbook with a sheet, and further ones."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, listed in {title: rows, **(more or {})}.items():
        sheet = book.create_sheet(name)
        for row in listed:
            sheet.append(list(row))
    book.save(path)
    return path
