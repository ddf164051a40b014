"""The course of benchmarks/method_course.py by commands alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from . import method_course as course
from .office import Office


class Lines:
    """One agency, by its command lines; what was made is found again under the name it was typed with."""

    def __init__(self, office: Office) -> None:
        self.office, self.case = office, ""
        self.made: dict[str, str] = {}

    def __call__(self, handle: str, *line: str) -> Any:
        """What a command line of theirs answers, which must succeed."""
        return self.office.ask(handle, *line)

    def ana(self, verb: str, *line: str) -> Any:
        """One of ana's, about her case."""
        return self("ana", verb, self.case, *line)

    def ben(self, verb: str, *line: str) -> Any:
        """One of who supervises it."""
        return self("ben", verb, self.case, *line)


def _answers(digits: Iterable[str]) -> list[str]:
    return [part for number, digit in enumerate(digits, 1) for part in ("--answers", f"{number}={digit}")]


def taken_in(lines: Lines) -> None:
    person = ("--given", "Mara", "--family", "Lenz", "--born", "1990-05-12", "--language", "de")
    where = ("--program", "housing", "--source", "street team", "--risk", "medium", "--worker", "ana")
    lines.case = lines("ana", "intake", *person, *where)["case"]
    lines.ana("assess", "phq-9", *_answers(course.PHQ_9 + course.TENTH))
    lines.ana("alert", "review")
    lines.ana("assess", "self-sufficiency-matrix", *_answers(course.MATRIX))
    for domain, much, words, builds in course.NEEDS:
        told = ("--domain", domain, "--severity", much, "--words", words)
        lines.made[domain] = lines.ana("need", "add", *told, *(("--strengths", builds) if builds else ()))["need"]


def planned(lines: Lines) -> None:
    lines.ana("stage", "planning", "--why", "What she needs is clear")
    lines.ana("plan", "begin")
    lines.ana("plan", "want", "To live in her own flat.")
    steps: list[str] = []
    for title, seen_by, need, due, its_steps in course.GOALS:
        told = ("--measure", seen_by, "--need", lines.made[need], "--due", f"+{due}")
        goal = lines.made[title] = lines.ana("goal", "add", title, *told)["goal"]
        for step, who, name, by, after in its_steps:
            told = ("--goal", goal, "--who", who, "--due", f"+{by}")
            named = ("--name", name) if name else ()
            waits_for = ("--after", steps[int(after) - 1]) if after else ()
            steps.append(lines.ana("step", "add", step, *told, *named, *waits_for)["step"])
            lines.made[step] = steps[-1]
        lines.ana("goal", "agree", goal, "yes")
    lines.ana("plan", "agree", "yes")
    lines.ana("plan", "submit")
    lines.ben("plan", "approve", "--next", "+13w")


def asked_of_others(lines: Lines) -> None:
    lines.ana("stage", "active", "--why", "The plan is agreed")
    for whom, what in course.OFFERS:
        told = ("--recipient", whom, "--kinds", "identity,services", "--what", "Name and address", "--purpose", what)
        lines.ana("consent", "give", *told, "--until", "+26w")
    for provider, service in course.OFFERS:
        lines("ana", "provider", "add", provider)
        lines("ana", "service", "add", service, "--provider", provider, "--domain", "housing")
    (_shelter, room), (_home, flat) = course.OFFERS
    declined = lines.ana("refer", "send", "--service", flat, "--reason", course.ASKED[flat])["referral"]
    lines.ana("refer", "answer", declined, "--say", "declined", "--because", "no_capacity")
    instead = ("--need", lines.made["housing"], "--replaces", declined)
    lines.made[room] = lines.ana("refer", "send", "--service", room, "--reason", course.ASKED[room], *instead)[
        "referral"
    ]
    lines.ana("refer", "answer", lines.made[room], "--say", "accepted")
    lines.ana("refer", "start", lines.made[room])


def authorised(lines: Lines) -> None:
    days = ("--from", "today", "--to")
    sums = ("--amount", "600", "--single", "100", "--name", "City fund")
    lines("ben", "budget", "set", lines.case, *sums, *days, "+26w")
    told = ("--service", "A room", "--amount", "240", "--reason", "Nothing else is free")
    asked = lines.made["money"] = lines.ana("authorise", "ask", *told, *days, "+8w")["authorisation"]
    lines.ben("authorise", "approve", asked)


def waits(lines: Lines) -> None:
    given, family, born, risk = course.WAITS
    who = ("--given", given, "--family", family, "--born", born)
    lines("ben", "intake", *who, "--program", "housing", "--risk", risk)


def visited(lines: Lines) -> None:
    for nth, (day, later, minutes, words, done) in enumerate(course.VISITS):
        lines.office.set_day(day + timedelta(later))
        at = ("--at", f"{day} 14:30", "--place", "home") if later else ()
        lines.ana("contact", "--kind", "visit", "--outcome", "made", "--minutes", str(minutes), "--note", words, *at)
        for step in done:
            lines.ana("step", "done", lines.made[step])
        if nth:
            lines.ana("pay", "add", lines.made["money"], "--amount", course.PAID[nth - 1], "--reference", f"2026/{nth}")


def _heard(lines: Lines, phase: str) -> None:
    lines.ana("assess", "client-voice", *_answers([*course.VOICE, course.OTHERWISE]), "--phase", phase)


def reviewed(lines: Lines) -> None:
    day, seen, again = course.REVIEW
    lines.office.set_day(day)
    _heard(lines, "review")
    lines.ana("plan", "review", seen, "--next", f"+{again}")


def closed(lines: Lines) -> None:
    lines.office.set_day(course.CLOSING)
    lines.ana("assess", "phq-9", *_answers(course.LAST_PHQ_9 + course.LAST_TENTH), "--phase", "closing")
    lines.ana("assess", "self-sufficiency-matrix", *_answers(course.LAST_MATRIX), "--phase", "closing")
    lines.ana("refer", "complete", lines.made["A room"])
    lines.ana("authorise", "end", lines.made["money"])
    for goal in course.REACHED:
        lines.ana("goal", "reach", lines.made[goal])
    _heard(lines, "closing")
    why, reason, destination, aftercare = course.CLOSED
    how = (
        "--reason",
        reason,
        "--destination",
        destination,
        "--aftercare",
        f"+{aftercare}",
        "--pass",
        f"goals={course.PASSED}",
    )
    lines.ben("stage", "closed", "--why", why, *how, "--admit", "next")


PARTS = (taken_in, planned, asked_of_others, authorised, waits, visited, reviewed, closed)
