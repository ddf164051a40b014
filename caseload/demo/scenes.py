"""How a case stands this morning. Each scene makes one rule of triage fire, or none, so that every reason can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# When the client was last met or spoken to, measured on the contact clock: with time to spare, due within days, overdue,
# overdue by half again, tried in vain.
Gap = Literal["quiet", "soon", "late", "later", "failing"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One way to stand. `share` is how common it is; the first level named is the one it is made for."""

    name: str
    share: float
    gap: Gap = "quiet"
    risks: tuple[tuple[str, int], ...] = (("low", 6), ("medium", 4))
    # Someone else can be served in the same visits without a second reason to worry.
    households: bool = False


_SOME_RISK = (("low", 4), ("medium", 4), ("high", 3), ("critical", 1))

# In order of importance: a small agency shows the first ones first, and every level with them.
SCENES: tuple[Scene, ...] = (
    Scene("safety_new", 1.2),
    Scene("appointment_today", 4),
    Scene("contact_overdue", 5.5, "late"),
    Scene("contact_soon", 17, "soon", _SOME_RISK, households=True),
    Scene("in_order", 44, households=True),
    Scene("new_assignment", 3),
    Scene("attempts_failing", 3, "failing", (("low", 1),)),
    Scene("snooze_ended", 2),
    Scene("task_overdue", 4.5),
    Scene("note_unsigned", 4),
    Scene("critical_overdue", 1.2, "late", (("critical", 1),)),
    Scene("task_today", 4),
    Scene("task_soon", 8, households=True),
    Scene("appointment_soon", 10, households=True),
    Scene("high_overdue", 3, "late", (("high", 1),)),
    Scene("long_overdue", 2, "later"),
    Scene("safety_due", 1.2),
    Scene("snoozed", 4),
)
FILLER = next(scene for scene in SCENES if scene.name == "in_order")


def deck(count: int, unseen: list[Scene]) -> list[Scene]:
    """The scenes of one person's caseload, in the usual proportions.

    One with room has every scene at least once. Otherwise those that nobody has shown so far come first.
    `unseen` loses what is dealt.
    """
    if count >= 2 * len(SCENES):
        whole = sum(scene.share for scene in SCENES)
        wanted = {scene.name: max(1, round(scene.share / whole * count)) for scene in SCENES}
        wanted[FILLER.name] += count - sum(wanted.values())
        dealt = [scene for scene in SCENES for _ in range(wanted[scene.name])]
    else:
        dealt = unseen[:count]
        rest = _proportional({scene.name for scene in dealt})
        dealt += [next(rest) for _ in range(count - len(dealt))]
    for scene in dealt:
        if scene in unseen:
            unseen.remove(scene)
    return dealt


def _proportional(seen: set[str]) -> Iterator[Scene]:
    """Scenes by their shares, the commonest first; what is there already counts."""
    have = {scene.name: float(scene.name in seen) for scene in SCENES}
    while True:
        pick = max(SCENES, key=lambda scene: scene.share / (have[scene.name] + 0.5))
        have[pick.name] += 1
        yield pick
