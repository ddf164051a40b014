"""Short texts that stand beside the themes: why things were moved, put off, closed; what to know before knocking."""

from __future__ import annotations

from dataclasses import dataclass

ATTEMPTS: dict[str, tuple[str, ...]] = {
    "phone": (
        "No answer, left no message.",
        "Rang out. Left a neutral message to call back.",
        "Number busy three times in an hour.",
        "Picked up and hung up. Try again tomorrow.",
        "A relative answered; said nothing about us, will call later.",
    ),
    "visit": (
        "Nobody opened, light on upstairs. Card without our name left.",
        "At the door at the agreed time, not at home. Neighbour has not seen anyone today.",
        "Bell out of order, called from the yard, no answer.",
    ),
    "street": (
        "Went to the usual corner, not there; left word at the kiosk.",
        "Looked under the bridge and behind the station, not there tonight.",
        "Asleep in the doorway, did not wake; left a card and a bottle of water.",
        "The others have not seen them since Sunday.",
        "Waited at the day centre until it closed, nobody came.",
    ),
    "office": ("Did not come to the appointment and did not call.", "Waited half an hour, nobody came."),
    "message": ("Text sent, no reply so far.", "Message shows as not delivered."),
}

COLLATERAL: dict[str, tuple[str, ...]] = {
    "housing": (
        "Landlord's office: file is open, answer by letter.",
        "Benefits office: one paper missing, told which.",
        "Repairs office: inspection is set for next week.",
        "Clinic: appointment stands, please bring the card.",
        "Arrears fund: decision on Thursday.",
    ),
    "family": (
        "Class teacher: present on all days this week.",
        "Grandmother: takes the children at the weekend.",
        "School nurse: hearing test done, result by letter.",
        "Family counsellor: first talk went well, comes again.",
        "Nursery: a place from the first of the month.",
    ),
    "reentry": (
        "Supervising officer: no open points.",
        "Employer: on time every day, would keep them on.",
        "Hostel: rent paid, quiet on the floor.",
        "Colleague at the legal clinic: place kept for Tuesday.",
        "Course teacher: good in class, weak in the homework.",
    ),
    "outreach": (
        "Shelter night staff: came in at nine, quiet night.",
        "Street nurse: changed the dressing, looks better.",
        "Soup kitchen: was there on Sunday and ate well.",
        "Day centre: locker 14 is kept until the end of the month.",
        "Pharmacy: prescription has been collected.",
    ),
}

MESSAGES = (
    "Sent the time and place of the appointment, answered with a yes.",
    "Reminder sent; thumbs up came back.",
    "Sent the list of papers to bring.",
    "Asked by text to move the meeting by a day, agreed.",
)

# How those of a group took part who were not there from the beginning to the end, by their place in it, and what is said of them alone.
TOOK_PART: dict[int, tuple[str, str]] = {
    0: ("present", "Spoke for the first time, and was listened to."),
    2: ("left_early", "Had to fetch the children."),
    3: ("absent", ""),
}
GROUP_TOPICS = {"housing": "housing", "family": "family", "reentry": "work", "outreach": "health"}

GROUPS: dict[str, tuple[str, ...]] = {
    "housing": ("Tenants' evening: reading a bill, saving energy.", "House meeting: cleaning rota and the laundry room."),
    "family": ("Parents' circle: mornings, screens, and getting out of the door.", "Play hour for parents and toddlers."),
    "reentry": ("Job club: applications read aloud and corrected.", "Evening group: what to do with a free Sunday."),
    "outreach": ("Breakfast at the day centre, nurse present.", "Winter round table: places, blankets, dogs."),
}  # fmt: skip

ADDENDA = (
    "Addendum: the appointment named above was moved to the week after; client was told.",
    "Addendum: the sum is for the month, not for the week.",
    "Addendum after talking with the supervisor: a second visit was agreed.",
    "Correction of the day: the call was on the day before.",
)

