"""From one engine to the other and back: no row lost, none changed, and work goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from caseload import settings
from caseload.casework import absences, appointments, custodians, documents, notes
from caseload.errors import Refused
from caseload.exchange.everything import carry
from caseload.store import cipher
from tests.practice.carrying import (
    PAPER,
    Places,
    everything,
    must_be_the_same,
    nothing_at,
    other,
    own_login,
    sound,
    told,
    with_papers,
)
from tests.practice.encrypting import KEY, converted, holding
from tests.practice.kit import ADMIN, Practice, Template
from tests.support.databases import Databases

WISH = carry.Wish()


def test_an_agency_goes_to_the_other_engine_and_back_and_every_row_is_equal(lived: Practice, places: Places) -> None:
    there, back = places.new(other(lived.engine_name)), places.new(lived.engine_name)
    gone = carry.move(told(lived), told(there), WISH)
    start, halfway = everything(lived.url), everything(there.url)
    assert len([name for name, lines in start.items() if lines]) > 40
    must_be_the_same(start, halfway)
    came = carry.move(told(there), told(back), WISH)
    # The look at what left stands where it left from, and came along.
    halfway = everything(there.url)
    must_be_the_same(halfway, everything(back.url))
    assert gone.rows == {name: len(lines) for name, lines in start.items()}
    sound(there, gone.seal)
    sound(back, gone.seal)
    sound(back, came.seal)
    assert [one for (one,) in back.rows("SELECT verb FROM change WHERE verb = 'move everything'")] == [
        "move everything"
    ] * 2
    # Work goes on in each: keys are drawn anew, ranks and journal are written.
    for practice in (there, back):
        case = practice.open()
        assert practice.row(case).case == case
        sound(practice, gone.seal)


def test_documents_go_with_their_bytes_and_those_alike_are_kept_once_there(
    practice: Practice, databases: Databases, tmp_path: Path
) -> None:
    places = Places(databases, practice)
    own_login(practice)
    case = practice.open()
    pair = with_papers(practice, case, tmp_path)
    third = documents.NewDocument(case, tmp_path / "lease.pdf")
    added = practice.do("ana", documents.add, third)
    undone = practice.take_back(added)
    there, back = places.new(other(practice.engine_name)), places.new(practice.engine_name)
    try:
        carry.move(told(practice), told(there), WISH)
        carry.move(told(there), told(back), WISH)
        for place in (there, back):
            assert place.ask(ADMIN, documents.verify) == documents.Verdict(2, ())
            for one in pair:
                target = tmp_path / f"{place.engine_name}-{one}"
                documents.write_out(place.as_("ana"), one, target, why="the hearing")
                assert target.read_bytes() == PAPER
            # What was taken back before the way is there again, and another with the same bytes takes no room.
            place.take_back(undone)
            target = tmp_path / f"{place.engine_name}-again"
            documents.write_out(place.as_("ana"), added.data["document"], target, why="the hearing")
            assert target.read_bytes() == PAPER
            place.do("ana", documents.add, third)
            assert place.value("SELECT count(*) FROM content") == 2
            sound(place, None)
    finally:
        places.drop()


def test_a_document_that_is_not_what_was_added_comes_in_only_on_demand_and_the_record_says_so(
    practice: Practice, databases: Databases, tmp_path: Path
) -> None:
    own_login(practice)
    one, two = with_papers(practice, practice.open(), tmp_path)
    with practice.by_hand() as conn:
        conn.execute(text("UPDATE content_chunk SET body = :body WHERE n = 2"), {"body": b"another"})
    places = Places(databases, practice)
    place = places.new(other(practice.engine_name))
    try:
        with pytest.raises(Refused, match="not what was added") as said:
            carry.move(told(practice), told(place), WISH)
        assert list(said.value.details) == [f"Document {one}", f"Document {two}"]
        nothing_at(place)
        carry.move(told(practice), told(place), carry.Wish(unsound=True))
        assert "not what was added: 2" in place.value("SELECT summary FROM change WHERE verb = 'move everything'")
        assert place.ask(ADMIN, documents.verify).faults == (one, two)
    finally:
        places.drop()


def test_what_goes_on_elsewhere_on_the_server_holds_no_move_up(practice: Practice, databases: Databases) -> None:
    if practice.engine_name == "postgresql":
        return  # a file has no neighbours
    own_login(practice)
    places = Places(databases, practice)
    place, neighbour = places.new("postgresql"), places.new("postgresql", logins=False)
    try:
        with neighbour.by_hand() as conn:
            conn.execute(text("ANALYZE pg_authid"))
            carry.move(told(practice), told(place), WISH)
    finally:
        places.drop()


def test_what_was_done_before_a_move_is_taken_back_after_it(practice: Practice, databases: Databases) -> None:
    """The journal of one engine is read by the other: yes and no, moments, rows that were deleted."""
    places = Places(databases, practice)
    own_login(practice)
    case = practice.open()
    note = practice.note(case)
    appointment = practice.appoint(case, ahead=2)
    states = [practice.facts(typed=True)]
    done = []
    acts: list[Callable[[], Any]] = [
        lambda: practice.do("ben", custodians.restrict, case, "sol", "a colleague's cousin"),
        lambda: practice.do("ana", notes.discard, note),
        lambda: practice.do("ana", appointments.settle, appointment, "missed"),
        lambda: practice.do("ana", absences.set_cover, "ana", ("bo",), practice.day, practice.day + timedelta(5), "x"),
    ]
    for act in acts:
        done.append(act())
        states.append(practice.facts(typed=True))
    there = places.new(other(practice.engine_name))
    try:
        carry.move(told(practice), told(there), WISH)
        there.look(case)
        for receipt, by in zip(reversed(done), ("ana", "ana", "ana", "ben"), strict=True):
            states.pop()
            there.take_back(receipt, by=by)
            assert there.facts(typed=True) == states[-1]
        assert not there.differing()
        sound(there, None)
    finally:
        places.drop()


def test_a_key_that_was_given_once_is_given_to_nobody_else_after_a_move(
    practice: Practice, databases: Databases
) -> None:
    places = Places(databases, practice)
    own_login(practice)
    practice.open()
    gone = practice.open()
    key = practice.id(gone)
    practice.take_back(by="ana")
    there = places.new(other(practice.engine_name))
    try:
        carry.move(told(practice), told(there), WISH)
        assert there.id(there.open()) > key
    finally:
        places.drop()


def test_nobody_needs_a_password_for_a_file(lived: Practice, places: Places) -> None:
    came = carry.move(told(lived), told(places.new("sqlite")), WISH)
    assert (came.people.admin, came.people.password, came.people.known) == (None, None, ())


def test_on_a_server_the_first_admin_gets_a_password_and_lets_the_others_in(
    file_template: Template, databases: Databases
) -> None:
    moving = file_template.copy()
    own_login(moving)
    moving.open()
    places = Places(databases, moving)
    place = places.new("postgresql", logins=False)
    try:
        with pytest.raises(Refused, match="no active admin"):
            carry.move(told(moving), told(place), carry.Wish(admin="ana"))
        nothing_at(place)
        came = carry.move(told(moving), told(place), WISH)
        assert came.people.known == ()
        assert (came.people.admin, came.people.login) == (ADMIN, moving.login(ADMIN))
        assert came.people.password
        assert "ana" in came.people.unmade
        assert place.ask(ADMIN, lambda r: r.me.role) == "admin"
    finally:
        places.drop()
        moving.drop()


def test_an_encrypted_file_moves_to_one_that_opens_with_the_same_key_and_comes_out_plain(
    store: Practice, tmp_path: Path, databases: Databases
) -> None:
    converted(store, KEY)
    holding(KEY)
    to = settings.load(database=str(tmp_path / "moved.db"))
    done = carry.move(told(store), to, WISH)
    assert done.encrypted
    assert cipher.is_encrypted(tmp_path / "moved.db")
    must_be_the_same(everything(store.url), everything(f"sqlite:///{tmp_path}/moved.db"))
    carry.export(told(store), str(tmp_path / "all"), "csv", "x")
    assert "Xanthippe" in (tmp_path / "all" / "narrative.csv").read_text()
