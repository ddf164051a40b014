"""What a file that somebody brings is, told by what is in it and never by what it is called: for whoever does not know formats."""

from __future__ import annotations

import os
import zipfile
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import Usage
from ..messages import _
from .archive import DAMAGE
from .hsds.read import STEMS
from .importer import FORMATS
from .rejects import FILE_COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable

# So much of a file is looked at, and so many names in a folder or an archive.
_HEAD = 64 * 1024
_NAMES = 10_000
# Files that only an HMIS export has, and tables that only a directory of services has.
_HMIS = {"export.csv", "enrollment.csv"}
_HSDS = {f"{stem}.{ending}" for stem in STEMS if STEMS[stem] in ("organizations", "services") for ending in ("csv", "json")}  # fmt: skip
_SHEET = {"workbook.xml", "[content_types].xml", "content.xml"}


def kind_of(path: Path) -> str:
    """The name of the format (`sheet`, `hmis`, `ics`, `hsds`) that a file or folder is likeliest in. What it cannot tell is a sheet, whose
    reader says what is wrong with it. Raises Usage where there is nothing at that place, or nothing that can be read."""
    try:
        if path.is_dir():
            return _by_names(_in_folder(path), path.name)
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise Usage(_("There is no file or folder at that place.")) from None
    except (OSError, ValueError) as bad:
        why = getattr(bad, "strerror", None) or _("it cannot be opened")
        raise Usage(_("That file cannot be read: {why}.").format(why=why)) from None
    if head.startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as archive:
                return _by_names(islice(archive.namelist(), _NAMES), path.name)
        except DAMAGE:
            return "sheet"
    return _by_text(head)


def _in_folder(path: Path) -> Iterable[str]:
    for _home, folders, files in islice(os.walk(path), _NAMES):
        folders[:] = [one for one in folders if not one.startswith((".", "__MACOSX"))]
        yield from files


def _by_names(names: Iterable[str], shown: str) -> str:
    found = {PurePosixPath(name.replace("\\", "/")).name.lower() for name in names}
    if found & _SHEET:
        return "sheet"
    if found & _HMIS:
        return "hmis"
    if found & _HSDS or any(name.endswith(".json") for name in found):
        return "hsds"
    if not any(name.endswith((".csv", ".tsv", ".txt")) for name in found):
        raise Usage(
            _("{file} holds nothing that can be brought in: no list, no export, no directory.").format(file=shown)
        )
    return "sheet"


def _by_text(head: bytes) -> str:
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = head.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip("\ufeff \t\r\n")
    if text[:15].upper() == "BEGIN:VCALENDAR":
        return "ics"
    if text[:1] in ("{", "["):
        return _of_json(text)
    header, _rest, rows = text.partition("\n")
    # Our own file of rejected rows, mended: those of an HMIS export have its Export.csv among them.
    if FILE_COLUMN in header and any(row.startswith("Export.csv,") for row in rows.split("\n")):
        return "hmis"
    return "sheet"


def _of_json(text: str) -> str:
    if '"resourceType"' not in text:
        return "hsds"
    if "fhir" in FORMATS and '"Questionnaire"' not in text:
        return "fhir"
    raise Usage(_("That is a FHIR file. A questionnaire of yours is brought by: caseload import questionnaire FILE"))
