"""Triage worked out by hand: DESIGN.md's rules over the plain facts, in Python, sharing nothing with the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Facts = dict[str, dict[int, dict[str, Any]]]
RISKS = ("critical", "high", "medium", "low")
IN_ORDER = 5


@dataclass
class Judgement:
    """What a person with the file in hand would say of an open case on a day."""

    number: str
    risk: str
    rules: dict[str, tuple[int, date]] = field(default_factory=dict)
    resting_since: date = date.max
    snoozed_until: date | None = None
    day: date = date.max

    @property
    def level(self) -> int:
        return min((level for level, _since in self.rules.values()), default=IN_ORDER)

    @property
    def since(self) -> date:
        return min((since for level, since in self.rules.values() if level == self.level), default=self.resting_since)

    @property
    def snoozed(self) -> bool:
        return self.level > 1 and self.snoozed_until is not None and self.snoozed_until > self.day

    @property
    def place(self) -> tuple[int, int, date, str]:
        return (6 if self.snoozed else self.level, RISKS.index(self.risk), self.since, self.number)


def judge(facts: Facts, day: date) -> dict[int, Judgement]:
    """Every case open on that day, by its key."""
    out = {}
    for key, case in facts["case_file"].items():
        judged = _judge(facts, case, day)
        if judged is not None:
            out[key] = judged
    return out


def queue(facts: Facts, day: date) -> list[str]:
    """The numbers of all open cases that wait, in order."""
    waiting = [one for one in judge(facts, day).values() if not one.snoozed]
    return [one.number for one in sorted(waiting, key=lambda one: one.place)]


def _of(facts: Facts, table: str, case: int) -> list[dict[str, Any]]:
    return [row for row in facts[table].values() if row["case_id"] == case]


def _latest(rows: list[dict[str, Any]], column: str, day: date, default: str) -> str:
    past = [row for row in rows if row["on_date"] <= day]
    return str(max(past, key=lambda row: (row["on_date"], row["id"]))[column]) if past else default


def _judge(facts: Facts, case: dict[str, Any], day: date) -> Judgement | None:
    key, opened = case["id"], case["opened_on"]
    if _latest(_of(facts, "case_stage", key), "stage", day, "referred") == "closed":
        return None
    (policy,) = (
        row for row in facts["policy"].values() if row["program_id"] == case["program_id"] and row["is_current"]
    )
    risk = _latest(_of(facts, "case_risk", key), "risk", day, "low")
    lines = [row for row in _of(facts, "contact_line", key) if row["on_date"] <= day]
    counted = policy["contact_kinds"].split(",")
    spoken = [row["on_date"] for row in lines if row["met"] and row["kind"] in counted]
    last = max(spoken, default=None)
    judged = Judgement(case["number"], risk, resting_since=last or opened, day=day)

    def fires(rule: str, setting: str, since: date | None) -> None:
        level = policy[f"level_{setting}"]
        if level < IN_ORDER and since is not None:
            judged.rules[rule] = (level, since)

    stage, since = _stood(_of(facts, "case_stage", key), day)
    days = policy[f"contact_{risk}_days"]
    timed = _timed(policy, stage, since, day)
    if timed is not None:
        days = min(days, timed) if risk in ("high", "critical") else timed
    base = max(opened, last) if last else opened
    due = base + timedelta(days=days)
    soon = day + timedelta(days=policy["soon_days"])
    if due < day:
        half_again = (day - base).days > -(-days * 3 // 2)
        setting = "critical" if risk == "critical" else "high" if risk == "high" or half_again else "overdue"
        fires("contact_overdue", f"contact_{setting}", due)
    elif due <= soon:
        fires("contact_soon", "soon", due)

    met = max((row["on_date"] for row in lines if row["met"]), default=None)
    tries = sorted((row["on_date"] for row in lines if row["outcome"] == "attempted"), reverse=True)
    window = timedelta(days=policy["attempts_days"])
    if len(tries) > 1 and tries[1] > day - window and (met is None or met <= day - window):
        fires("attempts_failing", "attempts_failing", max(tries[1], met + window) if met else tries[1])

    open_tasks = [row["due_on"] for row in _of(facts, "task", key) if row["done_at"] is None]
    if open_tasks and min(open_tasks) < day:
        fires("task_overdue", "task_overdue", min(open_tasks))
    coming = min((one for one in open_tasks if one >= day), default=None)
    _comes("task", coming, day, soon, fires)

    meetings = [row["on_date"] for row in _of(facts, "appointment", key) if row["state"] == "scheduled"]
    _comes("appointment", min((one for one in meetings if one >= day), default=None), day, soon, fires)

    alerts = [
        row["raised_on"] if row["reviewed_on"] is None else row["review_on"]
        for row in facts["alert"].values()
        if row["client_id"] == case["client_id"]
        and (row["kind"], row["level"], row["ended_on"]) == ("safety", "high", None)
    ]
    if alerts and min(alerts) <= day:
        fires("safety", "safety", min(alerts))

    drafts = [row["on_date"] for row in _of(facts, "note", key) if row["state"] == "draft"]
    if drafts and (day - min(drafts)).days > policy["note_days"]:
        fires("note_unsigned", "note_unsigned", min(drafts))

    ends = _consent_ends(facts, key, day)
    if ends is not None and (ends - day).days <= policy["consent_days"]:
        fires("consent_soon", "soon", ends)

    answers = [row["answer_by"] for row in _of(facts, "referral", key) if row["state"] == "sent"]
    if answers and min(answers) < day:
        fires("referral_stalled", "referral_stalled", min(answers))
    elif answers and min(answers) <= soon:
        fires("referral_soon", "soon", min(answers))
    relied = _relied_ends(facts, key, day)
    if relied is not None and relied <= day:
        fires("consent_ended", "consent_ended", relied)

    for rule, due in _method(facts, case, policy, stage, since, day).items():
        last = due + timedelta(days=30) if rule == "annual" else due
        if last < day:
            fires(f"{rule}_overdue", f"{rule}_overdue", last)
        elif due <= (day + timedelta(days=30) if rule == "annual" else soon):
            fires(f"{rule}_soon", "soon", due)
    running = [row for row in _of(facts, "authorisation", key) if _still_runs(facts, row)]
    last_day = min((row["to_on"] for row in running), default=None)
    if last_day is not None and last_day < day:
        fires("authorisation_ended", "authorisation_ended", last_day)
    elif last_day is not None and (last_day - day).days <= policy["authorisation_days"]:
        fires("authorisation_soon", "soon", last_day)
    for rule, setting, since in _budgets(facts, key, day):
        fires(rule, setting, since)

    for row in _of(facts, "snooze", key):
        if row["cleared_at"] is None:
            judged.snoozed_until = row["until_on"]
            if row["until_on"] <= day:
                fires("snooze_ended", "snooze_ended", row["until_on"])

    held = [row for row in _of(facts, "assignment", key) if row["role"] == "primary"]
    holding = [row for row in held if row["ends_at"] is None]
    if not holding:
        fires("unassigned", "unassigned", max((row["ends_on"] for row in held), default=opened))
    elif holding[0]["acknowledged_at"] is None:
        fires("new_assignment", "new_assignment", holding[0]["starts_on"])
    return judged


def _stood(moves: list[dict[str, Any]], day: date) -> tuple[str, date | None]:
    """The stage, and since when: active and monitoring are one."""
    stage, since, before = "referred", None, ""
    for row in sorted(moves, key=lambda row: (row["on_date"], row["id"])):
        if row["on_date"] <= day:
            stage = row["stage"]
            stretch = "active" if stage == "monitoring" else stage
            if stretch != before:
                before, since = stretch, row["on_date"]
    return stage, since


def _timed(policy: dict[str, Any], stage: str, since: date | None, day: date) -> int | None:
    """Days between contacts in the timed phase that runs."""
    if stage not in ("active", "monitoring") or since is None:
        return None
    end = since
    for phase in (1, 2, 3):
        if policy[f"phase{phase}_days"] is None:
            return None
        end += timedelta(days=policy[f"phase{phase}_days"])
        if day < end:
            return int(policy[f"phase{phase}_contact_days"])
    return None


def _method(
    facts: Facts, case: dict[str, Any], policy: dict[str, Any], stage: str, since: date | None, day: date
) -> dict[str, date]:  # fmt: skip
    """The clocks of the method that run, each with the day on which it runs out, or the anniversary."""
    every = _of(facts, "assessment", case["id"])
    corrected = {row["corrects_id"] for row in every}
    asked = [row for row in every if row["id"] not in corrected and row["on_date"] <= day]
    plans = [row for row in _of(facts, "plan", case["id"]) if row["state"] == "approved"]
    found: dict[str, date] = {}
    if stage == "assessment" and since and not any(row["on_date"] >= since for row in asked):
        found["assessment"] = since + timedelta(days=policy["assessment_days"])
    if stage == "planning" and since and not any(row["kind"] == "service" for row in plans):
        found["plan"] = since + timedelta(days=policy["plan_days"])
    if stage in ("active", "monitoring") and since:
        reviews = []
        for row in plans:
            seen = [one["on_date"] for one in _of(facts, "plan_review", case["id"]) if one["plan_id"] == row["id"]]
            last = max((one for one in seen if one <= day), default=row["approved_on"])
            reviews.append(row["review_on"] or last + timedelta(days=policy["review_days"]))
        found["review"] = min(reviews, default=since + timedelta(days=policy["review_days"]))
    if policy["annual_assessment"] and stage not in ("referred", "closed"):
        opened = case["opened_on"]
        yearly = max((row["on_date"] for row in asked if row["phase"] == "annual"), default=None)
        after = opened if yearly is None else max(yearly, opened) + timedelta(days=30)
        found["annual"] = next(
            one for year in range(opened.year + 1, 9999) if (one := _anniversary(opened, year)) > after
        )
    return {rule: due for rule, due in found.items() if policy[f"level_{rule}_overdue"] < IN_ORDER}


def _anniversary(day: date, year: int) -> date:
    return date(year, day.month, 1) + timedelta(days=day.day - 1)


def _consent_ends(facts: Facts, case: int, day: date) -> date | None:
    """The first last day of a consent that holds and that no longer one says as much as."""

    def closed_since(one: dict[str, Any]) -> bool:
        return one["ends_with"] == "case_closed" and any(
            row["stage"] == "closed" and (row["on_date"], row["at"]) > (one["signed_on"], one["recorded_at"])
            for row in _of(facts, "case_stage", case)
            if one["signed_on"] <= row["on_date"] <= day
        )

    holding = [
        one for one in _of(facts, "consent", case)
        if one["revoked_on"] is None and one["event_on"] is None and (one["until_on"] or date.max) >= day and not closed_since(one)
    ]  # fmt: skip
    return min((
        one["until_on"] for one in holding
        if one["until_on"] is not None and not any(
            (other["until_on"] or date.max) > one["until_on"] and other["recipient_key"] == one["recipient_key"]
            and {*other["kinds"].split(",")} >= {*one["kinds"].split(",")}
            for other in holding
        )
    ), default=None)  # fmt: skip


def _relied_ends(facts: Facts, case: int, day: date) -> date | None:
    """The first day on which what a running referral told is permitted by no consent any more."""

    def end(one: dict[str, Any]) -> date:
        ends = [one["until_on"] + timedelta(days=1)] if one["until_on"] else []
        ends += [one[name] for name in ("event_on", "revoked_on") if one[name]]
        if one["ends_with"] == "case_closed":
            ends += [
                row["on_date"] for row in _of(facts, "case_stage", case)
                if row["stage"] == "closed" and row["on_date"] <= day
                and (row["on_date"], row["at"]) > (one["signed_on"], one["recorded_at"]) and row["on_date"] >= one["signed_on"]
            ]  # fmt: skip
        return min(ends, default=date.max)

    found = []
    for sent in _of(facts, "referral", case):
        told = facts["disclosure"].get(sent["disclosure_id"])
        if (
            told is not None
            and told["basis"] == "consent"
            and sent["state"] in ("sent", "accepted", "waitlisted", "started")
        ):
            found.append(
                max(
                    end(one) for one in _of(facts, "consent", case)
                    if one["recipient_key"] == told["recipient_key"] and one["signed_on"] <= day
                    and {*one["kinds"].split(",")} >= {*told["kinds"].split(",")}
                )
            )  # fmt: skip
    first = min(found, default=date.max)
    return None if first == date.max else first


def _still_runs(facts: Facts, one: dict[str, Any]) -> bool:
    """Approved, and neither ended nor taken up again by another that was approved."""
    return one["state"] == "approved" and not any(
        other["renews_id"] == one["id"] and other["state"] in ("approved", "ended")
        for other in facts["authorisation"].values()
    )


def _budgets(facts: Facts, case: int, day: date) -> list[tuple[str, str, date]]:
    """Which rules the budgets of a client break today, and since when."""
    found: dict[str, list[date]] = {"budget_over": [], "budget_soon": []}
    for one in _of(facts, "budget", case):
        under = [row for row in facts["authorisation"].values() if row["budget_id"] == one["id"]]
        taken = sum(row["cents"] for row in under if row["state"] == "approved")
        ended = {row["id"] for row in under if row["state"] == "ended"}
        taken += sum(row["cents"] for row in facts["payment"].values() if row["authorisation_id"] in ended)
        since = max([one["from_on"], *(row["approved_on"] for row in under if row["approved_on"])])
        if one["to_on"] < day:
            continue
        if taken > one["cents"]:
            found["budget_over"].append(since)
        elif one["cents"] and taken * 10 >= one["cents"] * 9:
            found["budget_soon"].append(since)
    settings = {"budget_over": "budget_over", "budget_soon": "soon"}
    return [(rule, settings[rule], min(days)) for rule, days in found.items() if days and min(days) <= day]


def _comes(what: str, coming: date | None, day: date, soon: date, fires: Any) -> None:
    if coming == day:
        fires(f"{what}_today", f"{what}_today", coming)
    elif coming is not None and coming <= soon:
        fires(f"{what}_soon", "soon", coming)
