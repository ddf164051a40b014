"""The agency itself: its programs with their policies, its teams, and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass, field

NAME = "Riverside Community Services (demo)"
TIMEZONE = "America/New_York"

# Days on which nobody works, as (month, day, name); the calendar repeats them every year.
HOLIDAYS: tuple[tuple[int, int, str], ...] = (
    (1, 1, "New Year's Day"),
    (5, 8, "Staff day"),
    (6, 19, "Juneteenth"),
    (7, 4, "Independence Day"),
    (11, 11, "Veterans Day"),
    (12, 25, "Christmas Day"),
)


@dataclass(frozen=True, slots=True)
class Program:
    """A line of service: its policy where it differs from the usual one, and how its people are met.

    `policy` is named as the columns of the policy table. `meets` are the kinds of contact with their shares.
    """

    code: str
    name: str
    hmis_project_type: int | None
    policy: dict[str, int | str]
    meets: tuple[tuple[str, int], ...]
    ages: tuple[int, int]


PROGRAMS: tuple[Program, ...] = (
    Program("housing", "Housing stability", 13, {"annual_assessment": True, "single_cents": 50_000},
            (("visit", 5), ("office", 3), ("phone", 4), ("video", 1)), (19, 78)),
    Program(
        "family",
        "Family support",
        None,
        # A call is no visit where children are concerned.
        {
            "contact_low_days": 28, "contact_medium_days": 21, "contact_high_days": 10, "contact_critical_days": 5,
            "contact_kinds": "visit,office,video,group", "attempts_days": 10, "snooze_max_days": 30, "single_cents": 50_000,
        },
        (("visit", 7), ("office", 2), ("video", 2)),
        (21, 47),
    ),
    Program(
        "reentry",
        "Coming home (reentry)",
        None,
        {
            "contact_low_days": 21, "contact_medium_days": 14, "contact_high_days": 7, "contact_critical_days": 3,
            "soon_days": 5, "note_days": 1, "review_days": 60, "single_cents": 50_000,
        },
        (("office", 5), ("visit", 2), ("phone", 4)),
        (20, 61),
    ),
    Program(
        "outreach",
        "Street outreach",
        4,
        # People without an address are hard to find: a failed try says less there.
        {
            "contact_low_days": 21, "contact_medium_days": 14, "contact_high_days": 7, "contact_critical_days": 4,
            "soon_days": 3, "consent_days": 14, "note_days": 5, "snooze_max_days": 90, "level_attempts_failing": 3, "review_days": 180,
            "annual_assessment": True, "single_cents": 50_000,
        },
        (("visit", 8), ("office", 2), ("phone", 1)),
        (18, 69),
    ),
)  # fmt: skip

# Housing tightened its interval some months ago; before that this was its policy.
EARLIER_POLICY = {"contact_low_days": 45, "contact_medium_days": 45}
POLICY_CHANGED_DAYS_AGO = 150

TEAMS: tuple[tuple[str, str], ...] = (
    ("north", "North side"),
    ("south", "South side"),
    ("street", "Street and reentry"),
)
# Whose team a waiting case stands in.
TEAM_OF_PROGRAM = {"housing": "north", "family": "south", "reentry": "street", "outreach": "street"}


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who works there. `pull` is their share when cases are dealt out, 0 for those who hold none."""

    handle: str
    name: str
    role: str
    team: str | None
    pull: int = 0
    capacity: int | None = None
    seniority: str = "standard"
    weekly_minutes: int | None = 2250
    languages: str = "en"
    supervises: tuple[str, ...] = ()
    hired_days_ago: int = 900
    programs: tuple[tuple[str, int], ...] = field(default=())
    form: str = "narrative"


@dataclass(frozen=True, slots=True)
class Kept:
    """A list that somebody saved; with a team it is shared."""

    handle: str
    team: str | None
    name: str
    query: str
    sort: str = ""
    columns: str = ""


VIEWS: tuple[Kept, ...] = (
    Kept("ana", None, "Due this week", "worker:me due:<=7d", "next_due", "case,client,next_due,risk"),
    Kept("ana", None, "Long time no see", "worker:me contact:>21d", "last_contact"),
    Kept("ben", "north", "Late in the north", "team:north due:overdue", "next_due"),
    Kept("ben", "north", "High risk in the north", "team:north risk:>=high"),
    Kept("farah", "south", "Nobody's, in the south", "team:south worker:none"),
)


@dataclass(frozen=True, slots=True)
class Lent:
    """A case that somebody offered to a colleague, who is to answer in so many days; before today it is late."""

    giver: str
    taker: str
    offered_ago: int
    answer_in: int
    why: str


OFFERS: tuple[Lent, ...] = (
    Lent("ana", "demo", 2, 5, "Moved to the other side of the river; yours is the nearer office"),
    Lent("kofi", "ben", 9, -2, "Needs somebody senior, and I shall be on the course"),
)

# What a supervisor says about a note, and what its author answers to it, if anything.
SAID: tuple[tuple[str, str], ...] = (
    ("Clear and to the point. Who sees to the landlord while you are out?", "The district nurse does until I am back."),
    ("Please say in the next one what the client wants, in their own words.", ""),
)


@dataclass(frozen=True, slots=True)
class Brought:
    """A topic of somebody's supervision: brought by whom so many days ago, about a case or none; what was agreed, if anything, so
    many days ago."""

    handle: str
    by: str
    ago: int
    words: str
    about_case: bool = True
    agreed_ago: int | None = None
    agreed: str = ""


