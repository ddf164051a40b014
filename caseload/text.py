"""Making text typed by people safe to keep, to draw and to write. A leaf: knows nothing of cases."""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 200
LINE_LIMIT = 500
PROSE_LIMIT = 262_144

# Embeddings, overrides and isolates can make a row read as something else; the marks 200E and 200F are harmless.
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u180e" + "".join(chr(c) for c in range(0xFFF9, 0xFFFC))
_DROP = dict.fromkeys(map(ord, _BIDI + _INVISIBLE))
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, ...
    r"|\x1b[ -/]*[0-~]?"
)


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
