"""Believable words: contacts and notes put together from the themes of a case, none of them twice until all were used."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from ..casework.notes import compose
from . import phrases
from .theme import Theme
from .themes_home import MONEY, PARENTS, SCHOOL, SEARCH, TENANCY
from .themes_way import HEALTH, PAPERS, STREET, TERMS, WORK

THEMES: dict[str, tuple[Theme, ...]] = {
    "housing": (TENANCY, SEARCH, MONEY, HEALTH),
    "family": (SCHOOL, PARENTS, MONEY, HEALTH),
    "reentry": (TERMS, WORK, SEARCH, PAPERS),
    "outreach": (STREET, HEALTH, PAPERS, SEARCH),
}


class Words:
    """What is written in one case. A case has three themes of its program, one of them in front."""

    def __init__(self, rng: Random, program: str) -> None:
        self.rng = rng
        self.program = program
        self.themes = rng.sample(THEMES[program], 3)
        self._piles: dict[tuple[str, ...], list[str]] = {}

    def theme(self) -> Theme:
        return self.rng.choices(self.themes, (5, 3, 2))[0]

    def one(self, pool: Sequence[str]) -> str:
        """One of these that was not used lately."""
        pile = self._piles.setdefault(tuple(pool), [])
        if not pile:
            pile.extend(pool)
            self.rng.shuffle(pile)
        return pile.pop()

    def met(self, theme: Theme) -> str:
        """What is jotted down after meeting someone."""
        rng = self.rng
        parts = [self.one(theme.did)]
        if rng.random() < 0.6:
            parts.insert(0, self.one(theme.said if rng.random() < 0.6 else theme.saw))
        if rng.random() < 0.35:
            parts.append(self.one(theme.plan))
        return " ".join(parts)

    def spoken(self, theme: Theme) -> str:
        """What is jotted down after a call: nothing was seen or done together."""
        said = self.one(theme.said)
        return said if self.rng.random() < 0.4 else f"{said} {self.one(theme.plan)}"

    def tried(self, kind: str) -> str:
        where = "street" if self.program == "outreach" and kind == "visit" else kind
        return self.one(phrases.ATTEMPTS[where])

    def note(self, form: str, theme: Theme) -> str:
        """A whole note in one of the five forms, each part under its heading."""
        said, saw, did = self.one(theme.said), self.one(theme.saw), self.one(theme.did)
        judged, plan = self.one(theme.judged), self.one(theme.plan)
        if form == "soap":
            return compose(form, {"Subjective": said, "Objective": f"{saw} {did}", "Assessment": judged, "Plan": plan})
        if form == "dap":
            return compose(form, {"Data": f"{said} {saw} {did}", "Assessment": judged, "Plan": plan})
        if form == "girp":
            parts = {"Goal": self.one(theme.goal), "Intervention": did, "Response": said, "Plan": plan}
            return compose(form, parts)
        if form == "birp":
            return compose(form, {"Behaviour": f"{saw} {said}", "Intervention": did, "Response": judged, "Plan": plan})
        return f"{said} {saw}\n{did} {judged}\nNext: {plan[0].lower()}{plan[1:]}"
