"""Consents and what is told under them: whether one holds is computed, what may go is one answer, what went stays on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc

from caseload.casework import consents, disclosures, page, permits, stages
from caseload.casework.consents import Life, NewConsent
from caseload.casework.disclosures import NewDisclosure
from caseload.casework.permits import Permit, may_go
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from caseload.models.consent import EXCEPTIONS
from caseload.store.undo import undo
from tests.practice.acts import back_and_forth, moved
from tests.practice.kit import DAY, Practice

OFFICE = "Housing Office"
TOLD = ("identity", "services")


def form(case: str, **more: Any) -> NewConsent:
    """A form that is whole."""
    usual: dict[str, Any] = {
        "recipient": OFFICE, "kinds": TOLD, "what": "Name, address, and that we work with her.",
        "purpose": "To find her a flat.", "until": DAY + timedelta(days=90),
    }  # fmt: skip
    return NewConsent(case, **(usual | more))


def give(practice: Practice, case: str, *, by: str = "ana", **more: Any) -> int:
    """A consent; its key."""
    return int(practice.do(by, consents.give, form(case, **more)).data["consent"])


def telling(case: str, **more: Any) -> NewDisclosure:
    usual: dict[str, Any] = {
        "recipient": OFFICE, "kinds": TOLD, "what": "Her name and address.", "purpose": "To find her a flat.",
    }  # fmt: skip
    return NewDisclosure(case, **(usual | more))


def exception(case: str, **more: Any) -> NewDisclosure:
    usual = {"basis": "court", "consulted": "ben", "client_told": True, "recipient": "Family Court"}
    return telling(case, **(usual | more))


def tell(practice: Practice, new: NewDisclosure, *, by: str = "ana") -> int:
    return int(practice.do(by, disclosures.tell, new).data["disclosure"])


def answer(practice: Practice, case: str, to: str = OFFICE, what: tuple[str, ...] = TOLD, **more: Any) -> Permit | str:
    found: Permit | str = practice.ask("ana", may_go, case, to, what, **more)
    return found


def state(practice: Practice, case: str, consent: int, *, today: date | None = None) -> str:
    with practice.as_("ana", today=today).read() as r:
        return next(row.state for row in consents.of_case(r, practice.id(case)) if row.id == consent)


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


def test_a_consent_that_was_relied_on_is_neither_altered_nor_undone(practice: Practice) -> None:
    case = practice.open()
    given = practice.do("ana", consents.give, form(case))
    tell(practice, telling(case))
    with pytest.raises(Refused, match="told under that consent"):
        practice.do("ana", consents.amend, given.data["consent"], {"recipient": "Elsewhere"})
    with pytest.raises(Conflict):
        practice.take_back(given)
    practice.do("ana", consents.revoke, given.data["consent"], "By letter")


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
