"""What gives people away in free text besides their names: dates, numbers, addresses, links, places. Patterns only; what is
known of a case is in `masking`. They err towards too much: a lost word costs less than a found client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from ..messages import _

# A piece of text, and whether it is settled: what stands for something masked is never looked at again.
Piece = tuple[str, bool]

_MONTHS = (
    "january jan gennaio enero janvier januar", "february feb febbraio febrero fevrier février februar",
    "march mar marzo mars märz", "april apr aprile abril avril", "may maggio mayo mai", "june jun giugno junio juin juni",
    "july jul luglio julio juillet juli", "august aug agosto août", "september sep sept settembre septiembre septembre",
    "october oct ottobre octubre octobre oktober", "november nov novembre noviembre", "december dec dicembre diciembre décembre dezember",
)  # fmt: skip
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")\b\.?"
# Month names that are no other word, alone and with a capital.
_ALONE = "|".join(word.capitalize() for word in _MONTH_OF if len(word) > 4 and word not in ("march", "mars"))

_NTH = r"(?:st|nd|rd|th|\.|º)?"
_BY_NAME = rf"(?<!\w)\d{{1,2}}{_NTH}\s{{1,3}}(?:of\s|de\s|di\s)?{_MONTH}(?:,?\s{{1,3}}(?:de\s|del\s)?\d{{4}}\b)?"
_NAME_FIRST = rf"(?<!\w){_MONTH}\s{{1,3}}(?:\d{{4}}\b|\d{{1,2}}(?!\d){_NTH}(?:,?\s{{1,3}}\d{{4}}\b)?)"
_YEAR_FIRST = r"(?<![\w-])\d{4}([-./])\d{1,2}\1\d{1,2}(?!\d)"
_YEAR_LAST = r"(?<!\w)\d{1,2}([-./])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)"

_STREET = "Street|Avenue|Road|Lane|Drive|Boulevard|Square|Terrace|Crescent|Highway|Court|Close|Way|Place"
_HOUSE = "School|Hospital|Clinic|Church|Mosque|Temple|University|College|Shelter|Centre|Center|Prison|Library|Hotel|Park|Hostel"
_BODY = r"Inc|Ltd|LLC|GmbH|SpA|Srl|Company|Foundation|Agency|Services|Association|Council"
_NAME = r"[^\W\d_a-z][\w'’.-]{0,40}"
_CAPITAL = _NAME + r"[ \t]{1,3}"
_OF = "(?:di|dei|della|delle|del|de|la|le|les|du|des)"
_SHORT = r"St|Ave|Rd|Ln|Dr|Blvd|Hwy|Ct|Pl"
_VIA = r"Via|Viale|Piazza|Piazzale|Corso|Vicolo|Largo|Rue|Avenue|Boulevard|Calle|Avenida|Plaza|Rua|Ulica"


def tag(words: str) -> str:
    """What stands for something masked."""
    return f"[{words}]"


@cache
def tag_words() -> tuple[str, ...]:
    """All that may stand in a tag, but for relative dates."""
    kinds = (
        _("client"), _("relative"), _("professional"), _("person"), _("phone"), _("email"), _("link"), _("number"), _("case"),
        _("date"), _("year"), _("place"), _("organisation"), _("contact"),
        _("participant"),
    )  # fmt: skip
    return (*kinds, *(word.lower() for word in (_STREET + "|" + _HOUSE).split("|")), "*")


def relative(day: date, today: date) -> str:
    """How far a day is, the coarser the farther: to the day for sixty days, then in months, then in years."""
    gap = (today - day).days
    if gap in (0, 1, -1):
        return {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}[gap]
    n, past = abs(gap), gap > 0
    if n <= 60:
        return (_("{n} days ago") if past else _("in {n} days")).format(n=n)
    if n <= 730:
        return (_("{n} months ago") if past else _("in {n} months")).format(n=round(n / 30.44))
    return (_("{n} years ago") if past else _("in {n} years")).format(n=int(n / 365.25))


def age_band(born: date, today: date) -> str:
    """An age as a band of ten years; whoever is ninety or more is 90+."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return "90+" if age >= 90 else f"{max(0, age) // 10 * 10}-{max(0, age) // 10 * 10 + 9}"


@cache
def settled() -> re.Pattern[str]:
    """Tags as this module writes them: masking what is masked changes nothing."""
    counts = [
        _("{n} days ago"),
        _("in {n} days"),
        _("{n} months ago"),
        _("in {n} months"),
        _("{n} years ago"),
        _("in {n} years"),
    ]
    words = [re.escape(one) for one in (*tag_words(), _("today"), _("yesterday"), _("tomorrow"))]
    words += [re.escape(one).replace(re.escape("{n}"), r"\d{1,4}") for one in counts]
    return re.compile(r"\[(?:" + "|".join(words) + r")\]")


def replaced(pieces: list[Piece], pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> list[Piece]:
    """The pieces with what the pattern finds in unsettled ones replaced, and settled."""
    found: list[Piece] = []
    for text, done in pieces:
        if done:
            found.append((text, True))
            continue
        end = 0
        for match in pattern.finditer(text):
            found += [(text[end : match.start()], False), (by(match), True)]
            end = match.end()
        found.append((text[end:], False))
    return [piece for piece in found if piece[0]]


_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, flags))
    for kind, pattern, flags in (
        ("email", r"[^\s@<>()\[\]]{1,100}@[^\s@<>()\[\]]{1,200}", 0),
        ("link", r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s\[\]]{1,500}", re.I),
        ("link", r"(?<![\w.])(?:[\w-]{1,63}\.){1,6}(?:com|org|net|gov|edu|info|io|eu|uk|it|de|fr|es|pl)\b(?:/[^\s\[\]]{0,500})?", re.I),
        ("link", r"(?<!\w)@\w{2,50}", 0),
        ("case", r"(?<!\d)\d{4}-\d{6,9}(?!\d)", 0),
        ("date", _YEAR_FIRST, 0), ("date", _YEAR_LAST, 0), ("date", _BY_NAME, re.I), ("date", _NAME_FIRST, re.I),
        ("date", r"(?<![\w/.])\d{1,2}/\d{1,2}(?![\w/])", 0), ("date", rf"\b(?:{_ALONE})\b", 0),
        ("number", r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)", 0),
        ("place", rf"(?<!\w)\d{{1,5}}[a-zA-Z]?,?[ \t]{{1,3}}(?:{_CAPITAL}){{1,4}}(?:{_STREET}|{_SHORT})\b\.?", 0),
        ("place", rf"\b(?:{_VIA})[ \t]{{1,3}}(?:{_OF}[ \t]{{1,3}}){{0,3}}{_NAME}(?:[ \t]{{1,3}}{_NAME}){{0,3}}(?:,?[ \t]{{1,3}}\d{{1,4}}\w?)?", 0),
        ("place", r"\b\w{2,40}(?:straße|strasse|str\.|gasse|weg|platz|allee)(?:[ \t]{1,3}\d{1,4}\w?)?(?!\w)", re.I),
        ("place", r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", 0),
        ("", rf"(?<!\w)(?:{_CAPITAL}){{1,4}}({_STREET}|{_HOUSE})\b", 0),
        ("organisation", rf"(?<!\w)(?:{_CAPITAL}){{1,4}}(?:{_BODY})\b\.?", 0),
        ("number", r"\+?\(?\d(?:[ \t().\-/]{0,3}\d){6,20}", 0),
        ("number", r"\d{5,}", 0),
        ("number", r"(?<!\w)(?=\w{0,40}\d\w{0,40}\d\w{0,40}\d)(?=\w{0,40}[^\W\d_])\w{4,60}(?!\w)", 0),
    )
)  # fmt: skip
# A phone begins with a plus, or is written in groups; the rest are numbers.
_PHONE = re.compile(r"^\+|\d[ ().\-/]+\d")
_YEARS = r"(?:9\d|1[0-4]\d)"
_OLD = re.compile(
    rf"(?<![\w.,]){_YEARS}(?=[ \t-]{{0,2}}(?:years?|yrs?|yo|y/o|anni|ans|años|jahre)\b)|(?<=\baged ){_YEARS}\b(?!\+)|(?<=\bage ){_YEARS}\b(?!\+)",
    re.I,
)


