"""What was found with clients of the made-up town and agreed with them: questionnaires, needs, plans with their goals and steps.

Whoever is worked with has a plan; a share of them was assessed as well. Some are behind with one of the method's clocks, mostly where
other things wait, too. What is drawn here is drawn from the case's own number, so that the rest of a case is told as it would be without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from ..casework.assessments import scored
from ..casework.instruments import scoring, shipped
from .pen import Pen, Told
from .stories import STORIES, Story

ACT = "method"
_SHARE, _PLANNED = 0.4, 0.65
# Every so manyth of the young plans waits for approval or is still written.
_WAITS, _WRITTEN = 9, 5
# Asked at the beginning and, half a year later, again: between which of its choices the answers to a question lie then and now.
ASKED = (("phq-2", (1, 3), (0, 2)), ("gad-2", (1, 3), (0, 2)), ("hunger-vital-sign", (0, 1), (1, 2)))
_AGAIN = 180
# A year after the opening, and so many days before or after.
_YEAR, _AROUND, _YEARLY = 365, 30, 0.6

_CLOCKS = ("assessment", "plan", "review")
# Scenes in which somebody is behind with something, and those in which something is near; how many are so with the method as well.
_BEHIND = (
    "task_overdue", "note_unsigned", "contact_overdue", "long_overdue", "attempts_failing", "snooze_ended", "task_today",
    "appointment_today",
)  # fmt: skip
_NEAR = ("contact_soon", "task_soon", "appointment_soon")
_LATE_SHARE, _SOON_SHARE = 0.4, 0.25
# Of those with whom all is well: who is behind with the method alone, and who soon would be.
_LATE_ALONE, _SOON_ALONE = 0.02, 0.05
# So long a case is worked on before everything is begun anew.
_LONG_ENOUGH = 70
_ANEW = {
    "assessment": "Too much has changed since the summer; look at everything again",
    "plan": "Works by the day so far; a plan for what comes next",
}


@dataclass(slots=True)
class Method:
    """Writes it, case by case. `domains` are the keys of the domains of need."""

    pen: Pen
    domains: Mapping[str, int]
    turns: Counter[str] = field(default_factory=Counter)

    def write(self, told: Told) -> None:
        """What was found and agreed in one case that is open, up to this morning."""
        if told.start is None or told.closed is not None:
            return
        rng = Random(f"{told.plan.numbers[0]} method")
        since = told.hole[1] if told.hole else told.start
        day = self.on(told, since, rng.randint(3, 12))
        self._yearly(told, rng)
        if day is None:
            return
        clock, late = self._clock(told, rng)
        anew = self._anew(told, rng, clock, late)
        chosen = rng.sample(STORIES, 1 + (rng.random() < 0.4))
        needs: list[int | None] = [None] * len(chosen)
        if rng.random() < _SHARE:
            asked = self._assess(told, rng, day, before=anew if clock == "assessment" else None)
            needs = [self._need(told, rng, day, one, asked) for one in chosen]
        elif told.active is None:
            return
        made = self.on(told, anew or day, rng.randint(5, 9) if clock == "plan" else rng.randint(7, 18))
        if made is None or not (told.active or anew or rng.random() < _PLANNED):
            return
        agreed = list(zip(chosen, needs, strict=True))
        due = None
        if clock == "review":
            due = self.pen.diary.today + timedelta(days=-rng.randint(2, 18) if late else rng.randint(1, 3))
        self._agree(told, rng, told.key, made, agreed, due=due, waits=clock == "plan")
        for case in told.keys[1:]:
            self._agree(told, rng, case, made, [(rng.choice(STORIES), None)])

    # -- the clocks -------------------------------------------------------------------------------------

    def _clock(self, told: Told, rng: Random) -> tuple[str, bool]:
        """Which of the method's clocks has run out here, or will soon: the first ones of each in any agency, then a share."""
        since, today = told.active, self.pen.diary.today
        if since is None or since > today - timedelta(days=_LONG_ENOUGH):
            return "", False
        drawn = rng.random()
        if told.scene in _BEHIND:
            late, share = True, _LATE_SHARE
        elif told.scene in _NEAR:
            late, share = False, _SOON_SHARE
        else:
            late, share = drawn < _LATE_ALONE, _LATE_ALONE + _SOON_ALONE
            if told.scene != "in_order":
                return "", False
        which = "late" if late else "soon"
        nth = self.turns[which]
        if nth >= len(_CLOCKS) and drawn >= share:
            return "", False
        self.turns[which] += 1
        return _CLOCKS[nth % len(_CLOCKS)], late

    def _anew(self, told: Told, rng: Random, clock: str, late: bool) -> date | None:
        """The day on which the case went back to be assessed, or planned, anew, where that clock is to run."""
        if clock not in _ANEW:
            return None
        pen, policy = self.pen, self.pen.policy[told.code]
        lasts = policy[f"{clock}_days"]
        ago = lasts + rng.randint(2, 24) if late else lasts - rng.randint(1, min(3, policy["soon_days"]))
        day, stage = pen.diary.ago(ago), "planning" if clock == "plan" else clock
        handle = pen.holder(told, day)
        row = {"stage": stage, "on_date": day, "at": pen.diary.at(day, 9 * 60), "worker_id": pen.worker(handle)}
        key = pen.add(ACT, "case_stage", day, case_id=told.key, **row, why=_ANEW[clock])
        told.moves.append((stage, day, key))
        return day

    def _yearly(self, told: Told, rng: Random) -> None:
        """What the program asks every year; the first who are long enough there wait for it."""
        open_for = (self.pen.diary.today - told.opened).days
        if not self.pen.policy[told.code]["annual_assessment"] or open_for < _YEAR - _AROUND:
            return
        which = "yearly late" if open_for > _YEAR + _AROUND else "yearly soon"
        self.turns[which] += 1
        if self.turns[which] == 1 or rng.random() >= _YEARLY:
            return
        day = self.on(told, told.opened, _YEAR - _AROUND + rng.randint(2, 20))
        if day is not None:
            code, then, _now = rng.choice(ASKED)
            for case in told.keys:
                self.fill(told, rng, day, code, then, "annual", case)

    def on(self, told: Told, after: date, days: int) -> date | None:
        """The working day so many days later, where it is past and the case was open."""
        day = after + timedelta(days=days)
        while not self.pen.diary.works(day):
            day += timedelta(days=1)
        return day if day < self.pen.diary.today and told.still(day) else None

    # -- what was found ---------------------------------------------------------------------------------

    def _assess(self, told: Told, rng: Random, day: date, before: date | None) -> int:
        """One questionnaire at the beginning and, where that is long ago, once more; the key of the first."""
        code, then, now = rng.choice(ASKED)
        first = self.fill(told, rng, day, code, then, "baseline")
        again = self.on(told, day, _AGAIN)
        if again is not None and (before is None or again < before):
            self.fill(told, rng, again, code, now, "review")
        return first

    def fill(
        self,
        told: Told,
        rng: Random,
        day: date,
        code: str,
        choices: tuple[int, int],
        phase: str,
        case: int | None = None,
    ) -> int:
        """A questionnaire answered on a day; its key."""
        handle, case = self.pen.holder(told, day), case or told.key
        given = tuple(rng.randint(*choices) for _one in _links(code))
        edition, rules, safety, kept, scores = _scored(code, given)
        made = self.pen.add(
            ACT, "assessment", day, case_id=case, worker_id=self.pen.worker(handle), instrument=code, edition=edition,
            rules=rules, phase=phase, on_date=day, recorded_at=self.pen.diary.at(day, 16 * 60), safety=safety,
        )  # fmt: skip
        for link, value in kept:
            self.pen.add(
                ACT, "assessment_answer", day, case_id=case, assessment_id=made, link=link, place=0, value=value
            )
        for score in scores:
            self.pen.add(ACT, "assessment_score", day, case_id=case, assessment_id=made, **score)
        return made

    def _need(self, told: Told, rng: Random, day: date, one: Story, asked: int) -> int:
        handle, at = self.pen.holder(told, day), self.pen.diary.at(day, 16 * 60 + 20)
        return self.pen.add(
            ACT, "need", day, case_id=told.key, domain_id=self.domains[one.domain],
            severity=rng.choice(("mild", "moderate", "moderate", "severe")), state="open",
            words_id=self.pen.prose(ACT, told.key, handle, day, at, one.words),
            strengths_id=self.pen.prose(ACT, told.key, handle, day, at, one.strengths),
            assessment_id=asked, found_on=day, found_by=self.pen.worker(handle), version=1,
        )  # fmt: skip

    # -- what was agreed --------------------------------------------------------------------------------

    def _agree(
        self, told: Told, rng: Random, case: int, made: date, agreed: list[tuple[Story, int | None]], *, due: date | None = None,
        waits: bool = False,
    ) -> None:  # fmt: skip
        """A plan of a case. `due` is when it is to be gone through, if not when the program says; with `waits` it does not run yet."""
        pen = self.pen
        author, every = pen.holder(told, made), pen.policy[told.code]["review_days"]
        put = self.on(told, made, 2)
        approved = self.on(told, put, 3) if put is not None else None
        state = "approved" if approved is not None else "submitted" if put is not None else "draft"
        young = told.active is None or told.active > pen.diary.ago(every - 15)
        if waits or young:
            nth = self.turns["waits" if waits else "young"]
            self.turns["waits" if waits else "young"] += 1
            if put is not None and (nth % 2 == 0 if waits else nth % _WAITS == 0):
                state, approved = "submitted", None
            elif waits or nth % _WAITS == _WRITTEN:
                state, put, approved = "draft", None, None
        seen = self._reviews(told, approved, every, due) if approved is not None else []
        wants = pen.prose(ACT, case, author, made, pen.diary.at(made, 11 * 60), agreed[0][0].goal + ".")
        plan = pen.add(
            ACT, "plan", made, case_id=case, kind="service", number=1, state=state, author_id=pen.worker(author), made_on=made,
            wants_id=wants, agreed="yes" if put else None, agreed_on=made if put else None, submitted_on=put,
            submitted_by=pen.worker(author) if put else None, version=1,
            review_on=(due or [approved, *seen][-1] + timedelta(days=every)) if approved else None,
            **self.approval(author, approved),
        )  # fmt: skip
        for place, (one, need) in enumerate(agreed, 1):
            self.goal(told, rng, case, made, plan, place, one, need, running=approved is not None)
        for day in seen:
            handle, at = pen.holder(told, day), pen.diary.at(day, 14 * 60)
            body = "Gone through together; it is going as agreed, slower than hoped."
            pen.add(
                ACT, "plan_review", day, case_id=case, plan_id=plan, on_date=day, worker_id=pen.worker(handle),
                narrative_id=pen.prose(ACT, case, handle, day, at, body), next_on=day + timedelta(days=every), at=at,
            )  # fmt: skip

    def approval(self, author: str, approved: date | None) -> dict[str, Any]:
        """Who approved of a plan and when: its author's supervisor, of a supervisor's own the worker `demo`."""
        if approved is None:
            return {"approved_on": None, "approved_at": None, "approved_by": None}
        lead = self.pen.supervisor(author)
        by = self.pen.worker(lead if lead != author else "demo")
        return {"approved_on": approved, "approved_at": self.pen.diary.at(approved, 15 * 60), "approved_by": by}

    def _reviews(self, told: Told, approved: date, every: int, due: date | None) -> list[date]:
        """The days on which a plan was gone through; none shortly before the one on which it is due."""
        days: list[date] = []
        while (day := self.on(told, days[-1] if days else approved, every)) is not None:
            if due is not None and day > due - timedelta(days=every // 2):
                break
            days.append(day)
        return days

    def goal(
        self, told: Told, rng: Random, case: int, made: date, plan: int, place: int, one: Story, need: int | None, *,
        running: bool, ended: date | None = None, how: str = "open",
    ) -> None:  # fmt: skip
        """A goal with its steps; `ended` with its plan on a day, and `how`."""
        pen = self.pen
        goal = pen.add(
            ACT, "goal", made, case_id=case, plan_id=plan, need_id=need, place=place, title=one.goal, measure=one.measure,
            starts_on=made, due_on=made + timedelta(days=rng.randrange(120, 270, 10)), state=how, ended_on=ended, agreed="yes",
            version=1,
        )  # fmt: skip
        before, last = None, made
        for nth, (title, who) in enumerate(one.steps, 1):
            due = made + timedelta(days=21 * nth + rng.randint(0, 9))
            slipped = running and rng.random() < 0.2
            done = running and due < (ended or pen.diary.today) and rng.random() < 0.85
            last = max(last, self.on(told, due, 0) or due - timedelta(days=1)) if done else last
            state = "done" if done else "dropped" if ended else "open"
            before = pen.add(
                ACT, "step", made, case_id=case, goal_id=goal, place=nth, title=title, who=who,
                who_name="Homework club" if who == "other" else "",
                worker_id=pen.worker(pen.holder(told, made)) if who == "worker" else None, starts_on=made,
                due_on=due + timedelta(days=14) if slipped else due, first_due_on=due, after_id=before if nth > 1 else None,
                state=state, ended_on=last if done else ended, version=1,
            )  # fmt: skip


@cache
def _links(code: str) -> tuple[str, ...]:
    """The questions of an instrument that are answered by one of their choices."""
    form = shipped.shipped(code).questionnaire
    return tuple(link for link, item in form.by_link.items() if item.choices)


@cache
def _scored(
    code: str, given: tuple[int, ...]
) -> tuple[str, str, bool, tuple[tuple[str, str], ...], tuple[dict[str, Any], ...]]:
    """What answers come to, each a choice of its question counted from 0: edition, edition of the rules, safety, answers and scores as they are
    kept."""
    asked = shipped.shipped(code)
    form = asked.questionnaire
    chosen = {link: form.by_link[link].choices[nth].code for link, nth in zip(_links(code), given, strict=True)}
    result = scoring.result(form, asked.rules, {link: (answer,) for link, answer in chosen.items()})
    scores = tuple(
        {"scale": one.scale, "value": one.value, "band": one.band, "cut_off": one.cut_off, "positive": one.positive}
        for one in scored(asked, result)
    )
    return form.version, asked.rules.version, bool(result.safety), tuple(chosen.items()), scores
