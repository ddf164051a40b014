"""Making text typed by people safe to keep, to draw and to write. A leaf: knows nothing of cases."""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 200
LINE_LIMIT = 500
PROSE_LIMIT = 262_144

# Embeddings, overrides and isolates can make a row read as something else; the marks 200E and 200F are harmless.
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# What shows nothing: a name of these alone would be a blank row. The fillers of Hangul are two cells wide on some terminals.
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u034f\u115f\u1160\u180e\u3164\uffa0"
_DROP = dict.fromkeys(
    [*map(ord, _BIDI + _INVISIBLE), *range(0x2061, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)]
)
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")
# A string (OSC, DCS, ...) is taken out whole where it ends; of one that never does only the introducer goes. Text of another
# encoding has such bytes for quotation marks, and what follows them is somebody's words.
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, ...
    r"|\x1b[ -/]*[0-~]?"
)
# Emoji are joined, coloured and given another shape by signs that some terminals give a width of their own.
_UNSTEADY = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0000, 0xE0200)]
)
_JOINER = "\u200d"
# No script stacks more marks on one letter; a pile of hundreds covers the rows above and below it.
_PILE = 4


def block(text: str, *, tab: int = 4) -> str:
    """Several lines made inert: no control sequence, no bidi override, NFC, tabs expanded, newlines kept.

    Markup is not touched: it is text, and whoever draws it must not parse it.
    """
    text = _BREAKS.sub("\n", _ESCAPE.sub("", text))
    text = unicodedata.normalize("NFC", text).translate(_DROP).expandtabs(tab)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))


def line(text: str) -> str:
    """One line made inert: `block`, with breaks turned into spaces."""
    return " ".join(block(text, tab=1).split("\n")).strip()


def steady(text: str) -> str:
    """Inert text as it is drawn: in shapes to which every terminal gives the same number of cells and one row.

    A family emoji is drawn as its members, a coloured hand as a plain one, a pile of marks as its first four. What is kept
    and exported stays as it was typed.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    pile = 0
    text = text.translate(_UNSTEADY)
    for at, c in enumerate(text):
        if c < "\u0300":
            pile = 0
        else:
            kind = unicodedata.category(c)
            if kind in ("Mn", "Me"):
                pile += 1
                if pile > _PILE:
                    continue
            elif c == _JOINER and unicodedata.category(text[at + 1 : at + 2] or " ") == "So":
                continue
            elif kind != "Cf":
                pile = 0
        kept.append(c)
    return "".join(kept)


# Letters that are no plain letter with an accent, as those who search for the name type them.
_PLAIN = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(text: str) -> str:
    """The key a name is found by: case and accents gone, letters and digits kept, words apart by one space."""
    kept = (
        "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        .casefold()
        .translate(_PLAIN)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def words(text: str) -> list[str]:
    """The folded words of a name, each once, in order. `O'Neil` gives `oneil`, `o` and `neil`."""
    joined = re.sub(r"(?<=\w)['\u2019\u02bc.\-](?=\w)", "", text)
    return list(dict.fromkeys(fold(joined).split() + fold(text).split()))


def clip(text: str, cells: int) -> str:
    """`text` cut to `cells` terminal cells, an ellipsis where something was cut."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + "\u2026" if cells > 0 else ""


def defuse(value: str) -> str:
    """Text for a spreadsheet cell that can start no formula (OWASP: CSV injection)."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
