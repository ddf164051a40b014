"""What the work is about. Each theme has its own words for every part of a note, so that no two cases read alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """One line of work. `topic` is the code a contact is filed under; the rest are sentences to choose from."""

    topic: str
    goal: tuple[str, ...]
    said: tuple[str, ...]
    saw: tuple[str, ...]
    did: tuple[str, ...]
    judged: tuple[str, ...]
    plan: tuple[str, ...]
    tasks: tuple[str, ...]
