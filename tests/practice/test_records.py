"""What is written about a client beside notes: contacts, tasks and appointments, tags; and intake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from caseload.casework import alerts, appointments, cases, contacts, intake, notes, page, staff, stages, tasks
from caseload.casework.contacts import NewContact
from caseload.errors import CaseloadError, Conflict, Refused, Usage
from caseload.store import identity
from caseload.text import PROSE_LIMIT
from tests.practice.kit import DAY, ZONE, Practice

# ---------------------------------------------------------------- contacts


def line(practice: Practice, receipt_contact: int) -> tuple[bool, str]:
    row = practice.rows("SELECT met, on_date FROM contact_line WHERE contact_id = :key", key=receipt_contact)[0]
    return bool(row.met), str(row.on_date)


def test_a_contact_that_lies_ahead_is_an_appointment(office: Practice) -> None:
    case = office.open()
    now = identity.now().astimezone(ZoneInfo(ZONE)).timetz().replace(tzinfo=None)
    at = datetime.combine(office.day, now, ZoneInfo(ZONE)) + timedelta(minutes=10)
    with pytest.raises(Usage, match="make it an appointment"):
        office.do("ana", contacts.log, NewContact([case], "phone", "made", at=at))


def test_a_clock_a_few_minutes_fast_is_forgiven_and_never_dates_a_contact_tomorrow(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_before_midnight = datetime.combine(DAY, datetime.min.time(), ZoneInfo(ZONE)).replace(hour=23, minute=58)
    monkeypatch.setattr(identity, "now", lambda: just_before_midnight.astimezone(UTC))
    case = practice.open()
    made = practice.do(
        "ana", contacts.log, NewContact([case], "phone", "made", at=just_before_midnight + timedelta(minutes=4))
    )
    assert line(practice, made.data["contact"]) == (True, DAY.isoformat())
    assert practice.row(case).last_contact == DAY
    practice.go()
    assert not practice.differing()


def test_the_day_of_a_contact_is_the_agencys(practice: Practice) -> None:
    case = practice.open(ago=30)
    half_past_midnight = datetime.combine(practice.ago(3), datetime.min.time(), ZoneInfo(ZONE)) + timedelta(minutes=30)
    made = practice.do("ana", contacts.log, NewContact([case], "phone", "made", at=half_past_midnight.astimezone(UTC)))
    assert line(practice, made.data["contact"]) == (True, practice.ago(3).isoformat())


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)])
def test_a_contact_of_long_ago_is_a_slip_of_the_pen(office: Practice, at: datetime) -> None:
    case = office.open()
    with pytest.raises(Usage, match=r"years"):
        office.do("ana", contacts.log, NewContact([case], "phone", "made", at=at))


def test_one_text_for_several_clients_is_a_group_activity_or_refused(practice: Practice) -> None:
    first, second = practice.open(), practice.open()
    before = practice.facts()
    with pytest.raises(Refused, match="group activity"):
        practice.met(first, second, note="Both were calm.")
    assert practice.facts() == before
    practice.met(first, second)
    practice.met(first, second, kind="group", note="Cooked together.")
    shown = page.open_page(practice.as_("ana"), second, surface="show").contacts
    assert [(row.note, row.others) for row in shown] == [("Cooked together.", 0), (None, 1)]


def test_a_case_named_twice_is_served_once(practice: Practice) -> None:
    case = practice.open()
    practice.met(case, case, note="Once.")
    assert practice.value("SELECT count(*) FROM contact_line") == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "letter"}, "kind"),
        ({"outcome": "maybe"}, "outcome"),
        ({"with_whom": "dog"}, "person"),
        ({"place": "moon"}, "place"),
        ({"minutes": -1}, "Minutes"),
        ({"minutes": 1441}, "Minutes"),
        ({"cases": ()}, "No case"),
        ({"topics": ("x" * 600,)}, "no topic"),
        ({"note": "x" * (PROSE_LIMIT + 1)}, "characters"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_and_leaves_nothing(
    office: Practice, more: dict[str, object], words: str
) -> None:
    values = {"cases": [office.open()], "kind": "phone", "outcome": "made"} | more
    before = office.facts()
    with pytest.raises(Usage, match=words):
        office.do("ana", contacts.log, NewContact(**values))  # type: ignore[arg-type]
    assert office.facts() == before


def test_nothing_is_logged_in_a_closed_case(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", stages.move, case, "closed", "moved away")
    with pytest.raises(Refused, match="Reopen it first"):
        practice.met(case)


# ---------------------------------------------------------------- tasks and appointments


def test_a_task_is_done_once_and_its_day_moved_by_who_saw_it_last(practice: Practice) -> None:
    case = practice.open()
    task = practice.task(case, due=3)
    practice.do("ana", tasks.change, task, seen=1, due=practice.day)
    with pytest.raises(Conflict):
        practice.do("ben", tasks.change, task, seen=1, title="Another")
    practice.do("ben", tasks.done, task)
    with pytest.raises(Refused, match="already done"):
        practice.do("ana", tasks.done, task)
    other = practice.open()
    with pytest.raises(Usage, match="no task"):
        practice.do("ana", tasks.done, practice.task(case, due=1), case=other)


def test_an_appointment_that_overlaps_another_is_made_and_said(practice: Practice) -> None:
    case = practice.open()
    practice.appoint(case, ahead=1, hour=10, minutes=60)
    second = appointments.NewAppointment(practice.open(), practice.moment(-1, 10), 30)  # type: ignore[arg-type]
    assert "overlaps 1 other" in practice.do("ana", appointments.appoint, second).words
    third = appointments.NewAppointment(case, practice.moment(-1, 11), 30)  # type: ignore[arg-type]
    assert "overlaps" not in practice.do("ana", appointments.appoint, third).words


def test_an_appointment_in_the_hour_that_happens_twice_keeps_its_length(practice: Practice) -> None:
    practice.set_day(DAY.replace(month=10, day=24))  # the clocks go back in the night
    starts = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo(ZONE))
    practice.do("ana", appointments.appoint, appointments.NewAppointment(practice.open(), starts, 60))
    row = page.open_page(practice.as_("ana"), str(practice.value("SELECT number FROM case_file")), surface="show")
    (shown,) = row.appointments
    assert shown.ends_at - shown.starts_at == timedelta(hours=1)


def test_an_appointment_is_moved_keeps_its_length_and_comes_back(office: Practice) -> None:
    case, other = office.open(), office.open()
    mine, theirs = office.appoint(case, 1, hour=9, minutes=45), office.appoint(other, 2, hour=10, minutes=60)
    before = office.facts()
    version = office.value("SELECT version FROM appointment WHERE id = :key", key=mine)
    at = office.hour(-2, 10)
    assert office.ask("ana", appointments.overlaps, mine, at, 45) == 1
    moved = office.do("ana", appointments.move, mine, at, seen=version)
    assert (moved.data["appointment"], moved.data["overlaps"]) == (mine, 1)
    assert "it overlaps 1 other" in moved.words
    (row,) = office.ask("ana", page.read, office.id(case)).appointments
    assert (row.starts_at, (row.ends_at - row.starts_at).total_seconds()) == (at, 45 * 60)
    assert office.value("SELECT on_date FROM appointment WHERE id = :key", key=mine) is not None
    assert not office.differing()
    with pytest.raises(Conflict, match="meanwhile"):
        office.do("ana", appointments.move, mine, office.hour(-3, 10), seen=version)
    assert office.do("ana", appointments.move, mine, at).change is None, "it stands there already"
    office.do("ana", appointments.settle, theirs, "kept")
    with pytest.raises(Refused, match="Plan it again first"):
        office.do("ana", appointments.move, theirs, at)
    with pytest.raises(Usage, match="in that case"):
        office.do("ana", appointments.move, mine, at, case=other)
    with pytest.raises(Usage, match="no appointment"):
        office.do("cleo", appointments.move, mine, at)
    assert office.ask("cleo", appointments.overlaps, mine, at, 45) == 0, "out of sight it is not even counted"
    with pytest.raises(Usage, match="between 1 and 1440"):
        office.do("ana", appointments.move, mine, at, minutes=0)
    office.do("ana", appointments.settle, theirs, "scheduled")
    office.take_back(moved)
    assert office.facts() == before


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_an_appointment_lasts_a_day_at_most(office: Practice, minutes: int) -> None:
    with pytest.raises(Usage, match="between 1 and 1440"):
        office.appoint(office.open(), ahead=1, minutes=minutes)


def test_nobody_who_has_left_is_given_a_task_or_an_appointment(practice: Practice) -> None:
    case = practice.open()
    practice.do("ada", staff.leave, "dan")
    with pytest.raises(Refused, match="has left"):
        practice.task(case, due=1, worker="dan")
    starts = practice.moment(-1)
    with pytest.raises(Refused, match="has left"):
        practice.do("ana", appointments.appoint, appointments.NewAppointment(case, starts, worker="dan"))  # type: ignore[arg-type]


# ---------------------------------------------------------------- tags and stages


def test_tags_are_folded_and_set_once(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", alerts.set_tags, [case], add=["Needs Ride", "needs-ride", "Città"])
    assert [row.tag for row in practice.rows("SELECT tag FROM tag ORDER BY tag")] == ["citta", "needs-ride"]
    assert practice.do("ana", alerts.set_tags, [case], add=["needs ride"], remove=["other"]).change is None
    for empty in ("", "!!", "\u200b"):
        with pytest.raises(Usage):
            practice.do("ana", alerts.set_tags, [case], add=[empty])


def test_a_closing_keeps_its_reason_and_destination_within_limits(practice: Practice) -> None:
    case = practice.open()
    for wrong in ({"reason": "x" * 10_000}, {"reason": "own\x1b[2J flat"}, {"destination": "1000"}):
        with pytest.raises(Usage, match=r"Choose one of|no destination") as said:
            practice.do("ana", stages.move, case, "closed", "moved away", **wrong)
        assert "\x1b" not in said.value.message and len(said.value.message) < 300
    practice.do("ana", stages.move, case, "closed", "moved away", reason="completed", destination="410")
    row = practice.rows("SELECT close_reason, destination FROM case_stage WHERE stage = 'closed'")[0]
    assert (row.close_reason, row.destination) == ("completed", "410")


# ---------------------------------------------------------------- intake


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"given": "x" * 10_000}, "10000 characters; at most 200"),
        ({"family": "x" * 201}, "at most 200"),
        ({"given": "", "family": " "}, "given or a family name"),
        ({"given": "\u200b", "family": "\x1b[2J"}, "given or a family name"),
        ({"born": DAY + timedelta(days=1)}, "lies ahead"),
        ({"born": DAY.replace(year=2027)}, "within the last"),
        ({"born": DAY.replace(year=1800)}, "within the last"),
        ({"opened": DAY + timedelta(days=1)}, "day ahead"),
        ({"program": "housin"}, "Did you mean 'housing'"),
        ({"worker": "anna"}, "Did you mean 'ana'"),
        ({"risk": "extreme"}, "risk"),
        ({"phone": "055", "safe_to_call": "perhaps"}, "safe"),
        ({"source": "x" * 501}, "at most 500"),
        ({"client_of": "2026-000002"}, "slip"),
    ],
)
def test_an_intake_that_cannot_be_is_refused_and_leaves_nothing(
    office: Practice, more: dict[str, object], words: str
) -> None:
    values = {"given": "Mara", "family": "Conti", "program": "housing"} | more
    before = office.facts()
    with pytest.raises(CaseloadError, match=words) as said:
        office.do("ana", intake.open_case, intake.NewCase(**values))  # type: ignore[arg-type]
    assert "xxxx" not in said.value.message
    assert office.facts() == before


def test_a_name_of_letters_that_unfold_into_many_is_kept_and_found(office: Practice) -> None:
    """One letter may fold into six."""
    given_ = "".join(chr(0x3300 + n) for n in range(88)) * 2
    case = office.open(given=given_, family="Conti")
    assert office.row(case).client == f"Conti, {given_}"
    assert office.id(case) in office.ask("ana", cases.keys, given_[:8])


def test_an_intake_without_a_worker_waits_and_with_one_is_assessed(practice: Practice) -> None:
    waiting, held = practice.open(worker=None), practice.open()
    assert practice.row(waiting, "ben").stage == "referred"
    assert practice.row(held).stage == "assessment"
    assert practice.value("SELECT acknowledged_at FROM assignment") is not None


def test_a_second_case_of_a_client_needs_no_second_name(practice: Practice) -> None:
    first = practice.open(given="Mara", family="Conti")
    second = practice.open(program="youth", client_of=first, given="", family="")
    assert practice.row(second).client == "Conti, Mara"
    assert practice.value("SELECT count(*) FROM client") == 1


def test_a_number_too_large_for_any_database_is_no_crash(office: Practice) -> None:
    office.open()
    with pytest.raises(CaseloadError):
        office.do("ana", tasks.done, 10**30)
    with pytest.raises(CaseloadError):
        office.do("ana", notes.sign, 10**30)