# (kind of contact, title, place)
APPOINTMENTS: tuple[tuple[str, str, str], ...] = (
    ("visit", "Home visit", "at home"),
    ("visit", "Look at the flat together", "at the flat"),
    ("visit", "Go along to the registry", "town hall, window 5"),
    ("visit", "Go along to the clinic", "clinic, second floor"),
    ("visit", "School meeting", "school, room 12"),
    ("office", "Review of the plan", "office, room 2"),
    ("office", "Papers and letters", "office, room 3"),
    ("office", "Budget hour", "office, room 2"),
    ("video", "Video call with the interpreter", "video"),
)

STREET_APPOINTMENTS: tuple[tuple[str, str, str], ...] = (
    ("visit", "Meet at the day centre", "day centre, back room"),
    ("visit", "Meet behind the bus station", "bus station, north exit"),
    ("visit", "Walk to the clinic", "from the day centre"),
    ("office", "Locker and letters", "day centre, counter"),
)

SOURCES: dict[str, tuple[str, ...]] = {
    "housing": ("self", "landlord", "court", "hospital", "other agency", "helpline", "neighbour"),
    "family": ("self", "school", "hospital", "court", "helpline", "other agency", "neighbour"),
    "reentry": ("probation", "probation", "court", "self", "other agency"),
    "outreach": ("evening round", "shelter", "hospital", "neighbour", "self"),
}

TAGS: dict[str, tuple[str, ...]] = {
    "housing": ("arrears", "eviction", "supported-flat", "interpreter", "visit-first", "benefits"),
    "family": ("school", "visit-first", "court", "interpreter", "newborn", "grandparents"),
    "reentry": ("court", "job-club", "hostel", "no-calls-at-work", "benefits"),
    "outreach": ("winter-list", "dog", "day-centre", "locker", "nurse-round"),
}

INTAKE_WHY: dict[str, tuple[str, ...]] = {
    "housing": ("Asked for help at the door", "Referred with a letter", "Came with a friend", "Called the helpline"),
    "family": ("Named by the school", "Asked for help at the door", "Called the helpline", "Referred with a letter"),
    "reentry": ("Released last week", "Referred with a letter", "Came with the supervising officer"),
    "outreach": ("Met on the evening round", "Shelter asked us to come", "Came to the day centre"),
}

ASSIGN_WHY = ("Intake", "From the waiting list", "Knows the family", "Next free place", "Lives in the area")

LANGUAGE_MATCH = "Language match"
MOVE_WHY = (
    LANGUAGE_MATCH, "Balancing loads in the team", "Client asked for a change", "Moved to the other side of town",
    "Hours of the worker before were cut", "Specialised support needed",
)  # fmt: skip

SECONDARY_WHY = ("Second pair of eyes on visits", "Speaks the language, helps with papers", "Learning the work")

STAGE_WHY: dict[str, tuple[str, ...]] = {
    "assessment": ("First meeting held", "Assigned, assessment begins"),
    "planning": ("Assessment complete", "Needs are clear, goals to agree"),
    "active": ("Plan agreed and signed", "Plan runs", "Goals agreed at the kitchen table"),
    "monitoring": ("Goals mostly reached, fewer meetings", "Stable for two months", "Stepping down before closing"),
    "reopened": ("Came back: the notice to quit was renewed", "New crisis after the move"),
}

RISK_WHY: dict[str, tuple[str, ...]] = {
    "low": ("Support from family is holding", "Stable for some weeks", "Crisis is over"),
    "medium": ("New letter from the court", "Income lost", "Tired and alone with it", "Better, but not steady yet"),
    "high": ("Notice to quit with a date", "Child at home during the quarrels", "Stopped the medicine", "Sleeps outdoors in frost"),
    "critical": ("Threats by the former partner", "Talked of not wanting to live", "No shelter and very ill"),
}  # fmt: skip

