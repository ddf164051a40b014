"""Our facts in HUD's codes, the other way round from `spec`: what is not known stays apart from what nobody asked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from ...casework import closing_codes
from ...text import fold
from . import spec

NOT_COLLECTED = 99
# 1.5: the last is HUD's hash for runaway and homeless youth; a file that holds no name at all is hashed by another rule.
UNHASHED, WITHHELD, SHA_256 = 1, 3, 4

STAGES = {phase: code for code, phase in spec.PHASES.items()}
RELATIONSHIPS = {word: code for code, word in spec.RELATIONSHIPS.items()}
RACES = {column: word for column, word in spec.RACES.items() if column != "HispanicLatinaeo"}
DESTINATIONS = frozenset(int(code) for code in closing_codes.destinations())
# 4.12.2: what 3.12.1 has besides is where people go to, not where they are.
LIVING = spec.LIVING_SITUATIONS - {312, 313, 327, 422, 423, 426, 30, 24}
_COMPLETION = {reason: code for code, reason in spec.COMPLETION.items()}
# V9.1, for a reason that R17.1 does not know.
_VETERAN_EXIT = {"transferred": 2, "ineligible": 7, "lost_contact": 9, "deceased": 12, "other": 13}
_NO_INTERVIEW = 30
# 4.20.2 by our domains of need: housing navigation; emergency assistance. For other referrals HUD has no event.
EVENTS = {"housing": 7, "income": 16}
# 4.20.D
_ACCEPTED, _CLIENT_DECLINED, _PROVIDER_DECLINED = 1, 2, 3


def destination(given: str | None, reason: str | None) -> int:
    """3.12.1 of an exit. HUD wants one always: of who died that, of who was lost that no interview was held."""
    if given is not None and given.isascii() and given.isdigit() and int(given) in DESTINATIONS:
        return int(given)
    return {"deceased": spec.DECEASED, "lost_contact": _NO_INTERVIEW}.get(reason or "", NOT_COLLECTED)


def ending(reason: str | None) -> dict[str, int]:
    """R17.1 or V9.1, by whichever says why a case was closed."""
    if reason in _COMPLETION:
        return {"ProjectCompletionStatus": _COMPLETION[reason]}
    return {"CMExitReason": _VETERAN_EXIT[reason]} if reason in _VETERAN_EXIT else {}


def quality(told: int | None, whole: bool, part: bool) -> int:
    """3.01.5 and 3.03.2: as it was told, or as it shows."""
    return told if told is not None else 1 if whole else 2 if part else NOT_COLLECTED


def races(kept: Iterable[str]) -> dict[str, int | None]:
    """3.04.1, a column each, and why there is no answer where there is none. Where nobody answered at all, that stays empty."""
    words = set(kept)
    found: dict[str, int | None] = {column: int(word in words) for column, word in RACES.items()}
    found["RaceNone"] = None if any(found.values()) else answer(words, spec.UNANSWERED)
    return found


def answer(kept: Iterable[str], known: Iterable[int]) -> int | None:
    """The code of a list that stands there; of several, which two records of one client can have, an answer before none."""
    codes = set(known)
    return min((int(one) for one in kept if one.isdigit() and int(one) in codes), default=None)


def referral_result(state: str, declined_why: str | None, accepted: bool) -> int | None:
    """4.20.D; nothing while nobody has answered."""
    if accepted:
        return _ACCEPTED
    if state != "declined":
        return None
    return _CLIENT_DECLINED if declined_why == "client_declined" else _PROVIDER_DECLINED


def hashed(name: str) -> str:
    """A name as hashed exports have it: the SHA-256 of its Soundex; nothing of a name that has no letter."""
    sound = soundex(name)
    return hashlib.sha256(sound.encode()).hexdigest() if sound else ""


_DIGITS = {
    letter: digit for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for letter in letters
}


def soundex(name: str) -> str:
    """American Soundex (National Archives): a letter and three digits. h and w do not part two letters of one sound."""
    letters = re.sub(r"[^a-z]", "", fold(name))
    if not letters:
        return ""
    code, last = letters[0].upper(), _DIGITS.get(letters[0])
    for letter in letters[1:]:
        digit = _DIGITS.get(letter)
        if digit is not None and digit != last:
            code += str(digit)
        if letter not in "hw":
            last = digit
    return (code + "000")[:4]
