"""The course of benchmarks/method_course.py by keyboard alone, on screens of 80x24."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.tui.terminal import Terminal

from . import method_course as course
from .office import Office

SAVE = "\x13"


class Keys:
    """One person's keys on a screen of 80x24, each with what must be read after it."""

    def __init__(self, term: Terminal) -> None:
        self.term = term

    def __call__(self, keys: str, seen: str) -> None:
        """Sends the keys, and waits for these words and until all of the screen has been painted. Raises AssertionError, with the
        screen, where they never come."""
        self.term.send(keys)
        self.term.until(seen)
        while self.term.pump(0.35):
            pass

    def to(self, words: str, key: str = "j") -> None:
        """Moves the cursor, line by line, to the next that has these words. Raises AssertionError where it comes to a stand before."""
        while words not in (line := self._line()):
            self(key, "›")
            assert self._line() != line, f"{words} cannot be gone to; the screen:\n{self.term.screen()}"

    def _line(self) -> str:
        return next((line for line in self.term.screen().splitlines() if line.startswith("›")), "")


@contextmanager
def at(office: Office, handle: str, first: str) -> Iterator[Keys]:
    """A screen of theirs, once the first page shows that."""
    with office.screen(handle) as term:
        keys = Keys(term)
        keys("", first)
        yield keys


def taken_in(office: Office) -> None:
    with at(office, "ana", "Your queue is empty") as keys:
        keys("+", "Given name")
        keys(f"Mara\tLenz\t12 may 1990\tgerman\thousing\tstreet team\tmedium\tana{SAVE}", "speaks German")
        keys("Ea", "type to find it")
        keys("phq-9\r", "Patient Health Questionnaire")
        keys(course.PHQ_9, "SAFETY")
        keys("g", "9 of 10")
        keys(course.TENTH + SAVE, "a high alert is raised")
        keys("", "level 1, now")
        keys("d", "looked at, still stands?")
        keys("y", "Reviewed 1 alert")
        keys("Ea", "type to find it")
        keys("self\r", "0 of 18")
        keys(course.MATRIX, "18 of 18")
        keys(SAVE, "Recorded an assessment")
        for domain, much, words, builds in course.NEEDS:
            keys("En", "In their words")
            keys(f"{domain}\t{much}\t{words}\t{builds}{SAVE}", "Added a need")


def planned(office: Office) -> None:
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("sp", "Why planning")
        keys("What she needs is clear\r", "Moved the case to stage planning")
        keys("P", "Nothing was agreed")
        keys("sb", "Began version 1")
        keys("", "service plan, version 1")
        keys("eTo live in her own flat.\r", "Wrote what the client wants")
        for title, seen_by, need, due, steps in course.GOALS:
            keys("a", "Seen by")
            keys(f"{title}\t{seen_by}\t{need}\t\t{due}{SAVE}", "Added a goal")
            keys("", f". {title}")
            keys.to(title)
            for step, who, name, by, after in steps:
                keys("t", "After")
                keys(f"{step}\t{who}\t{name}\t\t\t{by}\t{after}{SAVE}", "Added a step")
            keys.to(title, "k")
            keys("=", "The client agrees with the goal  y")
            keys("y", "They say")
            keys("\r", "The client agrees with a goal")
        keys("gg=", "The client agrees with the plan  y")
        keys("y", "The client agrees with the plan  ·  u")
        keys("sf", "Put version 1 of the service plan forward")
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys("P", "waits for approval")
        keys("sa", "Approved; gone through next")
        keys("13w\r", "Approved version 1 of the service plan")


def asked_of_others(office: Office) -> None:
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("sa", "Why active")
        keys("The plan is agreed\r", "Moved the case to stage active")
        keys("\r", "[Summary]")
        for whom, what in course.OFFERS:
            keys("Cg", "Last day")
            keys(f"{whom}\tidentity,services\tName and address\t{what}\t26w{SAVE}", "Recorded a consent")
        keys("gs", "No service answers")
        for provider, service in course.OFFERS:
            keys("P", "A provider for the directory")
            keys(f"{provider}{SAVE}", "Added a provider")
            keys("+", "A service for the directory")
            keys(f"{provider}\t{service}\thousing{SAVE}", "Added a service")
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("\r", "[Summary]")
        keys("f", "2 services")
        keys("/flat\r", "1 service")
        keys("\r", "Asked for, and why")
        keys(f"{course.ASKED[course.OFFERS[1][1]]}\r", "It may go")
        keys("s", "Sent a referral")
        keys("\t" * 7, "[Services]")
        keys("\r", "d declined")
        keys("d", "r they have no room")
        keys("r", "A referral is now declined")
        keys("f", "2 services")
        keys("/room\r", "1 service")
        keys("\r", "Asked for, and why")
        keys(f"{course.ASKED[course.OFFERS[0][1]]}\r", "m more")
        keys("m", "Asked for  s")
        keys("s", "For the need")
        keys("hous\r", "In place of")
        keys("\x1b[B\r", "It may go")
        keys("s", "Sent a referral")
        keys("gg\r", "a accepted")
        keys("a", "A referral is now accepted")
        keys("\r", "b begun")
        keys("b", "A referral is now started")