SNOOZE_WHY = (
    "In hospital until then, ward keeps us informed", "Visiting family out of town", "Waits for the court's answer",
    "Asked for two quiet weeks", "Starts the course, meet after it", "Answer of the fund expected by then",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case ended: the coded reason, where the client went (HMIS 3.12.1 Destination), and why in words."""

    reason: str
    destination: str
    share: int
    why: tuple[str, ...]


CLOSINGS: tuple[Closing, ...] = (
    Closing("completed", "410", 24, ("Moved in, first rent paid", "Goals reached, says so too", "Three quiet months in the new flat")),
    Closing("completed", "435", 12, ("Subsidised flat signed", "Settled in, subsidy runs")),
    Closing("completed", "422", 8, ("Lives with the sister for good", "Back with the family, all well")),
    Closing("left", "312", 8, ("Stays with relatives for now, wants no more visits", "Ended the support, door is open")),
    Closing("left", "302", 4, ("Moved to transitional housing of another agency",)),
    Closing("lost_contact", "30", 9, ("No contact for ten weeks in spite of every try", "Address gone, number gone")),
    Closing("transferred", "329", 5, ("Handed over to the residential program", "Moved to another county, file sent")),
    Closing("ineligible", "410", 3, ("Income over the limit since the new job",)),
    Closing("discharged", "116", 3, ("Threatened a colleague; told about other places of help",)),
    Closing("other", "207", 3, ("In custody, support ends",)),
    Closing("other", "225", 3, ("Moved to long-term care",)),
    Closing("deceased", "24", 1, ("Died in hospital, family informed",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it is typed."""

    kind: str
    level: str
    text: str


ALERTS: tuple[Alert, ...] = (
    Alert("health", "medium", "Diabetic, carries insulin; needs to eat on time"),
    Alert("health", "high", "Seizures: lay on the side, call 911, stay"),
    Alert("health", "low", "Hard of hearing on the left, speak to the right"),
    Alert("health", "medium", "Severe peanut allergy, bring no snacks"),
    Alert("access", "low", "Bell is broken, call from the yard"),
    Alert("access", "medium", "Big dog in the yard, ring first and wait"),
    Alert("access", "low", "Fourth floor, no lift"),
    Alert("access", "low", "Do not come before noon, works nights"),
    Alert("legal", "medium", "Curfew from 8 pm, no evening visits"),
    Alert("legal", "high", "Protection order: the address is known to nobody, tell nobody"),
    Alert("other", "low", "Interpreter needed, do not use the children"),
    Alert("other", "low", "Prefers a woman at first visits"),
    Alert("safety", "low", "Icy steps at the back, use the front door"),
    Alert("safety", "medium", "Brother drinks at weekends, visit on weekdays"),
)

DANGERS = (
    "Former partner has threatened to come; visit only in twos",
    "Knife drawn in the hallway by a neighbour; do not go alone",
    "Spoke of ending it all; crisis plan is in the file, call the crisis line",
    "Violent quarrels at home; never mention the shelter on the phone",
    "Loaded weapon in the flat; meet outside",
)

ALERT_ENDED = ("The dog has moved out", "Order has run out", "Bell repaired", "No longer so, says the client")

# (role, relation): who stands around a client.
KIN = ("mother", "father", "sister", "brother", "aunt", "grandmother", "partner", "daughter", "son", "cousin")
PROFESSIONALS: dict[str, tuple[str, ...]] = {
    "housing": ("landlord", "doctor", "debt counsellor", "district nurse"),
    "family": ("class teacher", "school social worker", "midwife", "family counsellor"),
    "reentry": ("supervising officer", "lawyer", "employer", "hostel manager"),
    "outreach": ("street nurse", "shelter night staff", "doctor", "outreach volunteer"),
}
HOURS = (
    "",
    "",
    "after 5 pm",
    "mornings only",
    "not on Fridays",
    "10 to 12",
    "weekdays",
    "when the children are at school",
)

LEAVING_WHY = "Rosa Lindqvist leaves the agency; caseload handed over"
PENDING_WHY = "Relief for a full caseload"
DENIED_WHY = "Related to the client"
ALLOWED_WHY = "Interprets at meetings"
