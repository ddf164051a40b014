"""A worker's calendar goes out without a word of who is met, and another's comes in as appointments, again and again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import appointments, page, recurrence, tasks
from caseload.casework.appointments import Changes, NewAppointment
from caseload.errors import NotPermitted, Refused, Usage
from caseload.exchange.ics import split
from caseload.exchange.ics.events import Event, Unreadable, Zones, dates, read
from tests.practice.acts import back_and_forth
from tests.practice.calendars import (
    component,
    event,
    expanded,
    expanded_again,
    looked_at,
    sent,
    taken,
    todo,
    written,
)
from tests.practice.kit import ADMIN, DAY, ZONE, Practice

ROME = ZoneInfo(ZONE)


def at(day: int, hour: int) -> datetime:
    """That hour so many days from the Friday of the tests."""
    return datetime(DAY.year, DAY.month, DAY.day, hour, tzinfo=ROME) + timedelta(days=day)


def book(practice: Practice, case: str, day: int, hour: int = 10, *, rule: str = "", **more: Any) -> int:
    """An appointment of Ana's, or the first of a series; its key."""
    again = recurrence.read(rule) if rule else None
    new = NewAppointment(case, at(day, hour), 30, "Lease with Mara", "Via Roma 3", repeat=again, **more)
    return int(practice.do("ana", appointments.appoint, new).data["appointment"])


def keys(practice: Practice, case: str) -> list[int]:
    found = practice.ask("ana", page.read, practice.id(case)).appointments
    return [one.id for one in reversed(found)]


def stood(practice: Practice, case: str, first: date, last: date) -> list[datetime]:
    """When our own appointments of a case take place."""
    found = practice.ask("ana", page.read, practice.id(case)).appointments
    starts = (one.starts_at.astimezone(ROME) for one in found if one.state != "cancelled")
    return sorted(one for one in starts if first <= one.date() <= last)


def walls(practice: Practice, state: str = "scheduled") -> list[str]:
    rows = practice.rows("SELECT starts_at FROM appointment WHERE state = :state ORDER BY starts_at", state=state)
    moments = (row[0] if isinstance(row[0], datetime) else datetime.fromisoformat(row[0] + "+00:00") for row in rows)
    return [f"{one.astimezone(ROME):%m-%d %H:%M}" for one in moments]


# ------------------------------------------------------------------------------- going out


def test_a_week_goes_out_to_the_last_appointment_and_task_and_two_programs_count_the_same(
    practice: Practice, tmp_path: Path
) -> None:
    case = practice.open()
    other = practice.open(worker="bo", by="bo")
    first = book(practice, case, 3, mode="phone")
    book(practice, case, 5, rule="weekly on mon,thu")
    book(practice, case, 6, hour=16, travel=(20, 20))
    practice.appoint(other, 4, by="bo")
    practice.task(case, 2)
    done = practice.task(case, 1)
    practice.do("ana", tasks.done, done)
    practice.do("ana", appointments.settle, first, "cancelled")
    again = "SELECT id FROM appointment WHERE series_id IS NOT NULL ORDER BY starts_at"
    dates_ = [row.id for row in practice.rows(again)]
    practice.do("ana", appointments.settle, dates_[1], "cancelled")
    practice.do("ana", appointments.move, dates_[2], at(9, 18))
    text = sent(practice, tmp_path)
    monday, last = DAY - timedelta(days=4), DAY + timedelta(days=23)
    assert expanded(text, monday, last) == expanded_again(text, monday, last) == stood(practice, case, monday, last)
    assert len(expanded(text, monday, last)) == 5
    words = {str(one["SUMMARY"]) for kind in ("VEVENT", "VTODO") for one in component(text, "VCALENDAR").walk(kind)}
    assert words == {"Phone call", "Appointment", "Visit", "Task"}
    assert {str(one["STATUS"]) for one in component(text, "VCALENDAR").walk("VTODO")} == {"NEEDS-ACTION", "COMPLETED"}
    assert "STATUS:CANCELLED" in text and "EXDATE" in text and "RECURRENCE-ID" in text
    for told in ("Mara", "Conti", "Lease", "Roma 3", "landlord", case, case.partition("-")[2]):
        assert told not in text
    assert (tmp_path / "week.ics").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "week.ics.manifest.json").exists()


