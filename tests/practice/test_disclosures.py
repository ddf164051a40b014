"""What is told: what may go is one answer, what went stays on record, and the client can ask for all of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc

from caseload.casework import consents, disclosures, page, permits, stages
from caseload.casework.permits import Permit
from caseload.errors import NotPermitted, Refused, Usage
from caseload.models.consent import EXCEPTIONS
from caseload.store.undo import undo
from tests.practice.acts import moved
from tests.practice.kit import DAY, Practice
from tests.practice.telling import OFFICE, TOLD, answer, exception, form, give, tell, telling

# ---------------------------------------------------------------- may this go?


def test_it_goes_under_a_consent_that_names_the_recipient_and_covers_the_kind(practice: Practice) -> None:
    case = practice.open()
    key = give(practice, case)
    found = answer(practice, case, to=" HOUSING  office ")
    assert isinstance(found, Permit) and (found.consent, found.basis) == (key, "consent")
    assert found.words == f"{case}: consent {key}, signed 2026-11-20, until 2027-02-18"


def test_it_does_not_go_and_the_answer_says_why(practice: Practice) -> None:
    case = practice.open(ago=30)
    assert "No consent of case" in str(answer(practice, case))
    key = give(practice, case, signed=practice.ago(20))
    assert str(answer(practice, case, what=("identity", "health"))).endswith("does not cover: health.")
    assert "No consent" in str(answer(practice, case, to="Housing Offices"))
    assert "No consent" in str(answer(practice, practice.open(ago=3)))
    assert "No consent" in str(answer(practice, case, on=practice.ago(21))), "before it was signed"
    practice.do("ana", consents.revoke, key, "By letter", on=practice.ago(2))
    assert str(answer(practice, case)).endswith("ended on 2026-11-18 (revoked).")
    assert isinstance(answer(practice, case, on=practice.ago(3)), Permit)
    give(practice, case, until=practice.ago(1), signed=practice.ago(8))
    assert str(answer(practice, case)).endswith("ended on 2026-11-20 (expired).")


def test_an_exception_permits_what_goes_to_that_recipient_on_its_day_and_no_longer(practice: Practice) -> None:
    case = practice.open()
    key = tell(practice, exception(case))
    found = answer(practice, case, to="family court")
    assert isinstance(found, Permit) and (found.exception, found.basis) == (key, "court")
    assert isinstance(answer(practice, case, to="family court", what=("notes",)), str)
    assert isinstance(answer(practice, case), str)
    practice.go(1)
    assert isinstance(answer(practice, case, to="family court"), str)
    practice.do("ana", disclosures.add_to, key, "The judge had asked twice.")
    assert isinstance(answer(practice, case, to="family court"), str), "an addendum is no new exception"


def test_the_clients_own_record_may_go_to_them(practice: Practice) -> None:
    found = answer(practice, practice.open(), to="Client", what=("notes", "health"))
    assert isinstance(found, Permit) and found.basis == "client"


def test_a_case_out_of_sight_is_answered_like_one_that_is_not_there(practice: Practice) -> None:
    case = practice.open(by="cleo", worker="cleo")
    with pytest.raises(Usage, match="no case"):
        answer(practice, case)
    key = give(practice, case, by="cleo")
    for verb, *args in ((consents.revoke, key, "x"), (consents.came, key), (consents.amend, key, {})):
        with pytest.raises(Usage, match="no such consent"):
            practice.do("ana", verb, *args)
    for who in ("nia", "otto", "ada"):
        with pytest.raises(NotPermitted):
            practice.do(who, consents.give, form(case))
        with pytest.raises(NotPermitted):
            practice.do(who, disclosures.tell, telling(case))


# ---------------------------------------------------------------- what was told


def test_a_telling_names_the_consent_it_rests_on(practice: Practice) -> None:
    case = practice.open(ago=30)
    with pytest.raises(NotPermitted, match="No consent"):
        tell(practice, telling(case))
    key = give(practice, case, signed=practice.ago(9))
    tell(practice, telling(case, on=practice.ago(3)))
    row = page.open_page(practice.as_("ana"), case, surface="show").disclosures[0]
    assert (row.consent, row.on, row.client_told, row.by) == (key, practice.ago(3), True, "ana")
    with pytest.raises(NotPermitted):
        tell(practice, telling(case, on=practice.ago(10)))
    with pytest.raises(NotPermitted, match="does not cover"):
        tell(practice, telling(case, kinds=("notes",)))


def test_a_telling_that_says_consent_never_rests_on_an_exception(practice: Practice) -> None:
    case = practice.open()
    tell(practice, exception(case))
    with pytest.raises(NotPermitted, match="No consent"):
        tell(practice, telling(case, recipient="Family Court"))


@pytest.mark.parametrize("basis", EXCEPTIONS)
def test_an_exception_says_who_was_consulted_and_whether_the_client_was_told(office: Practice, basis: str) -> None:
    case = office.open()
    for more, said in (
        ({"consulted": ""}, "who was consulted"), ({"client_told": None}, "whether the client was told"),
        ({"client_told": False}, "not told is missing"),
    ):  # fmt: skip
        with pytest.raises(Usage, match=said):
            tell(office, exception(case, basis=basis, **more))
    tell(office, exception(case, basis=basis, client_told=False, untold="It would have warned him."))
    row = page.open_page(office.as_("ana"), case, surface="show").disclosures[0]
    assert (row.basis, row.consulted, row.client_told, row.untold) == (basis, "ben", False, "It would have warned him.")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"what": " "}, "told is missing"), ({"purpose": ""}, "purpose is missing"), ({"on": DAY + timedelta(days=1)}, "lies ahead"),
        ({"basis": "gossip"}, "no basis"), ({"recipient": "client"}, "has the basis client"), ({"kinds": ()}, "what it is about"),
    ],
)  # fmt: skip
def test_a_telling_that_lacks_an_element_is_refused(office: Practice, more: dict[str, Any], said: str) -> None:
    case = office.open()
    with pytest.raises(Usage, match=said):
        tell(office, exception(case, **more))


def test_what_was_told_is_never_undone_nor_altered_but_added_to(practice: Practice) -> None:
    case = practice.open()
    receipt = practice.do("ana", disclosures.tell, exception(case))
    assert not receipt.undoable
    with pytest.raises(Refused, match="cannot be undone"), practice.as_("ana").work("undo") as w:
        undo(w, receipt.change)
    key = receipt.data["disclosure"]
    for act in ("DELETE FROM disclosure", "UPDATE disclosure SET recipient = 'nobody'"):
        with pytest.raises(exc.DBAPIError, match="append-only"), practice.by_hand() as conn:
            conn.exec_driver_sql(act)
    added = practice.do("ben", disclosures.add_to, key, "It went by post, too.").data["disclosure"]
    with pytest.raises(Refused, match="addendum itself"):
        practice.do("ana", disclosures.add_to, added, "More.")
    first, second = page.open_page(practice.as_("ana"), case, surface="show").disclosures
    assert (first.id, second.addendum_to, second.what, second.by) == (key, key, "It went by post, too.", "ben")
    assert second.basis == first.basis


def test_a_closed_case_still_answers_a_court(practice: Practice) -> None:
    case = practice.open(ago=9)
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    tell(practice, exception(case))
    give(practice, case)
    with pytest.raises(Usage, match="closed already"):
        give(practice, case, until=None, until_closed=True)


# ---------------------------------------------------------------- what leaves in a file


def sent(practice: Practice, cases: list[str], to: str = OFFICE, what: tuple[str, ...] = TOLD) -> Any:
    named = {practice.id(case): case for case in cases}
    return practice.do("ana", disclosures.send, named, to, what, told="A list.", purpose="To plan the move.")


def test_what_leaves_is_recorded_case_by_case_under_the_record_that_permits_it(practice: Practice) -> None:
    one, two = practice.open(), practice.open()
    key = give(practice, one)
    with pytest.raises(NotPermitted, match="1 case may not go") as refused:
        sent(practice, [one, two])
    assert [two in detail and one not in detail for detail in refused.value.details] == [True]
    assert practice.value("SELECT count(*) FROM disclosure") == 0
    under = tell(
        practice, exception(two, recipient=OFFICE, client_told=False, untold="It was urgent.", address="Via Roma 1")
    )
    receipt = sent(practice, [one, two])
    assert not receipt.undoable and receipt.cases == tuple(sorted((one, two), key=practice.id))
    rows = practice.rows(
        "SELECT case_id, basis, consent_id, under_id, client_told, address FROM disclosure ORDER BY id DESC LIMIT 2"
    )
    assert [tuple(row) for row in rows] == [
        (practice.id(two), "court", None, under, False, "Via Roma 1"), (practice.id(one), "consent", key, None, True, ""),
    ]  # fmt: skip
    told = page.open_page(practice.as_("ana"), two, surface="show").disclosures[0]
    assert (told.what, told.purpose, told.untold) == ("A list.", "To plan the move.", "It was urgent.")


def test_prose_of_a_consent_or_a_telling_is_never_in_the_journal(practice: Practice) -> None:
    case = practice.open()
    give(practice, case, what="Quetzal", purpose="Ocelot")
    tell(practice, exception(case, what="Quetzal", purpose="Ocelot", client_told=False, untold="Axolotl"))
    for word in ("Quetzal", "Ocelot", "Axolotl"):
        assert practice.value("SELECT count(*) FROM payload WHERE body LIKE :word", word=f"%{word}%") == 0
        assert practice.value("SELECT count(*) FROM narrative WHERE body = :word", word=word) >= 1


def test_without_identity_a_page_says_that_something_was_told_and_not_to_whom(practice: Practice) -> None:
    case = practice.open(given="Orsolya", family="Quennell")
    give(practice, case, recipient="Quennell and Sons", what="Orsolya's address", event="Orsolya moves", signer_name="Quennell",
         signer="parent", purpose="To write to Quennell")  # fmt: skip
    tell(practice, exception(case, recipient="Quennell", what="That Orsolya is well", address="Quennell Road 1",
                             consulted="Quennell", purpose="For Quennell", client_told=False, untold="Orsolya was away"))  # fmt: skip
    practice.look(case)
    practice.as_("ana").masked = True
    found = practice.ask("ana", page.read, practice.id(case))
    practice.as_("ana").masked = False
    text = repr((found.consents, found.disclosures))
    assert "Quennell" not in text and "Orsolya" not in text
    assert found.consents[0].what == "[client] address" and found.disclosures[0].untold == "[client] was away"


# ---------------------------------------------------------------- the accounting


@given(today=st.dates(date(2000, 1, 1), date(2100, 12, 31)), ago=st.integers(0, 2400))
def test_the_window_is_the_six_years_before_the_day_it_is_asked_for(today: date, ago: int) -> None:
    first, last = disclosures.window(today)
    told = today - timedelta(days=ago)
    # Written as year, month, day, six years later; the 29th of February, where it is missing, is the 28th.
    asked = (today.year, today.month, 28 if first.day != today.day else today.day)
    assert (first <= told <= last) == ((told.year + 6, told.month, told.day) >= asked)


def test_a_day_that_its_year_lacks_is_the_one_before() -> None:
    assert disclosures.window(date(2028, 2, 29)) == (date(2022, 2, 28), date(2028, 2, 29))
    assert disclosures.window(date(2024, 2, 29)) == (date(2018, 2, 28), date(2024, 2, 29))


def test_the_accounting_tells_who_where_what_why_and_leaves_out_what_the_rule_does(practice: Practice) -> None:
    case = practice.open(ago=3000)
    again = practice.open(client_of=case, given="", family="", program="youth")
    give(practice, case, signed=practice.ago(400))
    tell(practice, telling(case))
    tell(practice, telling(case, recipient="", basis="client"))
    first, _last = disclosures.window(practice.day)
    tell(practice, exception(case, on=first - timedelta(days=1), what="Too long ago."))
    edge = tell(practice, exception(case, on=first, what="Six years ago.", address="Piazza 1"))
    tell(practice, exception(again, basis="child_at_risk", recipient="The School", what="In the other case."))
    practice.do("ana", disclosures.add_to, edge, "By fax.")
    practice.look(case, again)
    rows = practice.ask("ana", disclosures.accounting, case)
    assert [(row.case, row.on, row.recipient, row.address, row.what, row.purpose, row.basis) for row in rows] == [
        (case, first, "Family Court", "Piazza 1", "Six years ago.\n(added 2026-11-20) By fax.", "To find her a flat.", "court"),
        (again, practice.day, "The School", "", "In the other case.", "To find her a flat.", "child_at_risk"),
    ]  # fmt: skip
    assert practice.ask("ana", disclosures.accounting, case, practice.day)[0].case == again
    with pytest.raises(NotPermitted):
        practice.ask("ada", disclosures.accounting, case)


def test_the_accounting_holds_the_cases_in_sight_alone(practice: Practice) -> None:
    case = practice.open()
    again = practice.open(client_of=case, given="", family="", program="youth")
    tell(practice, exception(again))
    moved(practice, again, to="cleo")
    assert practice.ask("ana", disclosures.accounting, case) == []
    assert [row.case for row in practice.ask("cleo", disclosures.accounting, again)] == [again]


def test_permits_know_every_basis_in_words() -> None:
    assert all(permits.basis_words(basis) for basis in (*EXCEPTIONS, "consent", "client"))
