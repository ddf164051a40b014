"""Consents: whether one holds is computed from its days, and one that was relied on stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import consents, page, stages
from caseload.casework.consents import Life
from caseload.errors import Conflict, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.kit import DAY, Practice
from tests.practice.telling import OFFICE, TOLD, form, give, state, tell, telling

# ---------------------------------------------------------------- whether a consent holds


DAYS = st.integers(0, 12).map(lambda n: DAY + timedelta(days=n))


LIVES = st.builds(
    Life,
    signed_on=DAYS,
    until_on=st.none() | DAYS,
    event_on=st.none() | DAYS,
    closed_on=st.none() | DAYS,
    revoked_on=st.none() | DAYS,
)


@given(life=LIVES, day=DAYS)
def test_a_consent_holds_from_its_signature_until_the_first_of_what_ends_it(life: Life, day: date) -> None:
    over = life.until_on is not None and day > life.until_on
    over = over or any(end is not None and end <= day for end in (life.event_on, life.closed_on))
    back = life.revoked_on is not None and life.revoked_on <= day
    assert (life.state(day) == "in_force") == (life.signed_on <= day and not over and not back)
    assert (life.state(day) == "not_yet") == (day < life.signed_on)


@given(life=LIVES, day=DAYS)
def test_what_has_ended_never_holds_again_and_the_reason_stays(life: Life, day: date) -> None:
    if life.state(day) in ("expired", "revoked"):
        assert life.state(day + timedelta(days=1)) == life.state(day)
        assert life.end is not None and life.end[0] <= day


def test_it_is_given_expires_after_its_last_day_and_no_flag_says_so(practice: Practice) -> None:
    case = practice.open(ago=5)
    key = give(practice, case, until=DAY + timedelta(days=2), signed=practice.ago(2))
    before = practice.rows("SELECT * FROM consent")
    seen = {n: state(practice, case, key, today=DAY + timedelta(days=n)) for n in (-3, -2, 0, 2, 3)}
    assert seen == {-3: "not_yet", -2: "in_force", 0: "in_force", 2: "in_force", 3: "expired"}
    practice.go(3)
    assert state(practice, case, key) == "expired"
    assert practice.rows("SELECT * FROM consent") == before


def test_it_ends_with_the_closing_of_its_case_and_not_with_one_before_the_signature(practice: Practice) -> None:
    case = practice.open(ago=30)
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    practice.do("ana", stages.move, case, "active", "back again")
    key = give(practice, case, until=None, until_closed=True)
    assert state(practice, case, key) == "in_force"
    practice.go(4)
    closed = practice.do("ana", stages.move, case, "closed", "goals reached", override=True)
    assert state(practice, case, key) == "expired"
    assert state(practice, case, key, today=practice.ago(1)) == "in_force"
    practice.do("ana", stages.move, case, "active", "back again")
    assert state(practice, case, key) == "expired", "what has happened has happened"
    practice.take_back()
    practice.take_back(closed)
    assert state(practice, case, key) == "in_force", "a closing that was a slip ends nothing"


def test_it_ends_with_the_event_it_names_once_that_has_come(practice: Practice) -> None:
    case = practice.open(ago=30)
    key = give(practice, case, until=None, event="The flat is found", signed=practice.ago(9))
    other = give(practice, case)
    assert state(practice, case, key) == "in_force"
    practice.do("ana", consents.came, key, on=practice.ago(1))
    assert state(practice, case, key) == "expired"
    assert state(practice, case, key, today=practice.ago(2)) == "in_force"
    with pytest.raises(Refused, match="ended on 2026-11-19"):
        practice.do("ana", consents.came, key)
    with pytest.raises(Usage, match="no event"):
        practice.do("ana", consents.came, other)


def test_the_client_takes_it_back_from_that_day_on(practice: Practice) -> None:
    case = practice.open(ago=30)
    key = give(practice, case, signed=practice.ago(9))
    practice.do("ana", consents.revoke, key, "By letter", on=practice.ago(1))
    assert state(practice, case, key) == "revoked"
    assert state(practice, case, key, today=practice.ago(2)) == "in_force"
    with pytest.raises(Refused, match="revoked"):
        practice.do("ana", consents.revoke, key, "Again")
    row = page.open_page(practice.as_("ana"), case, surface="show").consents[0]
    assert (row.revoked_by, row.revoked_why, row.revoked) == ("ana", "By letter", practice.ago(1))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"recipient": " "}, "recipient is missing"), ({"recipient": "!?"}, "letter or a digit"), ({"kinds": ()}, "what it is about"),
        ({"kinds": ("gossip",)}, "kind of information"), ({"what": ""}, "may be told is missing"), ({"purpose": " "}, "purpose is missing"),
        ({"until": None}, "A consent ends"), ({"until": DAY - timedelta(days=1)}, "before the signature"),
        ({"event": "x", "until_closed": True}, "not with both"), ({"signed": DAY + timedelta(days=1)}, "lies ahead"),
        ({"signer": "parent"}, "who signed is missing"), ({"signer": "neighbour"}, "no signer"), ({"recipient": "client"}, "needs no consent"),
    ],
)  # fmt: skip
def test_a_form_that_lacks_an_element_is_no_consent(office: Practice, more: dict[str, Any], said: str) -> None:
    case = office.open()
    with pytest.raises(Usage, match=said):
        office.do("ana", consents.give, form(case, **more))


def test_the_nine_elements_come_back_as_they_were_written(practice: Practice) -> None:
    case = practice.open()
    give(practice, case, signer="guardian", signer_name="R. Conti", event="The lease is signed")
    row = page.open_page(practice.as_("ana"), case, surface="show").consents[0]
    assert row.discloser == "Harbour House" and "in writing to Harbour House" in str(row.revocable)
    assert (row.what, row.purpose) == ("Name, address, and that we work with her.", "To find her a flat.")
    assert (row.recipient, row.kinds, row.event, row.until) == (
        OFFICE,
        TOLD,
        "The lease is signed",
        DAY + timedelta(90),
    )
    assert (row.signer, row.signer_name, row.signed) == ("guardian", "R. Conti", DAY)


# ---------------------------------------------------------------- setting right, taking back


@pytest.mark.parametrize("act", ["give", "revoke", "came", "amend"])
def test_each_act_on_a_consent_is_undone_and_done_again(practice: Practice, act: str) -> None:
    case = practice.open()
    key = give(practice, case, event="The flat is found")
    before = practice.facts()
    receipt = {
        "give": lambda: practice.do("ana", consents.give, form(case)),
        "revoke": lambda: practice.do("ana", consents.revoke, key, "By letter"),
        "came": lambda: practice.do("ana", consents.came, key),
        "amend": lambda: practice.do("ana", consents.amend, key, {"recipient": "Land Registry", "what": "Less."}),
    }[act]()
    back_and_forth(practice, before, receipt, "ana")


def test_a_slip_in_copying_the_form_is_set_right_and_what_was_written_stays(practice: Practice) -> None:
    case = practice.open()
    key = give(practice, case)
    practice.do("ana", consents.amend, key, {"what": "Her name alone.", "kinds": ("identity",)}, seen=1)
    row = page.open_page(practice.as_("ana"), case, surface="show").consents[0]
    assert (row.what, row.kinds, row.purpose) == ("Her name alone.", ("identity",), "To find her a flat.")
    first, second = practice.rows("SELECT body, supersedes_id FROM narrative WHERE body LIKE '%ame%' ORDER BY id")
    assert first.body.startswith("Name, address") and second.supersedes_id is not None
    with pytest.raises(Conflict):
        practice.do("ana", consents.amend, key, {"recipient": "Elsewhere"}, seen=1)
    assert practice.do("ana", consents.amend, key, {"kinds": ("identity",)}).change is None


def test_the_day_of_a_signature_is_not_taken_away(practice: Practice) -> None:
    key = give(practice, practice.open())
    for none in (None, ""):
        with pytest.raises(Usage, match="on which day it was signed"):
            practice.do("ana", consents.amend, key, {"signed": none})


def test_a_consent_that_was_relied_on_is_neither_altered_nor_undone(practice: Practice) -> None:
    case = practice.open()
    given = practice.do("ana", consents.give, form(case))
    tell(practice, telling(case))
    with pytest.raises(Refused, match="told under that consent"):
        practice.do("ana", consents.amend, given.data["consent"], {"recipient": "Elsewhere"})
    with pytest.raises(Conflict):
        practice.take_back(given)
    practice.do("ana", consents.revoke, given.data["consent"], "By letter")
