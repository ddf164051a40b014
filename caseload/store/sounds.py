"""How a name sounds, roughly and in any language that is written in Latin letters: what spellings of one name share.

Not one of the published codes, which know English: what a transliteration leaves open (vowels, doubled letters, k or q or c,
y or i or j, ph or f, mute h) is left out, and what is left, the consonants in their order, is the key. It is a way to find
candidates; what a person is told is the spelling that differs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..text import fold

# A key stands beside the words a name is found by; no word that people type can begin so.
MARK = "~"

_GROUPS = (
    ("tsch|tch|cz|tj|c(?=[iey])", "s"), ("sch|sh|sz|zh|ch(?=[iey])", "s"), ("ph|pf", "f"), ("th|dh|dt", "t"),
    ("kh|gh|ck|ch|q|c", "k"), ("x", "ks"), ("w", "v"), ("gn|ny|nj", "n"), ("gli", "l"), ("z|ts", "s"),
    ("dj|dzh|g(?=[ei])", "j"),
)  # fmt: skip
_RULES = [(re.compile(pattern), heard) for pattern, heard in _GROUPS]
_ALIKE = str.maketrans({"d": "t", "b": "p", "v": "f", "g": "k", "h": ""})


@lru_cache(maxsize=10_000)
def sound(word: str) -> str:
    """The key of one folded word; empty where too little is left to tell names apart."""
    if not word.isascii() or not word.isalpha():
        return ""
    said = re.sub(r"(.)\1+", r"\1", word)
    for pattern, heard in _RULES:
        said = pattern.sub(heard, said)
    said = said.translate(_ALIKE)
    key = ("a" if said[:1] in tuple("aeiouyj") else "") + re.sub(r"[aeiouyj]", "", said)
    return key if len(key) >= 2 else ""


def sounds_of(words: list[str]) -> list[str]:
    """The marked keys of some folded words, each once."""
    return list(dict.fromkeys(MARK + key for word in words for part in fold(word).split() if (key := sound(part))))