def masked(pieces: list[Piece], today: date, mark: Callable[[str], str]) -> list[Piece]:
    """The pieces with all that a pattern finds masked. `mark` writes a tag of some words."""
    for kind, pattern in _PATTERNS:
        pieces = replaced(pieces, pattern, lambda found, kind=kind: mark(_said(kind, found, today)))  # type: ignore[misc]
    return replaced(pieces, _OLD, lambda _found: "90+")


def _said(kind: str, found: re.Match[str], today: date) -> str:
    if not kind:
        return found[1].lower()
    if kind == "date":
        day = _read(found[0])
        return _("date") if day is None else relative(day, today)
    if kind == "number" and _PHONE.search(found[0]):
        return _("phone")
    return dict(_labels())[kind]


def _labels() -> Iterator[tuple[str, str]]:
    yield from (("email", _("email")), ("link", _("link")), ("case", _("case")), ("number", _("number")))
    yield from (("place", _("place")), ("organisation", _("organisation")))


def _read(text: str) -> date | None:
    """The day a text means, where there is only one it can mean."""
    numbers = [int(one) for one in re.findall(r"\d+", text)]
    month = next((_MONTH_OF[word] for word in re.findall(r"[^\W\d_]+", text.lower()) if word in _MONTH_OF), None)
    if month is not None:
        if len(numbers) != 2:
            return None
        day, year = numbers
        order = (year, month, day)
    elif len(numbers) == 3 and numbers[0] > 31:
        order = (numbers[0], numbers[1], numbers[2])
    elif len(numbers) == 3 and numbers[2] > 999 and (numbers[0] > 12 or numbers[0] == numbers[1]):
        order = (numbers[2], numbers[1], numbers[0])
    else:
        return None
    try:
        return date(*order)
    except ValueError:
        return None
