"""What clients of the made-up town need and want, in their words, and what is agreed about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """A need in the client's words, what they can build on, and what is agreed about it: the goal, how it is seen, its steps with
    who does them."""

    domain: str
    words: str
    strengths: str
    goal: str
    measure: str
    steps: tuple[tuple[str, str], ...]


STORIES: tuple[Story, ...] = (
    Story("housing", "Three of us in one room, and damp.", "The neighbours know them.", "A flat of our own with a door that locks",
           "A contract in her name", (("Ask for the list at the Housing Office", "client"), ("Write to the landlord", "worker"),
                                      ("View two flats together", "worker"))),
    Story("income", "It is gone by the twentieth.", "He has paid his debts before.", "To reach the end of the month",
           "No loan for three months", (("Bring all letters", "client"), ("Apply for the benefit", "worker"))),
    Story("education", "He has stopped going.", "He likes the workshop.", "He goes to school again",
           "Four days a week until the holidays", (("Talk with the teacher", "worker"), ("Breakfast at seven", "client"),
                                                   ("Homework club on Tuesdays", "other"))),
    Story("family", "We shout, and then nobody speaks.", "An aunt who comes on Sundays.", "Evenings without shouting",
           "They say so themselves", (("A plan for the evenings", "client"), ("Visit with the aunt", "worker"))),
    Story("health", "I have no doctor since we came.", "She knows what she takes.", "A doctor who knows her",
           "First visit done", (("Register at the surgery", "client"), ("Ask for the old records", "worker"))),
    Story("employment", "I want to drive again.", "A licence for lorries.", "Work by the summer",
           "A contract of any kind", (("Course at the Job Centre", "client"), ("Write the letter together", "worker"))),
    Story("social", "Nobody calls any more.", "She sings.", "People to eat with", "Twice a week at the club",
           (("Go to the club together", "worker"), ("Call her cousin", "client"))),
)  # fmt: skip