TOPICS: tuple[Brought, ...] = (
    Brought("ana", "ana", 16, "I drive home with this family in my head, every evening.", False),
    Brought(
        "ana",
        "ana",
        16,
        "Two of us should go. I am not easy at that door alone.",
        True,
        9,
        "We go together on the next visit, then see.",
    ),
    Brought("ana", "ben", 3, "Six weeks at the same step. What would have to change for it to move?"),
    Brought("kofi", "kofi", 5, "How much do I write when a child tells me something about her mother?", False),
    Brought("demo", "demo", 6, "Who stands in for me with the housing office in the summer?", False),
)

_TOWN = (("housing", 5), ("family", 4))
_STREET = (("outreach", 5), ("reentry", 5))
_ALL = (("housing", 3), ("family", 3), ("reentry", 2), ("outreach", 2))

# In order of importance: a smaller agency has the first of them. The worker `demo` is made as the agency is founded.
STAFF: tuple[Staff, ...] = (
    Staff("demo", "Demo", "admin", "north", 0, 30, "senior", languages="en,es", programs=_ALL, form="soap"),
    Staff(
        "ana", "Ana Ferreira", "case_manager", "north", 0, 40, "senior", languages="en,es,pt", hired_days_ago=2600,
        programs=(("housing", 5), ("family", 3), ("reentry", 1)), form="soap",
    ),
    Staff(
        "ben", "Ben Okafor", "supervisor", "north", 3, 5, "senior", supervises=("north",), hired_days_ago=3100,
        programs=_TOWN, form="narrative",
    ),
    Staff("rosa", "Rosa Lindqvist", "case_manager", "south", 0, 20, hired_days_ago=1700, programs=_TOWN, form="girp"),
    Staff("kofi", "Kofi Mensah", "case_manager", "north", 14, 15, "junior", hired_days_ago=240, programs=_TOWN, form="dap"),
    Staff("mai", "Mai Vang", "case_manager", "south", 18, 22, languages="en,hmn", programs=_TOWN, form="birp"),
    Staff(
        "farah", "Farah Haidari", "supervisor", "south", 3, 5, "senior", languages="en,fa", supervises=("south",),
        hired_days_ago=2200, programs=_TOWN, form="girp",
    ),
    Staff("olga", "Olga Petersen", "admin", None, hired_days_ago=4000),
    Staff("luca", "Luca Moretti", "case_manager", "south", 20, 22, "senior", languages="en,it,es", hired_days_ago=1900,
          programs=_TOWN, form="dap"),
    Staff(
        "luis", "Luis Arrieta", "supervisor", "street", 3, 5, "senior", languages="en,es", supervises=("street",),
        hired_days_ago=2000, programs=_STREET, form="soap",
    ),
    Staff("noor", "Noor Al-Amin", "case_manager", "street", 18, 18, languages="ar,en", programs=_STREET, form="birp"),
    Staff("zofia", "Zofia Wrona", "case_manager", "street", 12, 15, "junior", languages="en,pl", hired_days_ago=310,
          programs=_STREET, form="narrative"),
    Staff("ines", "Inès Girard", "analyst", None, weekly_minutes=1200, hired_days_ago=500),
    Staff("tomas", "Tomas Berg", "auditor", None, weekly_minutes=600, hired_days_ago=1200),
)  # fmt: skip

FEWEST_WORKERS = 7
USUAL_WORKERS = len(STAFF)

# Who a bigger agency takes on besides, in turn.
MORE_GIVEN = (
    "Alma", "Bruno", "Chidi", "Dalia", "Emil", "Freya", "Goran", "Hana", "Ivo", "Jada", "Karim", "Lena", "Milo", "Nadia",
    "Otis", "Petra", "Quinn", "Rafa", "Sunniva", "Timo", "Uma", "Viktor", "Wanda", "Yara", "Zeki",
)  # fmt: skip
MORE_FAMILY = (
    "Abbot", "Brandt", "Castell", "Duarte", "Ekberg", "Faraday", "Garrido", "Holub", "Imre", "Jansen", "Kaya", "Lund",
    "Moss", "Novak", "Osei", "Prado", "Quist", "Rook", "Solberg", "Tran",
)  # fmt: skip

LEAVER = "rosa"
LEFT_DAYS_AGO = 38
AWAY = "mai"
AWAY_WHY = "Holiday"
COVERED_BY = ("luca", "demo")
AWAY_SINCE = 6
AWAY_SOON = "kofi"
AWAY_SOON_WHY = "Course"


def staff(count: int) -> list[Staff]:
    """The first `count` people of the agency; beyond those named, case managers taken on in turn, team by team."""
    out = list(STAFF[:count])
    for nth in range(count - len(out)):
        given, family = MORE_GIVEN[nth % len(MORE_GIVEN)], MORE_FAMILY[nth // len(MORE_GIVEN) % len(MORE_FAMILY)]
        again = nth // (len(MORE_GIVEN) * len(MORE_FAMILY))
        handle = f"{given}.{family}{again + 1 if again else ''}".lower()
        team = TEAMS[nth % len(TEAMS)][0]
        out.append(
            Staff(
                handle, f"{given} {family}", "case_manager", team, 20, 25, "junior" if nth % 5 == 4 else "standard",
                hired_days_ago=400 + nth * 7 % 900, programs=_STREET if team == "street" else _TOWN,
                form=("soap", "dap", "narrative", "girp", "birp")[nth % 5],
            )
        )  # fmt: skip
    if not any(one.supervises == ("street",) for one in out):
        # In a small agency one supervisor leads two teams.
        out = [_leading(one, "street") if one.handle == "ben" else one for one in out]
    return out


def _leading(one: Staff, team: str) -> Staff:
    from dataclasses import replace

    return replace(one, supervises=(*one.supervises, team))
