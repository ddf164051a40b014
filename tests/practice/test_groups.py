"""A group activity: each record has what was done together and a line of its own, and nothing of who else was there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caseload import models as m
from caseload.casework import contacts, custodians, groups, packets, page, traces
from caseload.casework.groups import NewGroup, Taking
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from caseload.store.database import Receipt
from tests.practice.kit import Practice


def cooking(practice: Practice, *takings: Taking, account: str = "We cooked soup.", **more: object) -> Receipt:
    return practice.do("ana", groups.log, NewGroup(takings, account, **more))  # type: ignore[arg-type]


def entry(practice: Practice, case: str, by: str = "ana") -> page.ContactRow:
    return page.open_page(practice.as_(by), case, surface="show").contacts[0]


def test_each_record_has_what_was_done_and_a_line_of_its_own(practice: Practice) -> None:
    mara, luca, eva = (practice.open(given=name) for name in ("Mara", "Luca", "Eva"))
    cooking(
        practice,
        Taking(mara, words="She led the table."),
        Taking(luca, "left_early", "Tired."),
        Taking(eva, "absent"),
        minutes=90,
    )
    rows = [entry(practice, case) for case in (mara, luca, eva)]
    assert [(row.note, row.own, row.presence, row.met, row.outcome) for row in rows] == [
        ("We cooked soup.", "She led the table.", "present", True, "made"),
        ("We cooked soup.", "Tired.", "left_early", True, "made"),
        ("We cooked soup.", None, "absent", False, "attempted"),
    ]
    assert {row.minutes for row in rows} == {90}
    assert not practice.differing()


def test_the_clock_restarts_for_whoever_was_there(practice: Practice) -> None:
    here, away = practice.open(ago=40), practice.open(ago=40)
    cooking(practice, Taking(here), Taking(away, "absent"))
    assert practice.row(here).last_contact == practice.day
    assert practice.row(away).last_contact is None


def test_nobody_is_named_in_anothers_record(practice: Practice) -> None:
    mara, luca = practice.open(given="Mara", family="Conti"), practice.open(given="Luca", family="Bruni")
    told = f"Mara Conti chopped, Luca stirred, and {luca} was noted down."
    cooking(practice, Taking(mara, words="Shouted at Luca Bruni."), Taking(luca), account=told)
    hers, his = entry(practice, mara), entry(practice, luca)
    who = traces.tag("participant")
    assert hers.note == f"Mara Conti chopped, {who} stirred, and {who} was noted down."
    assert his.note == f"{who} chopped, Luca stirred, and {luca} was noted down."
    assert hers.own == f"Shouted at {who}."


def test_siblings_keep_the_name_they_share(practice: Practice) -> None:
    mara, luca = practice.open(given="Mara", family="Conti"), practice.open(given="Luca", family="Conti")
    cooking(practice, Taking(mara), Taking(luca), account="Mara and Luca sang. Then the Conti family left.")
    who = traces.tag("participant")
    assert entry(practice, mara).note == f"Mara and {who} sang. Then the Conti family left."
    assert entry(practice, luca).note == f"{who} and Luca sang. Then the Conti family left."


def test_an_alias_is_a_name_too_and_is_said_before_anything_is_written(practice: Practice) -> None:
    mara, luca = practice.open(given="Mara"), practice.open(given="Luca")
    with practice.scene() as w:
        client = w.conn.execute(select(m.case_file.c.client_id).where(m.case_file.c.number == luca)).scalar_one()
        w.add(m.alias, client_id=client, name="Lupo")
    new = NewGroup([Taking(mara, words="Sat beside Lupo."), Taking(luca)], "All came.\nLupo sang.")
    found = practice.ask("ana", groups.names_in, new)
    assert {(one.case, one.line) for one in found} == {(luca, 2), (luca, 1)}
    assert all("Lupo" not in one.words for one in found)
    assert not practice.ask("ana", groups.names_in, NewGroup(new.takings[1:], "All came."))


def test_a_contact_of_several_with_one_text_names_nobody_either(practice: Practice) -> None:
    mara, luca = practice.open(given="Mara"), practice.open(given="Luca", family="Bruni")
    practice.met(mara, luca, kind="group", note="Mara and Luca painted.")
    who = traces.tag("participant")
    assert (entry(practice, mara).note, entry(practice, luca).note) == (
        f"Mara and {who} painted.",
        f"{who} and Luca painted.",
    )


def test_who_sees_one_case_learns_nothing_of_the_others(practice: Practice) -> None:
    mine, theirs = practice.open(given="Mara"), practice.open(given="Luca", program="youth")
    cooking(practice, Taking(mine), Taking(theirs, words="Cried."))
    for row in (entry(practice, mine), entry(practice, mine, by="ben")):
        assert row.others == 0
    practice.do("ben", custodians.restrict, theirs, "sol", "Her brother works here")
    shown = page.open_page(practice.as_("ben"), mine, surface="show")
    assert theirs not in str(shown) and "Cried" not in str(shown) and "Luca" not in str(shown)


def test_one_line_is_set_right_and_no_other_record_is_touched(practice: Practice) -> None:
    mara, luca = practice.open(given="Mara"), practice.open(given="Luca")
    made = cooking(practice, Taking(mara), Taking(luca, words="Quiet.")).data["contact"]
    before = entry(practice, luca)
    practice.do("ana", groups.correct, mara, made, presence="absent", words="Ill, her mother called.")
    row = entry(practice, mara)
    assert (row.presence, row.met, row.outcome, row.own) == ("absent", False, "attempted", "Ill, her mother called.")
    assert entry(practice, luca) == before
    assert practice.row(mara).last_contact is None and not practice.differing()


def test_words_that_stood_there_are_kept_and_undo_gives_them_back(practice: Practice) -> None:
    mara, luca = practice.open(), practice.open()
    made = cooking(practice, Taking(mara, words="Quiet."), Taking(luca)).data["contact"]
    before = practice.facts()
    done = practice.do("ana", groups.correct, mara, made, words="Loud.")
    assert practice.value("SELECT count(*) FROM narrative WHERE body = 'Quiet.'") == 1
    practice.take_back(done)
    assert practice.facts()["contact_line"] == before["contact_line"]
    assert entry(practice, mara).own == "Quiet."


def test_undo_takes_the_whole_activity_back(practice: Practice) -> None:
    mara, luca = practice.open(), practice.open()
    cooking(practice, Taking(mara), Taking(luca), topics=("food", "household"))
    practice.take_back()
    assert [
        practice.value(f"SELECT count(*) FROM {name}") for name in ("contact", "contact_line", "contact_topic")
    ] == [0, 0, 0]
    assert practice.row(mara).last_contact is None


def test_a_line_somebody_else_has_changed_is_not_overwritten(practice: Practice) -> None:
    mara, luca = practice.open(), practice.open()
    made = cooking(practice, Taking(mara), Taking(luca)).data["contact"]
    seen = entry(practice, mara).version
    practice.do("ben", groups.correct, mara, made, presence="left_early")
    with pytest.raises(Conflict):
        practice.do("ana", groups.correct, mara, made, presence="absent", seen=seen)
    assert practice.do("ana", groups.correct, mara, made, presence="left_early").change is None


def test_what_is_none_is_said(office: Practice) -> None:
    mara, luca = office.open(), office.open()
    with pytest.raises(Usage, match="twice"):
        cooking(office, Taking(mara), Taking(mara))
    with pytest.raises(Usage, match="way of taking part"):
        cooking(office, Taking(mara, "asleep"))
    with pytest.raises(Usage, match="No case"):
        cooking(office)
    with pytest.raises(Usage, match="no topic"):
        cooking(office, Taking(mara), topics=("gossip",))
    alone = office.met(luca).data["contact"]
    with pytest.raises(Usage, match="no group activity"):
        office.do("ana", groups.correct, luca, alone, presence="absent")
    with pytest.raises(NotPermitted):
        office.do("nia", groups.log, NewGroup([Taking(mara)]))


def test_when_nobody_came_nothing_was_made(office: Practice) -> None:
    mara, luca = office.open(), office.open()
    made = cooking(office, Taking(mara, "absent"), Taking(luca, "absent")).data["contact"]
    assert office.value("SELECT outcome FROM contact WHERE id = :key", key=made) == "attempted"
    with pytest.raises(Refused, match="group activity"):
        office.do("ana", contacts.log, contacts.NewContact([mara, luca], "visit", "made", note="Both."))


def test_a_packet_says_what_was_done_and_the_clients_own_line(office: Practice) -> None:
    mara, luca = office.open(given="Mara"), office.open(given="Luca")
    cooking(office, Taking(mara, words="Mara sang."), Taking(luca, words="He wept."))
    text = packets.draft(office.as_("ana"), mara)
    assert "We cooked soup." in text and "sang" in text
    assert "wept" not in text and "Mara" not in text