def test_who_is_met_goes_out_with_a_reason_and_on_record(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    book(practice, case, 3)
    with pytest.raises(Usage):
        sent(practice, tmp_path, identified=True)
    text = sent(practice, tmp_path, identified=True, why="Offline on visits")
    assert str(component(text)["SUMMARY"]) == "Lease with Mara – Conti, Mara"
    assert str(component(text)["LOCATION"]) == "Via Roma 3"
    assert practice.value("SELECT count(*) FROM look WHERE kind = 'export' AND case_id IS NOT NULL") == 1
    with pytest.raises(NotPermitted):
        sent(practice, tmp_path, by=ADMIN, worker="ana", identified=True, why="Curious")


def test_a_colleagues_calendar_shows_what_is_in_sight_alone(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    book(practice, case, 3)
    assert len(expanded(sent(practice, tmp_path, by="ben", worker="ana"), DAY, DAY + timedelta(days=9))) == 1
    assert "VEVENT" not in sent(practice, tmp_path, by="cleo", worker="ana")


def test_a_uid_stays_and_its_sequence_only_rises_whatever_is_done_and_undone(
    practice: Practice, tmp_path: Path
) -> None:
    case = practice.open()
    book(practice, case, 3, rule="weekly on mon")
    dates_ = keys(practice, case)

    def now() -> tuple[str, int]:
        one = component(sent(practice, tmp_path))
        return str(one["UID"]), int(one["SEQUENCE"])

    uid, before = now()
    for act in (
        lambda: practice.do("ana", appointments.settle, dates_[1], "cancelled"),
        lambda: practice.take_back(),
        lambda: practice.do("ana", appointments.change, dates_[2], Changes(title="Other words")),
        lambda: practice.do("ana", appointments.move, dates_[2], at(18, 9)),
        # From here on it goes on as another series; the first dates stay with this one.
        lambda: practice.do("ana", appointments.change, dates_[2], Changes(minutes=45), which="following"),
        lambda: practice.take_back(),
    ):
        act()
        same, after = now()
        assert (same, after > before) == (uid, True)
        before = after


@pytest.mark.parametrize("rule", ["weekly on sun", "every 2 weeks on tue,sun", "monthly on last sun"])
def test_the_hour_of_the_wall_holds_over_both_changes_of_the_clocks(
    practice: Practice, tmp_path: Path, rule: str
) -> None:
    # 28 March 2027 has no 02:00 to 03:00 in Rome.
    case = practice.open()
    book(practice, case, 2, hour=2, rule=rule)
    text = sent(practice, tmp_path, weeks=20)
    until = DAY + timedelta(days=160)
    found = stood(practice, case, DAY, until)
    assert [one.timestamp() for one in expanded(text, DAY, until)] == [one.timestamp() for one in found]
    assert [one.timestamp() for one in expanded_again(text, DAY, until)] == [one.timestamp() for one in found]
    told = component(text, "VTIMEZONE").to_tz()
    for one in found:
        assert one.replace(tzinfo=told).utcoffset() == one.utcoffset(), "the file tells of its zone as the world does"


def test_a_series_handed_to_a_colleague_leaves_the_calendar_of_who_had_it(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    book(practice, case, 3, rule="weekly on mon")
    second = keys(practice, case)[1]
    practice.do("ana", appointments.change, second, Changes(worker="bo"), which="following")
    until = DAY + timedelta(days=400)
    assert len(expanded(sent(practice, tmp_path, worker="ana"), DAY, until)) == 1
    assert len(expanded(sent(practice, tmp_path, worker="bo", by="ben"), DAY, until)) > 25


# ------------------------------------------------------------------------------- coming in


def test_a_calendar_becomes_appointments_once_and_undo_takes_them_back(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    before = practice.facts()
    path = written(
        tmp_path,
        event("one@x", "20261124T090000", f"SUMMARY:Lease {case}", "LOCATION:Library"),
        event("two@x", "20261125T150000", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Lessons", f"CATEGORIES:{case}",
              "EXDATE;TZID=Europe/Rome:20261202T150000"),
        event("two@x", "20261210T160000", "RECURRENCE-ID;TZID=Europe/Rome:20261209T150000", "SUMMARY:Lessons, moved"),
    )  # fmt: skip
    preview, problems = looked_at(practice, path)
    assert (preview.count("new"), problems) == (4, []) and practice.facts() == before
    receipt = taken(practice, path)
    assert receipt.words == "Took over 4 appointments from calendar.ics" and receipt.cases == (case,)
    assert walls(practice) == ["11-24 09:00", "11-25 15:00", "12-10 16:00", "12-16 15:00"]
    rows = practice.rows("SELECT title, place FROM appointment ORDER BY starts_at")
    assert [tuple(row) for row in rows][:3] == [("Lease", "Library"), ("Lessons", ""), ("Lessons, moved", "")]
    assert not practice.differing() and "appointment_soon" in practice.reasons(case)
    again, _problems = looked_at(practice, path)
    assert again.nothing_to_do and again.count("unchanged") == 4
    back_and_forth(practice, before, receipt, "ana")


def test_a_newer_sequence_moves_it_an_older_does_not_and_what_was_done_here_stays(
    practice: Practice, tmp_path: Path
) -> None:
    case = practice.open()
    summary = f"SUMMARY:Lease {case}"
    taken(
        practice,
        written(tmp_path, event("one@x", "20261124T090000", summary), event("two@x", "20261125T090000", summary)),
    )
    newer = written(
        tmp_path, event("one@x", "20261124T110000", summary, "SEQUENCE:2"),
        event("two@x", "20261125T110000", summary, "SEQUENCE:2"),
    )  # fmt: skip
    practice.do("ana", appointments.move, keys(practice, case)[1], at(5, 17))
    preview, problems = looked_at(practice, newer)
    assert (preview.count("changed"), preview.count("conflicting")) == (1, 1)
    assert problems == [("conflicting", "DTSTART", "was changed there and here since it was taken: kept as it is here")]
    assert taken(practice, newer).words == "Took over 0 appointments from calendar.ics, 1 row brought up to date"
    assert walls(practice) == ["11-24 11:00", "11-25 17:00"]
    preview, problems = looked_at(practice, written(tmp_path, event("one@x", "20261124T080000", summary, "SEQUENCE:1")))
    assert problems == [("conflicting", "", "is older than what was taken before, and differs: not taken")]
    gone = written(tmp_path, event("one@x", "20261124T110000", summary, "SEQUENCE:3", "STATUS:CANCELLED"))
    taken(practice, gone)
    assert walls(practice, "cancelled") == ["11-24 11:00"]


def test_a_date_that_a_series_no_longer_has_is_cancelled(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    lessons = (f"SUMMARY:Lessons {case}", "RRULE:FREQ=WEEKLY;COUNT=3")
    taken(practice, written(tmp_path, event("one@x", "20261124T090000", *lessons)))
    out = "EXDATE;TZID=Europe/Rome:20261201T100000"
    receipt = taken(practice, written(tmp_path, event("one@x", "20261124T100000", *lessons, out, "SEQUENCE:1")))
    assert receipt.words.endswith("3 rows brought up to date")
    assert walls(practice) == ["11-24 10:00", "12-08 10:00"] and walls(practice, "cancelled") == ["12-01 09:00"]
    assert [note.reason for note in receipt.data.notes] == [
        "dates were taken before and are no longer in it: cancelled"
    ]


def test_what_cannot_be_taken_says_why_and_holds_up_nothing(practice: Practice, tmp_path: Path) -> None:
    case, theirs = practice.open(), practice.open(worker="cleo", by="cleo", program="youth")
    day, title = "20261124T090000", f"SUMMARY:{case}"
    path = written(
        tmp_path, event("nobody", day, "SUMMARY:Dentist"), event("theirs", day, f"SUMMARY:{theirs}"),
        event("two", day, f"SUMMARY:{case} {theirs}"), event("zone", day, title, zone="Nowhere/Land"),
        event("second", day, title, "RRULE:FREQ=SECONDLY"), event("long", day, title, minutes=3000),
        "BEGIN:VEVENT\r\nUID:whole\r\nDTSTART;VALUE=DATE:20261124\r\nEND:VEVENT\r\n", event("", day, title),
        event("bad", "20261124T259900", title), "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n",
        event("past", "20200101T090000", title), event("fine", day, title),
    )  # fmt: skip
    preview, problems = looked_at(practice, path)
    assert [reason for _kind, _column, reason in problems] == [
        "names no case", "names a case that is not there, or not yours to see", "names several cases",
        "is in a time zone that is not known", "FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY.",
        "lasts longer than a day, or no time at all", "is a day without an hour, and an appointment has one",
        "has no UID, by which it would be known again", "cannot be read", "does not say by which day it is to be done",
    ]  # fmt: skip
    (tally,) = preview.files
    assert (tally.rows, tally.new, tally.rejected, tally.not_taken) == (12, 1, 10, 1)
    preview, problems = looked_at(practice, path, case=case)
    assert preview.count("new") == 4, "with --case they all belong to it"


def tasks_of(practice: Practice) -> list[tuple[str, str, bool]]:
    rows = practice.rows("SELECT title, due_on, done_at FROM task ORDER BY due_on, title")
    return [(row.title, str(row.due_on), row.done_at is not None) for row in rows]


def test_to_dos_become_tasks_once_are_finished_by_a_newer_file_and_undo_takes_them_back(
    practice: Practice, tmp_path: Path
) -> None:
    case = practice.open()
    before = practice.facts()
    ring, read_on = f"SUMMARY:Ring the landlord {case}", (f"SUMMARY:Read the lease {case}", "DUE:20261130T230000Z")
    path = written(
        tmp_path, todo("one@x", ring, "DUE;VALUE=DATE:20261127"), todo("two@x", *read_on),
        todo("three@x", f"SUMMARY:Find the key {case}", "STATUS:COMPLETED", "COMPLETED:20261112T080000Z"),
        todo("four@x", ring, "DUE;VALUE=DATE:20261127", "STATUS:CANCELLED"), todo("five@x", f"SUMMARY:{case}", "DUE:20261127"),
        event("e@x", "20261124T090000", f"SUMMARY:Lease {case}"),
    )  # fmt: skip
    _preview, problems = looked_at(practice, path)
    assert problems == [("rejected", "SUMMARY", "does not say what is to be done")] and practice.facts() == before
    receipt = taken(practice, path)
    assert receipt.words == "Took over 1 appointment and 3 tasks from calendar.ics"
    key, read = ("Find the key", "2026-11-12", True), ("Read the lease", "2026-12-01", False)
    assert tasks_of(practice) == [key, ("Ring the landlord", "2026-11-27", False), read]
    assert (
        practice.value("SELECT w.handle FROM task t JOIN worker w ON w.id = t.worker_id WHERE t.done_at IS NULL")
        == "ana"
    )
    assert looked_at(practice, path)[0].nothing_to_do and not practice.differing()
    moved = ("DUE;VALUE=DATE:20261128", "SEQUENCE:1")
    newer = written(tmp_path, todo("one@x", ring, *moved, "STATUS:COMPLETED"), todo("two@x", *read_on))
    again = taken(practice, newer)
    assert tasks_of(practice) == [key, ("Ring the landlord", "2026-11-28", True), read]
    practice.take_back(again)
    back_and_forth(practice, before, receipt, "ana")


def test_what_of_a_calendar_has_no_place_here_is_named(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM"
    path = written(
        tmp_path, event("one@x", "20261124T090000", f"SUMMARY:{case}", "ATTENDEE:mailto:a@b.org", alarm),
        "BEGIN:VJOURNAL\r\nUID:j\r\nEND:VJOURNAL\r\n",
        todo("two@x", f"SUMMARY:Ring {case}", "DUE;VALUE=DATE:20261127", "RRULE:FREQ=DAILY", "DESCRIPTION:Ring twice."),
    )  # fmt: skip
    preview, problems = looked_at(practice, path)
    assert not problems and {(note.reason, note.rows) for note in preview.notes} == {
        ("journal entries have no place here: not taken", 1), ("have a reminder: it is not taken", 1),
        ("name who is invited: that is not taken", 1), ("to-dos come again and again: the one date that each says is taken", 1),
        ("have a description: it is read for the number of a case, and not kept", 1),
    }  # fmt: skip


def test_clashes_with_what_stands_and_with_each_other_are_told_and_hold_nothing_up(
    practice: Practice, tmp_path: Path
) -> None:
    case, other = practice.open(), practice.open()
    book(practice, case, 4)
    path = written(
        tmp_path, event("one@x", "20261124T101500", f"SUMMARY:{other}"), event("two@x", "20261124T140000", f"SUMMARY:{case}"),
        event("three@x", "20261124T141500", f"SUMMARY:{other}"), event("free@x", "20261124T160000", f"SUMMARY:{case}"),
    )  # fmt: skip
    preview, problems = looked_at(practice, path)
    assert preview.count("new") == 4 and problems == [
        ("clashing", "DTSTART", f"overlaps {case}, 10:00–10:30"), ("clashing", "DTSTART", f"overlaps {other}, 14:15–14:45"),
        ("clashing", "DTSTART", f"overlaps {case}, 14:00–14:30"),
    ]  # fmt: skip
    taken(practice, path)
    assert len(walls(practice)) == 5 and looked_at(practice, path)[1] == []


def test_without_identity_no_calendar_is_taken_over(practice: Practice, tmp_path: Path) -> None:
    path = written(tmp_path, event("one@x", "20261124T090000", f"SUMMARY:{practice.open()}"))
    veiled = practice.as_("ana")
    veiled.masked = True
    try:
        with pytest.raises(Refused):
            looked_at(practice, path)
    finally:
        veiled.masked = False


def test_a_calendar_that_we_wrote_is_not_taken_for_another(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    book(practice, case, 3, rule="weekly on mon")
    book(practice, case, 4)
    practice.task(case, 2)
    sent(practice, tmp_path)
    preview, problems = looked_at(practice, tmp_path / "week.ics", case=case)
    assert preview.nothing_to_do and not problems


def test_a_calendar_is_taken_over_by_who_works_with_the_case(practice: Practice, tmp_path: Path) -> None:
    path = written(tmp_path, event("one@x", "20261124T090000", f"SUMMARY:{practice.open()}"))
    for who in (ADMIN, "nia", "otto"):
        with pytest.raises(NotPermitted):
            looked_at(practice, path, by=who)
    taken(practice, path, by="ben", worker="ana")
    assert practice.value("SELECT w.handle FROM appointment a JOIN worker w ON w.id = a.worker_id") == "ana"


# ------------------------------------------------------------------------------- anything at all

WHOLE = event(
    "x", "20261124T090000", "RRULE:FREQ=WEEKLY;COUNT=5", "SUMMARY:a\\, b", "EXDATE:20261201T080000Z", "SEQUENCE:1"
)


def events(data: bytes) -> list[Event]:
    found = []
    for part in split.parts(data):
        try:
            one = read(part, Zones(ROME, {})) if part.kind == "VEVENT" else None
            if one is not None:
                list(dates(one, DAY + timedelta(days=182), at(-2, 9)))
                found.append(one)
        except Unreadable:
            continue
    return found


@given(st.data())
def test_a_calendar_cut_off_or_scrambled_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    raw = ("BEGIN:VCALENDAR\r\n" + WHOLE * 2).encode()
    cut = data.draw(st.integers(0, len(raw)))
    noise = data.draw(
        st.binary(max_size=12) | st.sampled_from([b"\r\n ", b"BEGIN:VEVENT\r\n", b"\x00", b";TZID=", b"\xff"])
    )
    events(raw[:cut] + noise + raw[cut:] if data.draw(st.booleans()) else raw[:cut])


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;INTERVAL=0", "RRULE:FREQ=DAILY;COUNT=99999999999999999999",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z", "RRULE:" + "A" * 9000,
        "RDATE:" + ",".join(["20261124T090000Z"] * 5000), "SUMMARY:" + "x" * 10_000_000, "UID:" + "y" * 10_000_000,
        "X-PHOTO:" + "z" * 10_000_000,
    ],
)  # fmt: skip
def test_what_has_no_end_is_refused_or_cut_in_no_time(line: str) -> None:
    assert len(events(event("x", "19700101T090000", line).encode())) <= 1


def test_folded_lines_are_joined_where_a_letter_was_cut_in_two() -> None:
    raw = event("x", "20261124T090000", "SUMMARY:caffè e tè").encode()
    cut = raw.index("è".encode()) + 1
    (one,) = events(raw[:cut] + b"\r\n " + raw[cut:])
    assert one.title == "caffè e tè"
