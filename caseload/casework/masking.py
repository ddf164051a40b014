"""Free text without those it is about. Pure: what is known of a case and a text give the text masked.

A name is found whatever its case, accents and endings; what the patterns of `traces` find goes too. What is misspelt, alluded
to or told by its story is not found: free text cannot be proven clean, and whoever shows it says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from itertools import permutations

from ..messages import _
from ..text import block, fold
from . import nicknames, traces

# Who somebody is to the client, as a tag says it.
CLIENT, RELATIVE, PROFESSIONAL, PERSON, PLACE, CONTACT, PARTICIPANT = (
    "client",
    "relative",
    "professional",
    "person",
    "place",
    "contact",
    "participant",
)
_JOINS = "'\u2019\u02bc.-"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"})
_VOWELS = "aeiouy"
# What an address has in common with all others.
_EVERYWHERE = frozenset(
    (
        "street", "avenue", "road", "lane", "drive", "court", "place", "square", "house", "flat", "apartment", "floor", "unit", "north",
        "south", "east", "west", "corso", "viale", "piazza", "near", "with", "from", "behind", "door", "building", "ring", "bell", "call",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case that its texts may tell: each name with who it is, ways to reach them, and the day of birth."""

    names: tuple[tuple[str, str], ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the mask finds in a text: in which line, the words as they stand, and what would stand there."""

    line: int
    words: str
    tag: str


_PARTS = re.compile(r"\[[^\[\]\n]{1,60}\]|\w+|\W")


def statement() -> str:
    """What is said wherever masked text is shown."""
    return _("Masked by what is known of the case. Free text cannot be proven clean: read it before you pass it on.")


class Mask:
    """What masks the texts of one case on one day."""

    def __init__(self, known: Known, today: date) -> None:
        self._today = today
        self._born = known.born
        self._names: dict[str, str] = {}
        self._exact: dict[str, str] = {}
        self._short: dict[str, str] = {}
        self._initials: dict[str, str] = {}
        # Those around first, the client last: a family name they share is the client's.
        for name, kind in sorted(known.names, key=lambda pair: pair[1] == CLIENT):
            self._learn(name, kind)
        for text, kind in [*((one, PLACE) for one in known.addresses), *((one, CONTACT) for one in known.others)]:
            for key in _keys(text):
                if len(key) >= 4 and key not in _EVERYWHERE and not key.isdecimal():
                    self._exact.setdefault(key, kind)
        digits = {"".join(c for c in one if c.isdecimal()) for one in known.phones}
        spaced = [r"[ \t().\-/]{0,3}".join(one) for one in sorted(digits, key=len, reverse=True) if len(one) >= 4]
        self._phones = re.compile(r"(?<!\d)\+?(?:" + "|".join(spaced) + r")(?!\d)") if spaced else None
        self._hits: dict[str, str | None] = {}

    def __call__(self, text: str) -> str:
        """The text masked. Masking it again changes nothing."""
        if not text:
            return text
        pieces = traces.replaced([(_plain(text), False)], traces.settled(), lambda found: self._mark(found[0][1:-1]))
        if self._phones is not None:
            pieces = traces.replaced(pieces, self._phones, lambda _found: self._mark(_("phone")))
        pieces = traces.masked(pieces, self._today, self._mark)
        if self._born is not None:
            year = re.compile(rf"(?<!\d){self._born.year}(?!\d)")
            pieces = traces.replaced(pieces, year, lambda _found: self._mark(_("year")))
        return "".join(piece if done else self._unnamed(piece) for piece, done in pieces)

    def names_out(self, text: str) -> str:
        """The text without the names alone; as it stands where there are none."""
        plain = _plain(text)
        pieces = traces.replaced([(plain, False)], traces.settled(), lambda found: found[0])
        out = "".join(piece if done else self._unnamed(piece) for piece, done in pieces)
        return text if out == plain else out

    def finds(self, text: str) -> tuple[Finding, ...]:
        """What is left in a text that masking would take out; nothing where masking changes nothing."""
        before, after = _plain(text).split("\n"), self(text).split("\n")
        if len(before) != len(after):  # something found goes over the end of a line
            before, after = [" ".join(before)], [" ".join(after)]
        found = []
        for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
            if old == new:
                continue
            a, b = _PARTS.findall(old), _PARTS.findall(new)
            for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
                if op != "equal":
                    found.append(Finding(number, "".join(a[i:j]).strip(), "".join(b[k:m]).strip()))
        return tuple(found)

    # -- what is known -----------------------------------------------------------

    def _learn(self, name: str, kind: str) -> None:
        keys = list(_keys(name))
        long = [key for key in keys if len(key) >= 2]
        for key in long:
            self._names[key] = kind
            for form in nicknames.forms(key):
                self._short.setdefault(form, kind)
        # As one word: mariagarcia, garciamaria, mgarcia; Mc Donald as McDonald.
        for one, other in permutations(keys[:6], 2):
            for joined in (one + other, one[0] + other):
                if len(joined) >= 4:
                    self._names.setdefault(joined, kind)
        if len(keys) > 2:
            self._names.setdefault("".join(keys), kind)
        if 2 <= len(keys) <= 4:
            first = "".join(key[0] for key in keys)
            self._initials |= {first: kind, first[::-1]: kind, first[1:] + first[0]: kind}

    def _hit(self, key: str) -> str | None:
        """Whose name a word is, in whatever ending."""
        if key not in self._hits:
            known = self._names.get(key) or self._exact.get(key)
            self._hits[key] = known or next((kind for name, kind in self._names.items() if inflected(name, key)), None)
        return self._hits[key]

    def _mark(self, words: str) -> str:
        """A tag of these words, unless one of them is a name itself."""
        return traces.tag("*" if any(self._hit(key) for key in _keys(words)) else words)

    # -- names ---------------------------------------------------------------------

    def _unnamed(self, text: str) -> str:
        runs = [(found.start(), found.end()) for found in _RUN.finditer(text)]
        gaps = [text[runs[at][1] : runs[at + 1][0]] for at in range(len(runs) - 1)]
        kinds = self._kinds(text, runs, gaps)
        out, at, place = [], 0, 0
        while place < len(runs):
            kind, (start, end) = kinds[place], runs[place]
            if kind is None:
                place += 1
                continue
            last = place
            while last + 1 < len(runs) and kinds[last + 1] and _near(gaps[last], same=kinds[last] == kinds[last + 1]):
                last += 1
                # Maria's mother has her family name: the rarer word says who is meant.
                kind = rarer if (rarer := kinds[last]) and rarer != CLIENT else kind
                end = runs[last][1]
            out += [text[at:start], self._mark(_kind_words()[kind])]
            at, place = end, last + 1
        return "".join(out) + text[at:]

    def _kinds(self, text: str, runs: list[tuple[int, int]], gaps: list[str]) -> list[str | None]:
        """For each word, whose name it is part of."""
        keys = [list(_forms(text[start:end])) for start, end in runs]
        kinds: list[str | None] = [
            next((hit for key in forms if (hit := self._hit(key))), None)
            or (self._short_hit(text[start:end], forms) if text[start].isupper() else None)
            for forms, (start, end) in zip(keys, runs, strict=True)
        ]
        for first, last in _chains(gaps, len(runs)):
            joined = [
                "".join(part) for part in zip(*((forms[0], forms[-1]) for forms in keys[first : last + 1]), strict=True)
            ]
            kind = next((hit for key in joined if (hit := self._hit(key))), None)
            letters = text[runs[first][0] : runs[last][1]]
            if kind is None and len(joined[0]) == last - first + 1 and letters.isupper():
                kind = self._initials.get(joined[0])
            if kind is not None:
                kinds[first : last + 1] = [kind] * (last + 1 - first)
        for at, gap in enumerate(gaps):
            if gap.isspace() and len(gap) <= 2:  # Mc Donald
                joined_words = keys[at][0] + keys[at + 1][0]
                if len(joined_words) >= 5 and (kind := self._names.get(joined_words)):
                    kinds[at] = kinds[at] or kind
                    kinds[at + 1] = kinds[at + 1] or kind
        for at, kind in enumerate(
            kinds[:]
        ):  # Leila Garcia, of whom only the family is known; a sentence's first word is none
            if kind is None or kind in (PLACE, CONTACT):
                continue
            before, after = runs[at - 1] if at else None, runs[at + 1] if at + 1 < len(runs) else None
            if (
                before
                and kinds[at - 1] is None
                and gaps[at - 1] == " "
                and _a_name(text, *before)
                and not _begins(text, before[0])
            ):
                kinds[at - 1] = PERSON if kind == CLIENT else kind
            if after and kinds[at + 1] is None and gaps[at] == " " and _a_name(text, *after):
                kinds[at + 1] = PERSON if kind == CLIENT else kind
        for at, (start, end) in enumerate(runs):  # M. Garcia, Garcia M.
            if kinds[at] is None and end - start == 1 and text[start].isupper():
                beside = [kinds[at - 1] if at and gaps[at - 1] in (" ", ", ", ".") else None]
                beside += [kinds[at + 1] if at < len(gaps) and gaps[at] in (". ", " ", ".") else None]
                kinds[at] = next((kind for kind in beside if kind), None)
        return kinds

    def _short_hit(self, word: str, forms: list[str]) -> str | None:
        """A pet form of a known name with a capital, or the initials of somebody."""
        found = next((self._short[key] for key in forms if key in self._short), None)
        return found or (self._initials.get(forms[0]) if word.isupper() and len(word) > 1 else None)


# -- words ------------------------------------------------------------------------------


def apart(name: str, own: str) -> str:
    """The words of a name that are none of another's: siblings share one."""
    shared = set(_keys(own))
    return " ".join(word for word in name.split() if not shared & set(_keys(word)))


def _run_pattern() -> re.Pattern[str]:
    marks = "".join(f"{chr(first)}-{chr(last)}" for first, last in _marks())
    return re.compile(rf"(?:[^\W_]|[{marks}])+")


def _marks() -> Iterator[tuple[int, int]]:
    """The ranges of signs that belong to the letter before them."""
    first = None
    for code in range(0x300, 0x20000):
        if unicodedata.category(chr(code))[0] == "M":
            first = code if first is None else first
        elif first is not None:
            yield first, code - 1
            first = None


_RUN = _run_pattern()


def _plain(text: str) -> str:
    """The text inert, in compatible letters, without what shows nothing."""
    for _once in range(2):
        text = block(unicodedata.normalize("NFKC", text), tab=1)
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", text)


def _fold(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c)[0] != "M")
    return fold(bare).replace(" ", "")


