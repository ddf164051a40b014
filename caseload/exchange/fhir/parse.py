"""A file that says it is a Bundle, taken apart as JSON: what cannot be read, or says one thing twice, is refused whole with a sentence."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from ...errors import Usage
from ...messages import _
from ...text import line
from ..entire import entire

if TYPE_CHECKING:
    from pathlib import Path

Resource = dict[str, Any]

# In bytes. A case with its documents has a few; one text in it (a file in base64) may be most of that.
FILE_LIMIT = 64 * 1024 * 1024
# R4's own examples are 12 deep; contained resources and answers below answers go a little further.
DEEPEST = 60
# A number of more digits is none that anybody has counted.
_DIGITS = 18
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class _Twice(ValueError):
    """An object that has one name twice."""


class _Number(ValueError):
    """A number that is none, or is beyond measure."""


def load(path: Path) -> tuple[Resource, bytes]:
    """The object in a file, and its bytes. Raises Usage: what it is instead, or where it goes wrong."""
    name = line(path.name)
    data = _bytes(path, name)
    text = _text(data, name)
    _not_json(text, name)
    try:
        found = json.loads(
            text, object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
        )
    except RecursionError:
        raise _deep(name) from None
    except _Twice as bad:
        said = _("{file} says {what!r} twice in one place. Which one is meant is not for us to guess: export it again.")
        raise Usage(said.format(file=name, what=line(str(bad))[:40])) from None
    except _Number:
        said = _("{file} has a number that is none (NaN, infinite, or of more than {n} digits). Export it again.")
        raise Usage(said.format(file=name, n=_DIGITS)) from None
    except json.JSONDecodeError as bad:
        raise _broken(bad, text, name) from None
    if not isinstance(found, dict):
        raise Usage(_("{file} holds no Bundle: it is a list or a single value.").format(file=name))
    _not_too_deep(found, name)
    return found, data


def _bytes(path: Path, name: str) -> bytes:
    too_large = _(
        "{file} is larger than {n} MB, which is more than one case has. Ask for it without its large documents."
    )
    data = entire(path, FILE_LIMIT, too_large)
    if not data.strip():
        raise Usage(_("{file} is empty.").format(file=name))
    return data


def _text(data: bytes, name: str) -> str:
    if data[:2] in _WIDE:
        raise Usage(_("{file} is written in UTF-16. FHIR is written in UTF-8: save it so.").format(file=name))
    try:
        return data.removeprefix(_BOM).decode()
    except UnicodeDecodeError:
        said = _("{file} is not written in UTF-8, as FHIR is. Export it again, or save it as UTF-8.")
        raise Usage(said.format(file=name)) from None


def _not_json(text: str, name: str) -> None:
    begins = text[:4096].lstrip()
    if begins.startswith("<"):
        said = _("{file} is XML. Ask for the Bundle as JSON (application/fhir+json).")
        raise Usage(said.format(file=name))
    if begins.startswith("PK\x03\x04"):
        raise Usage(_("{file} is a zip. Unpack it, and name the Bundle in it.").format(file=name))


def _object(pairs: list[tuple[str, Any]]) -> Resource:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for key, _value in pairs:
            if key in seen:
                raise _Twice(key)
            seen.add(key)
    return made


def _decimal(text: str) -> Decimal:
    if len(text) > 2 * _DIGITS:
        raise _Number
    found = Decimal(text)
    if abs(found.adjusted()) > _DIGITS:
        raise _Number
    return found


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > _DIGITS:
        raise _Number
    return int(text)


def _constant(_text: str) -> NoReturn:
    raise _Number


def _broken(bad: json.JSONDecodeError, text: str, name: str) -> Usage:
    """Where it goes wrong, and what it probably is."""
    rest = text[bad.pos :].lstrip()
    if bad.msg == "Extra data" and rest.startswith("{"):
        said = _(
            "{file} holds several objects one after another (ndjson, a bulk export). Ask for one Bundle of one client."
        )
        return Usage(said.format(file=name))
    if not rest or not text.rstrip().endswith("}"):
        said = _("{file} is cut off on line {row}: it ends in the middle. Copy or export it again.")
    else:
        said = _("{file} is no JSON that can be read: it goes wrong on line {row}. Copy or export it again.")
    return Usage(said.format(file=name, row=bad.lineno))


def _not_too_deep(found: Resource, name: str) -> None:
    """Without calling itself: what is too deep must not be walked so."""
    level: list[Any] = [found]
    for _depth in range(DEEPEST):
        level = [
            below
            for one in level
            for below in (one.values() if isinstance(one, dict) else one)
            if isinstance(below, dict | list)
        ]
        if not level:
            return
    raise _deep(name)


def _deep(name: str) -> Usage:
    return Usage(_("{file} is nested too deeply to be a Bundle.").format(file=name))
