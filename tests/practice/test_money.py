"""Budgets, what is authorised under them, and what is paid: within the limits by one, above them by two, and never edited."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from caseload.casework import authorising, budgets, directory, page, payments, programs, setup, spending, stages
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.referring import offered
from tests.practice.spending import authorise, authorised, budget, pay, program_budget, stands, wanted

LATER = timedelta(days=30)


def state(practice: Practice, key: int) -> str:
    return str(practice.value("SELECT state FROM authorisation WHERE id = :key", key=key))


def all_of_a_team_see_its_cases(practice: Practice) -> None:
    practice.do(ADMIN, setup.decide, {"manager_sees_team": "yes"})
    practice.forget()


# -- budgets -------------------------------------------------------------------------------------------


def test_a_budget_says_what_is_asked_authorised_committed_spent_left_and_foreseen(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case, 1000_00, last=99, single=400_00)
    first = authorise(practice, case, 300_00)
    second = authorise(practice, case, 200_00)
    authorise(practice, case, 450_00, reason="Her own room.")
    pay(practice, first, 120_00)
    pay(practice, second, 50_00)
    practice.do("ana", authorising.end, second)
    practice.set_day(DAY + timedelta(days=9))
    now = stands(practice, key)
    assert (now.asked, now.authorised, now.committed, now.spent, now.left) == (450_00, 500_00, 180_00, 170_00, 650_00)
    assert now.percent == 35.0
    assert now.forecast == 1700_00  # 170.00 in ten days of a hundred


@pytest.mark.parametrize(
    ("spent", "day", "expected"),
    [
        (0, date(2025, 12, 31), None),
        (500, date(2026, 1, 1), 182500),
        (100, date(2026, 1, 3), 12167),  # 100 / 3 x 365 = 12166.7
        (36500, date(2026, 7, 2), 72801),  # the 183rd day: 36500 / 183 x 365 = 72800.5
        (900, date(2026, 12, 31), 900),
        (900, date(2027, 4, 1), 900),
    ],
)
def test_what_will_be_spent_follows_the_rate_so_far_in_whole_cents(spent: int, day: date, expected: int | None) -> None:
    assert budgets.forecast(spent, date(2026, 1, 1), date(2026, 12, 31), day) == expected


def test_a_clients_budget_is_set_by_who_supervises_the_case_and_a_programs_by_an_admin(practice: Practice) -> None:
    case = practice.open()
    days = (DAY, DAY + LATER)
    all_of_a_team_see_its_cases(practice)
    for who in ("ana", "bo"):
        with pytest.raises(NotPermitted):
            practice.do(who, budgets.add, budgets.NewBudget(1, *days, case=case))
    with pytest.raises(Usage):
        practice.do("sol", budgets.add, budgets.NewBudget(1, *days, case=case))
    for who in ("ana", "ben", "nia", "otto"):
        with pytest.raises(NotPermitted):
            practice.do(who, budgets.add, budgets.NewBudget(1, *days, program="housing"))
    with pytest.raises(NotPermitted):
        practice.do(ADMIN, budgets.add, budgets.NewBudget(1, *days, case=case))
    with pytest.raises(Usage):
        practice.do("ben", budgets.add, budgets.NewBudget(1, DAY, DAY - LATER, case=case))
    with pytest.raises(Usage):
        practice.do("ben", budgets.add, budgets.NewBudget(1, *days, case=case, program="housing"))


def test_a_budget_is_raised_seen_by_version_and_taken_back(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case, 100_00)
    practice.do("ben", budgets.change, key, {"cents": 200_00, "name": "Winter"}, seen=1)
    assert (stands(practice, key).cents, stands(practice, key).name) == (200_00, "Winter")
    with pytest.raises(Conflict):
        practice.do("ben", budgets.change, key, {"cents": 1}, seen=1)
    with pytest.raises(NotPermitted):
        practice.do("ana", budgets.change, key, {"cents": 1})
    practice.take_back(by="ben")
    assert stands(practice, key).cents == 100_00


def test_a_programs_budget_is_told_in_sums_to_who_sees_none_of_its_cases(practice: Practice) -> None:
    key = program_budget(practice, 1000_00)
    case = practice.open(by="cleo", worker="cleo")
    made = authorise(practice, case, 300_00, by="cleo")
    pay(practice, made, 80_00, by="cleo")
    for who in ("ana", ADMIN, "ben", "nia"):
        [now] = practice.ask(who, budgets.of_programs, "housing")
        assert (now.id, now.committed, now.spent, now.left) == (key, 220_00, 80_00, 700_00)


def test_a_clients_budget_is_for_who_works_with_the_case(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case)
    for who in ("cleo", ADMIN, "nia", "otto"):
        with pytest.raises(Usage):
            stands(practice, key, by=who)


def test_an_admins_program_budget_is_taken_back(practice: Practice) -> None:
    key = program_budget(practice, 1000_00)
    practice.take_back(by=ADMIN)
    assert practice.value("SELECT count(*) FROM budget WHERE id = :key", key=key) == 0


# -- within the limits, and above ------------------------------------------------------------------------


def test_within_the_limits_one_person_asks_and_approves_in_one_act(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case, 500_00)
    receipt = practice.do("ana", authorising.ask, wanted(practice, case, 120_50, reason="She has none."))
    assert receipt.words == f"Authorised 120.50 EUR until {(DAY + LATER).isoformat()}"
    [now] = authorised(practice, case)
    assert (now.state, now.by, now.approved_by, now.above, now.budget, now.reason) == (
        "approved", "ana", "ana", False, key, "She has none.",
    )  # fmt: skip


@pytest.mark.parametrize("limit", ["the budget's", "the program's", "what is left"])
def test_above_a_limit_it_needs_a_reason_and_another_who_supervises_the_case(practice: Practice, limit: str) -> None:
    case = practice.open()
    budget(
        practice,
        case,
        150_00 if limit == "what is left" else 1000_00,
        single=150_00 if limit == "the budget's" else None,
    )
    if limit == "the program's":
        practice.do(ADMIN, programs.edit, "housing", settings={"single_cents": 150_00})
    with pytest.raises(Refused, match="say why"):
        authorise(practice, case, 200_00)
    key = authorise(practice, case, 200_00, reason="Her own room.")
    assert state(practice, key) == "asked"
    all_of_a_team_see_its_cases(practice)
    for who in ("ana", "bo"):
        with pytest.raises(NotPermitted):
            practice.do(who, authorising.approve, key)
    with pytest.raises(Usage):
        practice.do("sol", authorising.approve, key)
    practice.do("ben", authorising.approve, key)
    [now] = authorised(practice, case)
    assert (now.state, now.approved_by, now.above) == ("approved", "ben", True)
    practice.take_back(by="ben")
    assert state(practice, key) == "asked"


def test_who_supervises_the_case_does_not_approve_what_they_asked_for_themselves(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, single=10_00)
    key = authorise(practice, case, 20_00, by="ben", reason="Her own room.")
    with pytest.raises(NotPermitted, match="themselves"):
        practice.do("ben", authorising.approve, key)


def test_two_small_ones_do_not_pass_where_one_large_would_not(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, 100_00)
    authorise(practice, case, 60_00)
    key = authorise(practice, case, 60_00, reason="A second bed.")
    assert state(practice, key) == "asked"
    assert state(practice, authorise(practice, case, 40_00)) == "approved"


def test_what_has_ended_frees_what_was_not_paid(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, 100_00)
    first = authorise(practice, case, 80_00)
    pay(practice, first, 30_00)
    ended = practice.do("ana", authorising.end, first)
    assert state(practice, authorise(practice, case, 70_00)) == "approved"
    # What was freed is spent elsewhere by now: taking the end back would go over the budget.
    with pytest.raises(Conflict, match="stands in its way"):
        practice.take_back(ended)


def test_a_reason_may_be_given_by_who_approves(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case, 100_00)
    made = authorise(practice, case, 90_00, reason="A bed.")
    assert state(practice, made) == "approved"
    drafted = int(practice.do("ana", authorising.draft, wanted(practice, case, 90_00)).data["authorisation"])
    with pytest.raises(Refused, match="say why"):
        practice.do("ana", authorising.ask_again, drafted)
    practice.do("ana", authorising.ask_again, drafted, reason="Her son comes.")
    practice.do("ben", authorising.approve, drafted, reason="Seen with her.")
    assert {one.id: one.reason for one in authorised(practice, case)} == {made: "A bed.", drafted: "Seen with her."}
    assert stands(practice, key).left == -80_00


def test_sent_back_it_is_a_draft_again_and_asked_for_with_less(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, 100_00)
    key = authorise(practice, case, 130_00, reason="Two beds.")
    practice.do("ben", authorising.send_back, key, "One will do.")
    [now] = authorised(practice, case)
    assert (now.state, now.returned, now.sent_back) == ("drafted", "One will do.", True)
    again = practice.do("ana", authorising.ask_again, key, cents=70_00)
    assert (state(practice, key), again.data["above"]) == ("approved", [])
    practice.take_back(again)
    [now] = authorised(practice, case)
    assert (now.state, now.cents) == ("drafted", 130_00)
    all_of_a_team_see_its_cases(practice)
    with pytest.raises(NotPermitted):
        practice.do("bo", authorising.ask_again, key)


def test_it_is_withdrawn_ended_and_asked_for_no_more(practice: Practice) -> None:
    case = practice.open()
    draft = int(practice.do("ana", authorising.draft, wanted(practice, case)).data["authorisation"])
    practice.do("ana", authorising.withdraw, draft)
    with pytest.raises(Refused, match="that is its end"):
        practice.do("ana", authorising.ask_again, draft)
    key = authorise(practice, case)
    with pytest.raises(Refused, match="it may become"):
        practice.do("ana", authorising.withdraw, key)
    with pytest.raises(Conflict):
        practice.do("ana", authorising.end, key, seen=1)
    practice.do("ana", authorising.end, key, seen=2)
    practice.take_back()
    assert state(practice, key) == "approved"


def test_a_renewal_follows_day_on_day_and_quiets_the_queue_once_approved(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, 500_00)
    key = authorise(practice, case, 100_00, last=5)
    assert "authorisation_soon" in practice.reasons(case)
    receipt = practice.do("ana", authorising.renew, key, DAY + timedelta(days=60))
    assert "authorisation_soon" not in practice.reasons(case)
    first, second = authorised(practice, case)
    assert (second.id, second.renewed, first.renews) == (key, True, key)
    assert (first.first, first.cents, first.item) == (DAY + timedelta(days=6), 100_00, "A bed")
    with pytest.raises(Refused, match="renewed already"):
        practice.do("ana", authorising.renew, key, DAY + timedelta(days=60))
    practice.take_back(receipt)
    assert "authorisation_soon" in practice.reasons(case)


def test_what_cannot_be_asked_for_is_said(practice: Practice) -> None:
    case, other = practice.open(), practice.open(program="youth")
    theirs = budget(practice, other)
    short = budget(practice, case, last=9)
    for more in (
        {"cents": None}, {"cents": 0}, {"item": ""}, {"first": 9, "last": 3}, {"units": 3}, {"unit": "hour"}, {"budget": theirs},
        {"budget": short, "last": 10}, {"service": 999}, {"referral": 999}, {"renews": 999}, {"budget": 999},
        {"cents": None, "units": 3, "unit": "night", "budget": short},
    ):  # fmt: skip
        with pytest.raises(Usage):
            authorise(practice, case, **{"cents": 1_00, **more})  # type: ignore[arg-type]
    with pytest.raises(Refused, match="lasts part of it"):
        authorise(practice, case, last=10)
    budget(practice, case, last=9)
    with pytest.raises(Refused, match="Several budgets"):
        authorise(practice, case, last=5)
    assert state(practice, authorise(practice, case, last=5, unbudgeted=True)) == "approved"
    with pytest.raises(NotPermitted):
        authorise(practice, case, by=ADMIN)
    with pytest.raises(Usage):
        authorise(practice, case, by="cleo")
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    with pytest.raises(Refused):
        authorise(practice, case, unbudgeted=True)


# -- payments --------------------------------------------------------------------------------------------


def test_payments_are_made_of_what_was_authorised_and_no_more(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case)
    place = offered(practice, "A room", by="Harbour Hostel")
    key = authorise(practice, case, 100_00, service=place, item="")
    receipt = practice.do("ana", payments.pay, payments.NewPayment(key, 60_00, reference="2026/14"))
    assert receipt.words == "Paid 60.00 EUR; 40.00 EUR of it is left"
    with pytest.raises(Refused, match=r"40\.00 EUR is left"):
        pay(practice, key, 40_01)
    [now] = authorised(practice, case)
    [one] = now.payments
    assert (one.cents, one.payee, one.reference, one.by, now.paid, now.left) == (
        60_00, "Harbour Hostel", "2026/14", "ana", 60_00, 40_00,
    )  # fmt: skip
    practice.take_back(receipt)
    assert authorised(practice, case)[0].payments == ()


def test_units_are_counted_like_money(practice: Practice) -> None:
    case = practice.open()
    key = authorise(practice, case, None, units=10, unit="night")
    pay(practice, key, units=4)
    with pytest.raises(Refused, match="6 units are left"):
        pay(practice, key, units=7)
    with pytest.raises(Refused, match=r"0\.00 EUR is left"):
        pay(practice, key, 1)
    [now] = authorised(practice, case)
    assert (now.used, now.units, now.unit, now.left) == (4, 10, "night", None)


def test_a_payment_is_taken_back_whole_by_a_row_with_its_reason_and_not_twice(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case)
    made = authorise(practice, case, 100_00)
    paid = pay(practice, made, 60_00)
    back = practice.do("ana", payments.take_back, paid, "Paid to the wrong hostel.")
    assert stands(practice, key).spent == 0
    newest, oldest = authorised(practice, case)[0].payments
    assert (newest.cents, newest.counters, newest.reason) == (-60_00, paid, "Paid to the wrong hostel.")
    assert oldest.countered
    for again in (paid, newest.id):
        with pytest.raises(Refused):
            practice.do("ana", payments.take_back, again, "Once more.")
    pay(practice, made, 90_00)
    # Meanwhile the room is taken: the first payment does not come back beside it.
    with pytest.raises(Conflict):
        practice.take_back(back)


def test_nothing_is_paid_of_what_waits_or_has_ended_but_taken_back_of_it(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, 10_00)
    waits = authorise(practice, case, 20_00, reason="A bed.")
    with pytest.raises(Refused):
        pay(practice, waits, 1_00)
    key = authorise(practice, case, 10_00)
    for wrong in ({"cents": 0}, {"cents": 1, "on": DAY + LATER}, {"cents": 1, "on": DAY - LATER}, {"cents": -1}):
        with pytest.raises(Usage):
            pay(practice, key, **wrong)  # type: ignore[arg-type]
    paid = pay(practice, key, 4_00)
    practice.do("ana", authorising.end, key)
    with pytest.raises(Refused):
        pay(practice, key, 1_00)
    practice.do("ana", payments.take_back, paid, "It bounced.")
    assert authorised(practice, case)[1].paid == 0
    assert not practice.differing()


# -- two at once --------------------------------------------------------------------------------------------


def at_once(practice: Practice, acts: list[tuple[str, object, object]]) -> list[str]:
    """Each act in a connection and a thread of its own, all let go at one moment; what became of each."""
    ready, found = threading.Barrier(len(acts)), []

    def run(who: str, verb: object, what: object) -> None:
        database = practice.as_(who)
        ready.wait()
        try:
            with database.work("race") as w:
                found.append(str(verb(w, what).data.get("state", "done")))  # type: ignore[operator]
        except CaseloadError as error:
            found.append(type(error).__name__)

    for who, _verb, _what in acts:
        practice.ask(who, lambda r: None)
    threads = [threading.Thread(target=run, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_two_who_authorise_at_once_do_not_both_pass_the_limit(practice: Practice) -> None:
    program_budget(practice, 100_00)
    hers, his = practice.open(), practice.open(by="cleo", worker="cleo")
    acts = [
        ("ana", authorising.ask, wanted(practice, hers, 70_00, reason="A bed.")),
        ("cleo", authorising.ask, wanted(practice, his, 70_00, reason="A bed.")),
    ]
    assert at_once(practice, acts) == ["approved", "asked"]
    [now] = practice.ask(ADMIN, budgets.of_programs, "housing")
    assert (now.authorised, now.asked) == (70_00, 70_00)


def test_two_who_pay_at_once_do_not_pay_more_than_was_authorised(practice: Practice) -> None:
    case = practice.open()
    key = authorise(practice, case, 100_00)
    new = payments.NewPayment(key, 60_00)
    assert at_once(practice, [("ana", payments.pay, new), ("ben", payments.pay, new)]) == ["Refused", "done"]
    assert authorised(practice, case)[0].paid == 60_00


def test_a_service_that_is_closed_keeps_what_was_authorised_there(practice: Practice) -> None:
    case = practice.open()
    place = offered(practice, "A room")
    authorise(practice, case, service=place, item="")
    practice.do("ana", directory.close_service, place, "inactive")
    assert authorised(practice, case)[0].service == "A room"


def test_amounts_are_in_the_agencys_currency(practice: Practice) -> None:
    case = practice.open()
    practice.do(ADMIN, setup.decide, {"currency": "gbp"})
    practice.forget()
    receipt = practice.do("ana", authorising.ask, wanted(practice, case, 1_00))
    assert receipt.words.startswith("Authorised 1.00 GBP under no budget until")
    for wrong in ("euros", "JPY", "€"):
        with pytest.raises(Usage):
            practice.do(ADMIN, setup.decide, {"currency": wrong})


def test_what_is_counted_is_in_somebodys_words_and_masked_as_they_are(practice: Practice) -> None:
    case = practice.open(given="Salome", family="Conti")
    authorise(practice, case, None, units=12, unit="rides of Salome Conti")
    db = practice.as_("ana")
    practice.look(case)
    db.masked = True
    try:
        with db.read() as r:
            whole = page.read(r, practice.id(case)).authorisations
            listed = spending.of_case(r, practice.id(case), named=r.me.sees_identity)
    finally:
        db.masked = False
    assert [one.unit for one in listed] == ["units"]
    [one] = whole
    assert one.unit.startswith("rides of") and "Salome" not in repr(one) and "Conti" not in repr(one)
    assert authorised(practice, case)[0].unit == "rides of Salome Conti"
