"""The course of work that benchmarks/method.py plays, as it is typed: by keys and by commands alike, on the same days, by the same people."""

from __future__ import annotations

from datetime import date

from caseload import settings
from caseload.casework import programs, staff
from caseload.store.founding import Founding, found

from .office import ADMIN, DAY, ZONE, Office, login, make_logins

# Nine items of the PHQ-9, the last about safety, and the tenth, which counts nothing; then the matrix's eighteen domains.
PHQ_9, TENTH, MATRIX = "322211001", "1", "214323433233443255"
NEEDS = (
    ("housing", "severe", "A door that locks.", "Her sister"),
    ("employment", "moderate", "To cook again.", "Ten years in a kitchen"),
    ("mental_health", "moderate", "To sleep.", ""),
)
# Each goal with how one will see it, the domain of its need, by when, and its steps: who, their name, by when, after which.
GOALS = (
    ("A flat of her own", "A lease in her name", "housing", "26w", (
        ("Apply for the list", "client", "", "2w", ""),
        ("See three flats", "worker", "", "6w", "1"),
        ("Move in", "provider", "Home First", "12w", "2"),
    )),
    ("Work in a kitchen", "A contract", "employment", "39w", (
        ("Write down what she did", "client", "", "3w", ""),
        ("Ring two kitchens", "client", "", "5w", "4"),
    )),
)  # fmt: skip
OFFERS = (("Harbour House", "A room"), ("Home First", "A flat of her own"))
# What is asked of each of them, and told.
ASKED = {"A flat of her own": "A flat near her sister", "A room": "A room meanwhile"}
# Visits at the client's home: the day, how many days later they are logged, minutes, what was said, which steps were done by then.
VISITS = (
    (date(2026, 11, 27), 1, 45, "The form for the list is filled in.", ("Apply for the list",)),
    (date(2026, 12, 11), 0, 30, "She sleeps at Harbour House now.", ("Write down what she did",)),
    (date(2027, 1, 15), 0, 60, "The second flat had a garden.", ("See three flats",)),
)
# What was paid, at the second visit and at the third.
PAID = ("120", "120")
REVIEW = (date(2027, 2, 19), "She wakes once a night, not five times.", "13w")
CLOSING = date(2027, 5, 14)
# Asked again at the end, and what the client says of the work.
LAST_PHQ_9, LAST_TENTH, LAST_MATRIX, VOICE = "111100000", "0", "435434344344544355", "43442"
OTHERWISE = "Ring before you come."
# The goals that were reached; the others are passed with a reason as the case is closed.
REACHED, PASSED = ("A flat of her own",), "The kitchen takes her on in June."
CLOSED = ("Her own door, her own key", "completed", "410", "4w")
# Who waits for the place, taken in by who supervises.
WAITS = ("Ole", "Brandt", "1984-03-02", "high")


def founded(url: str) -> Office:
    """An agency in which nobody was ever served: an admin, a supervisor, somebody who holds cases, one program."""
    office = Office(url)
    if office.engine == "postgresql":
        make_logins(url)
    found(settings.load(database=url), Founding("Harbour House", ZONE, ADMIN, "Ada Ricci", clock_on=DAY))
    office.do(ADMIN, staff.add_team, "north", "North")
    for handle, role, supervises in (("ben", "supervisor", ("north",)), ("ana", "case_manager", ())):
        fields = staff.WorkerFields(
            name=handle.title(), role=role, team="north", login=login(handle), supervises=supervises, capacity=20
        )
        office.do(ADMIN, staff.add_worker, handle, fields)
    office.do(ADMIN, programs.add, "housing", "Housing")
    return office
