"""Making up people: a name from some language, an age, numbers to call and whether it is safe to call them, kin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .names import CULTURES, NICKNAMES, REMARKABLE, STREETS, Culture
from .phrases import HOURS, KIN, PROFESSIONALS

_SHARES = [culture.share for culture in CULTURES]


@dataclass(frozen=True, slots=True)
class Client:
    """Someone who comes for help. `relationship` is to the head of the household served together."""

    given: str
    family: str
    language: str | None
    born: date | None
    culture: Culture
    alias: str | None = None
    name_quality: int = 1
    birth_quality: int = 1
    relationship: str = "self"
    remarkable: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach someone, as it stands on the case page. `ended` is days before today."""

    kind: str
    value: str
    safe: str = "unknown"
    voicemail: str = "unknown"
    hours: str = ""
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone around a client."""

    name: str
    role: str
    relation: str
    channel: Channel | None = None


class Town:
    """Where the clients live. The remarkable people come first, the others as chance has it."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self._remarkable = list(REMARKABLE)

    def _culture(self, spoken: str) -> Culture:
        """Now and then one whose language the worker speaks, where that is not English alone."""
        known = [culture for culture in CULTURES if culture.language in spoken.split(",") and culture.language != "en"]
        if known and self.rng.random() < 0.25:
            return self.rng.choice(known)
        return self.rng.choices(CULTURES, _SHARES)[0]

    def _born(self, first: int, last: int) -> date:
        return self.today - timedelta(days=self.rng.randint(first * 365, last * 365 + 364))

    def client(
        self, ages: tuple[int, int], *, spoken: str = "en", street: bool = False, remarkable: bool = False
    ) -> Client:
        """A grown-up of some age; on the street, names and birthdays are not always told."""
        rng = self.rng
        born: date | None = self._born(*ages)
        if remarkable and (who := next((one for one in self._remarkable if street or one.quality == 1), None)):
            self._remarkable.remove(who)
            home = next((culture for culture in CULTURES if culture.language == who.language), CULTURES[0])
            return Client(who.given, who.family, who.language, born, home, who.alias, who.quality, remarkable=True)
        culture = self._culture(spoken)
        woman = rng.random() < 0.55
        given = rng.choice(culture.women if woman else culture.men)
        family = culture.family_of(rng.choice(culture.families), woman=woman)
        alias = rng.choice(NICKNAMES) if rng.random() < 0.06 else None
        name_quality = birth_quality = 1
        if street and rng.random() < 0.15:
            family, name_quality = "", 2
        if street and rng.random() < 0.2:
            born, birth_quality = None, rng.choice((8, 9, 99))
        language = culture.language if rng.random() < 0.85 else "en"
        return Client(given, family, language, born, culture, alias, name_quality, birth_quality)

    def relative(self, head: Client, relationship: str) -> Client:
        """Someone of the head's household: a partner of about the same age, or a child."""
        rng, culture = self.rng, head.culture
        woman = rng.random() < 0.5
        given = rng.choice([name for name in (culture.women if woman else culture.men) if name != head.given])
        age = (self.today - (head.born or self._born(25, 40))).days // 365
        born = (
            self._born(0, max(1, min(17, age - 18)))
            if relationship == "child"
            else self._born(max(18, age - 5), max(19, age + 5))
        )
        family = (
            culture.family_of(rng.choice(culture.families), woman=woman)
            if relationship == "partner" and rng.random() < 0.4
            else head.family
        )
        return Client(given, family, head.language, born, culture, relationship=relationship)

    def name_of(self, culture: Culture) -> str:
        """Some name of that culture, given name first."""
        woman = self.rng.random() < 0.5
        given = self.rng.choice(culture.women if woman else culture.men)
        return f"{given} {culture.family_of(self.rng.choice(culture.families), woman=woman)}"

    def phone(self) -> str:
        """A number that rings nowhere: 555-0100 to 555-0199 are kept free for made-up ones."""
        return f"({self.rng.choice((212, 315, 518, 607, 716, 845))}) 555-01{self.rng.randrange(100):02d}"

    def address(self) -> str:
        rng = self.rng
        flat = f", apt {rng.randint(1, 6)}{rng.choice('ABCD')}" if rng.random() < 0.5 else ""
        return f"{rng.randint(2, 240)} {rng.choice(STREETS)}{flat}"

    def channels(self, who: Client, *, street: bool, threatened: bool) -> list[Channel]:
        """How to reach a client. Where someone threatens them, the number at home is not safe, another one is."""
        rng = self.rng
        if who.relationship == "child":
            return []
        out = []
        if threatened:
            out.append(Channel("phone", self.phone(), "no", "no", "shared phone, never call"))
            out.append(Channel("phone", self.phone(), "yes", "no", "mother's phone, mornings"))
        elif rng.random() < (0.55 if street else 0.9):
            safe = rng.choices(("yes", "ask", "no", "unknown"), (60, 15, 8, 17))[0]
            voicemail = {"yes": rng.choice(("yes", "yes", "ask")), "no": "no"}.get(safe, "unknown")
            out.append(Channel("phone", self.phone(), safe, voicemail, rng.choice(HOURS)))
            if rng.random() < 0.2:
                out.append(Channel("phone", self.phone(), "unknown", ended=rng.randint(40, 400)))
        if rng.random() < 0.22:
            box = "".join(c for c in who.given.lower() if c.isascii() and c.isalpha()) or "mail"
            out.append(
                Channel("email", f"{box}{rng.randint(2, 99)}@example.org", rng.choice(("yes", "ask", "unknown")))
            )
        if not street and rng.random() < 0.8:
            out.append(Channel("address", self.address(), "no" if threatened else rng.choice(("yes", "yes", "ask"))))
        elif street:
            place = rng.choice(
                ("day centre, locker", "bus station, north side", "under the Mill Lane bridge", "soup kitchen")
            )
            out.append(Channel("other", place, "ask"))
        return out

    def people(self, who: Client, program: str, *, threatened: bool) -> list[Person]:
        """Who stands around a client: kin, the professionals of that line of work, at times a threat."""
        rng = self.rng
        out = []
        if rng.random() < 0.55:
            channel = (
                Channel("phone", self.phone(), rng.choice(("yes", "ask", "unknown")), "ask")
                if rng.random() < 0.7
                else None
            )
            out.append(Person(self.name_of(who.culture), "kin", rng.choice(KIN), channel))
        if rng.random() < 0.6:
            relation = rng.choice(PROFESSIONALS[program])
            culture = rng.choices(CULTURES, _SHARES)[0]
            out.append(
                Person(
                    self.name_of(culture),
                    "professional",
                    relation,
                    Channel("phone", self.phone(), "yes", "yes", "9 to 4"),
                )
            )
        if rng.random() < 0.05:
            out.append(Person(self.name_of(who.culture), "carer", "neighbour who looks in daily"))
        if threatened:
            out.append(Person(self.name_of(who.culture), "threat", "former partner"))
        return out


def household(rng: Random, size: int) -> Sequence[str]:
    """The relationships of the others in a household of `size` besides its head."""
    partner = size > 1 and rng.random() < 0.45
    return (["partner"] if partner else []) + ["child"] * (size - 1 - partner)