def _forms(word: str) -> Iterator[str]:
    """A word as it is looked up: folded, and with its umlauts spelt out."""
    key = _fold(word)
    yield key
    spelt = _fold(unicodedata.normalize("NFC", word).translate(_UMLAUTS))
    if spelt != key:
        yield spelt


def _keys(name: str) -> Iterator[str]:
    """The words of a name as they are looked up, and those that apostrophes and hyphens join."""
    text = _plain(name)
    runs = [(found.start(), found.end()) for found in _RUN.finditer(text)]
    seen: set[str] = set()
    words = [form for start, end in runs for form in _forms(text[start:end])]
    gaps = [text[runs[at][1] : runs[at + 1][0]] for at in range(len(runs) - 1)]
    words += ["".join(_fold(text[a:b]) for a, b in runs[first : last + 1]) for first, last in _chains(gaps, len(runs))]
    for word in words:
        if word and word not in seen:
            seen.add(word)
            yield word


def _chains(gaps: list[str], count: int) -> Iterator[tuple[int, int]]:
    """From which word to which, words are joined by an apostrophe, a dot or a hyphen."""
    first = 0
    for at in range(count):
        if at == count - 1 or len(gaps[at]) != 1 or gaps[at] not in _JOINS:
            if at > first:
                yield first, at
            first = at + 1