def authorised(office: Office) -> None:
    """More than one may authorise alone: asked for with a reason, approved by who supervises the case."""
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys("\r", "[Summary]")
        keys("$b", "How much")
        keys(f"600\t\t26w\t100\tCity fund{SAVE}", "a budget")
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("\r", "[Summary]")
        keys("$a", "At service")
        keys(f"A room\t\t240\t\t\t8w\t\tNothing else is free{SAVE}", "Asked")
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys("\r", "[Summary]")
        keys("\t" * 7, "[Services]")
        keys("G\r", "a approve")
        keys("a", "Approved, because")
        keys("\r", "Approved 240.00 EUR")


def waits(office: Office) -> None:
    """Another client, for whom there is no place yet."""
    given, family, born, risk = course.WAITS
    with at(office, "ben", "Today") as keys:
        keys("+", "Given name")
        keys(f"{given}\t{family}\t{born}\t\thousing\t\t{risk}\tnone{SAVE}", "Opened case")


def visited(office: Office) -> None:
    """In person at the residence, on the day; what was done by then is marked, and what was paid is recorded."""
    for nth, (day, later, minutes, words, done) in enumerate(course.VISITS):
        office.set_day(day + timedelta(later))
        with at(office, "ana", "Lenz, Mara") as keys:
            keys("cv", "m made")
            if later:
                keys("w", "When:")
                keys(f"{day} 14:30\r", "h at home")
                keys("h", "m made")
            keys("m", "Visit, made:")
            keys(f"{minutes} {words}\r", "Logged a contact made (visit)")
            keys("P", "service plan, version 1")
            for step in done:
                keys.to(step)
                keys("d", "A step is done")
            if nth:
                keys("\x1b", "Lenz, Mara")
                keys("$p", "Paid of:")
                keys("\r", "To whom")
                keys(f"{course.PAID[nth - 1]}\t\t\t2026/{nth}{SAVE}", "Paid")


def reviewed(office: Office) -> None:
    """The plan is gone through together, and the client says how it is going."""
    day, seen, again = course.REVIEW
    office.set_day(day)
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("P", "service plan, version 1")
        keys("Ev", "a ask now")
        _heard(keys)
        keys("sv", "Gone through; you saw:")
        keys(f"{seen}\r", "Again on:")
        keys(f"{again}\r", "Reviewed the plan")


def _heard(keys: Keys) -> None:
    """What the client says of the work."""
    keys("a", "0 of 6")
    keys(course.VOICE, "5 of 6")
    keys("\r", "Answer:")
    keys(f"{course.OTHERWISE}\r", "6 of 6")
    keys(SAVE, "Recorded an assessment")


def closed(office: Office) -> None:
    """Who holds the case mends what stands before its closing; who supervises it closes it and gives the place to who waits."""
    office.set_day(course.CLOSING)
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("sc", "4 gates shut")
        keys.to("phq-9")
        keys("\r", "a ask now")
        keys("a", "0 of 10")
        keys(course.LAST_PHQ_9, "9 of 10")
        keys(course.LAST_TENTH + SAVE, "1 instrument asked at the beginning")
        keys.to("self-sufficiency-matrix")
        keys("\r", "a ask now")
        keys("a", "0 of 18")
        keys(course.LAST_MATRIX, "18 of 18")
        keys(SAVE, "3 gates shut")
        keys("gg", "Reason")
        keys.to("started")
        keys("\r", "c completed")
        keys("c", "2 gates shut")
        keys("gg", "Reason")
        keys.to("authorised")
        keys("\r", "e end")
        keys("e", "1 gate shut")
        keys("gg", "Reason")
        for number, (goal, *_more) in enumerate(course.GOALS, 1):
            if goal in course.REACHED:
                keys.to(f"goal {number}")
                keys("\r", f"Goal {number} is")
                keys("r", "1 goal of the plan is open")
        keys("gg", "Reason")
        keys.to("How it went")
        keys("\r", "a ask now")
        _heard(keys)
    why, _reason, destination, aftercare = course.CLOSED
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys.to("Lenz, Mara")
        keys("sc", "1 gate shut")
        keys("gg", "Reason")
        keys("\r", "Closed:")
        keys("c", "completed")
        keys.to("Went to")
        keys("\r", "type to find it")
        keys(f"{destination}\r", "a rented home, no subsidy")
        keys.to("Aftercare")
        keys("\r", "Ask how they are on:")
        keys(f"{aftercare}\r", "11 Jun")
        keys.to("open goals")
        keys("o", "open goals, passed because:")
        keys(f"{course.PASSED}\r", "may be closed")
        keys(SAVE, "Why closed:")
        keys(f"{why}\r", "admit to ana?")
        keys("y", "Admitted")


PARTS = (taken_in, planned, asked_of_others, authorised, waits, visited, reviewed, closed)