def inflected(name: str, word: str) -> bool:
    """Whether a folded word is a folded name with another ending; in scripts that write endings and articles in one with the
    name, whether it has the name in it."""
    if len(name) < 2:
        return False
    if any(unicodedata.category(c) == "Lo" for c in name):
        return name in word
    if len(name) < 3:
        return word == name
    return any(word.startswith(stem) and len(word) - len(stem) <= most for stem, most in _stems(name))


@cache
def _stems(name: str) -> tuple[tuple[str, int], ...]:
    """What the forms of a name begin with, and how many letters may follow: Maria, Marii; Marek, Marka."""
    stems = [(name, 2 if len(name) == 3 else 4)]
    if len(name) >= 4 and name[-1] in _VOWELS:
        stems.append((name[:-1], 2 if len(name) == 4 else 3))
    if len(name) >= 5 and name[-2] == "e" and name[-1] not in _VOWELS:
        stems.append((name[:-2] + name[-1], 3))
    return tuple(stems)


def _a_name(text: str, start: int, end: int) -> bool:
    """Whether a word is written as names are."""
    return end - start > 1 and text[start].isupper() and not text[start:end].isupper()


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins there."""
    before = text[:at].rstrip(" ")
    return not before or before[-1] in ".!?:\n"


def _near(gap: str, *, same: bool) -> bool:
    """Whether two words with this between them are one name; with a comma they are if they are the `same` person's."""
    return gap in ("", " ", "  ", ". ", *_JOINS) or (same and gap == ", ")


@cache
def _kind_words() -> dict[str, str]:
    return {
        CLIENT: _("client"), RELATIVE: _("relative"), PROFESSIONAL: _("professional"), PERSON: _("person"),
        PLACE: _("place"), CONTACT: _("contact"), PARTICIPANT: _("participant"),
    }  # fmt: skip
