"""Referrals: what leaves asks first and is on record, what comes back is undone, and what stalls is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from caseload import models as m
from caseload.casework import consents, disclosures, page, programs, referrals, referred, stages, triage
from caseload.casework.referrals import MOVES, Telling
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.referring import asking, drafted, offered, sent, state
from tests.practice.telling import OFFICE, exception, give, tell


def row(practice: Practice, case: str, referral: int, by: str = "ana") -> referred.ReferralRow:
    practice.look(case, by=by)
    found: tuple[referred.ReferralRow, ...] = practice.ask(by, referred.of_case, practice.id(case))
    return next(one for one in found if one.id == referral)


# ------------------------------------------------------------------------------- sending


def test_sending_without_a_consent_is_refused_and_leaves_no_trace(practice: Practice) -> None:
    case = practice.open()
    service = offered(practice)
    key = drafted(practice, case, service)
    before = practice.facts()
    with pytest.raises(NotPermitted) as said:
        practice.do("ana", referrals.send, key)
    assert "No consent" in said.value.details[0]
    with pytest.raises(NotPermitted):
        practice.do("ana", referrals.refer, asking(case, service))
    assert practice.facts() == before
    assert state(practice, key) == "drafted"


def test_sending_under_a_consent_records_what_was_told_and_says_which_record_permits_it(practice: Practice) -> None:
    case = practice.open()
    consent = give(practice, case)
    key = drafted(practice, case, offered(practice))
    receipt = practice.do("ana", referrals.send, key)
    assert f"consent {consent}, signed 2026-11-20" in receipt.words and "2026-12-04" in receipt.words
    found = row(practice, case, key)
    assert (found.state, found.sent, found.answer_by) == ("sent", DAY, DAY + timedelta(days=14))
    assert (found.basis, found.consent) == ("consent", consent)
    [told] = practice.ask("ana", disclosures.of_case, practice.id(case))
    assert (told.id, told.recipient, told.kinds) == (found.disclosure, OFFICE, ("identity", "services"))
    assert told.what == "She sleeps in her car." and told.purpose == f"Referral to {OFFICE}"


def test_what_the_consent_does_not_cover_does_not_go(practice: Practice) -> None:
    case = practice.open()
    give(practice, case)
    with pytest.raises(NotPermitted) as said:
        practice.do("ana", referrals.refer, asking(case, offered(practice)), Telling(("identity", "health")))
    assert "does not cover: health" in said.value.details[0]
    assert practice.value("SELECT count(*) FROM referral") == 0


def test_a_consent_that_names_the_service_itself_lets_it_be_told(practice: Practice) -> None:
    case = practice.open()
    give(practice, case, recipient="Night shelter")
    receipt = practice.do("ana", referrals.refer, asking(case, offered(practice, "Night shelter", by="Caritas")))
    assert receipt.data["record"]
    assert practice.value("SELECT recipient FROM disclosure") == "Night shelter"


def test_an_exception_recorded_that_day_permits_a_referral_and_no_longer(practice: Practice) -> None:
    case = practice.open()
    tell(practice, exception(case, recipient=OFFICE, basis="medical_emergency"))
    key = practice.do("ana", referrals.refer, asking(case, offered(practice))).data["referral"]
    assert row(practice, case, key).basis == "medical_emergency"
    later = drafted(practice, case, offered(practice, "A room"))
    practice.go()
    with pytest.raises(NotPermitted):
        practice.do("ana", referrals.send, later)


def test_an_informal_helper_is_told_under_a_consent_like_anybody_else(practice: Practice) -> None:
    case = practice.open()
    client = practice.value("SELECT client_id FROM case_file WHERE number = :n", n=case)
    with practice.scene() as w:
        helper = w.add(m.person, client_id=client, name="Rosa Bini", role="other", relation="neighbour")
        threat = w.add(m.person, client_id=client, name="Aldo", role="threat")
    with pytest.raises(NotPermitted):
        practice.do("ana", referrals.refer, asking(case, person=helper))
    give(practice, case, recipient="Rosa Bini")
    key = practice.do("ana", referrals.refer, asking(case, person=helper)).data["referral"]
    assert row(practice, case, key).to == "Rosa Bini"
    with pytest.raises(Refused, match="threat"):
        practice.do("ana", referrals.draft, asking(case, person=threat))
    other = practice.open(given="Lia")
    with pytest.raises(Usage):
        practice.do("ana", referrals.draft, asking(other, person=helper))


def test_the_service_says_when_an_answer_is_due_else_the_program_does(practice: Practice) -> None:
    case = practice.open()
    practice.do(ADMIN, programs.edit, "housing", settings={"referral_days": 21})
    usual = sent(practice, case)
    own = sent(practice, case, offered(practice, "Quick", answer_days=3))
    assert row(practice, case, usual).answer_by == DAY + timedelta(days=21)
    assert row(practice, case, own).answer_by == DAY + timedelta(days=3)


def test_a_service_that_is_not_offered_now_is_asked_for_nothing(practice: Practice) -> None:
    from caseload.casework import directory

    case = practice.open()
    give(practice, case)
    service = offered(practice)
    key = drafted(practice, case, service)
    practice.do("bo", directory.close_service, service)
    with pytest.raises(Refused, match="not offered"):
        practice.do("ana", referrals.send, key)
    with pytest.raises(Refused, match="not offered"):
        practice.do("ana", referrals.draft, asking(case, service))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"service": None}, "name one of the two"),
        ({"reason": " "}, "missing"),
        ({"kind": "wish"}, "kind of referral"),
        ({"asked_cents": 5}, "benefit or a claim"),
        ({"need": 999}, "no such need"),
        ({"replaces": 999}, "no such referral"),
        ({"service": 999}, "no service 999"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said(practice: Practice, more: dict[str, object], said: str) -> None:
    case = practice.open()
    with pytest.raises(Usage, match=said):
        practice.do("ana", referrals.draft, asking(case, **{"service": offered(practice), **more}))


# ------------------------------------------------------------------------------- its life


def become(practice: Practice, key: int, to: str) -> None:
    if to == "declined":
        practice.do("ana", referrals.answer, key, to, because="no_capacity")
    elif to in referrals.ANSWERS:
        practice.do("ana", referrals.answer, key, to)
    else:
        verbs = {
            "sent": referrals.send, "started": referrals.start, "completed": referrals.complete, "lapsed": referrals.lapse,
            "withdrawn": referrals.withdraw,
        }  # fmt: skip
        practice.do("ana", verbs[to], key)


# How each state is come to.
WAYS = {
    "drafted": (), "sent": ("sent",), "waitlisted": ("sent", "waitlisted"), "accepted": ("sent", "accepted"),
    "started": ("sent", "started"), "declined": ("sent", "declined"), "completed": ("sent", "started", "completed"),
    "lapsed": ("sent", "lapsed"), "withdrawn": ("withdrawn",),
}  # fmt: skip


@pytest.mark.parametrize("now", MOVES)
def test_a_referral_becomes_what_the_table_allows_and_nothing_else(practice: Practice, now: str) -> None:
    case = practice.open()
    give(practice, case)
    service = offered(practice)
    for to in MOVES:
        key = drafted(practice, case, service)
        for step in WAYS[now]:
            become(practice, key, step)
        if to == "drafted":
            continue
        if to in MOVES[now]:
            become(practice, key, to)
            assert state(practice, key) == to
        else:
            with pytest.raises(Refused) as said:
                become(practice, key, to)
            possible = [referrals.state_words(one) for one in MOVES[now]]
            assert all(one in said.value.message for one in possible) and state(practice, key) == now
    assert not practice.differing()


def test_a_decline_has_its_reason_and_the_client_may_be_who_declines(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    with pytest.raises(Usage, match="has a reason"):
        practice.do("ana", referrals.answer, key, "declined")
    with pytest.raises(Usage, match="Choose one of"):
        practice.do("ana", referrals.answer, key, "declined", because="mood")
    practice.do("ana", referrals.answer, key, "accepted")
    practice.do("ana", referrals.answer, key, "declined", because="client_declined")
    found = row(practice, case, key)
    assert (found.state, found.declined_why, found.ended) == ("declined", "client_declined", DAY)


def test_no_shows_are_counted_only_where_somebody_is_expected(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    with pytest.raises(Refused, match="Nobody is expected"):
        practice.do("ana", referrals.missed, key)
    practice.do("ana", referrals.answer, key, "accepted")
    practice.do("ana", referrals.missed, key)
    assert "2 so far" in practice.do("ana", referrals.missed, key).words
    assert row(practice, case, key).missed == 2


def test_amounts_belong_to_benefits_and_claims(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case, kind="benefit", asked_cents=45_000)
    practice.do("ana", referrals.answer, key, "accepted", decided_cents=30_050)
    found = row(practice, case, key)
    assert (found.asked_cents, found.decided_cents) == (45_000, 30_050)
    plain = sent(practice, case, offered(practice, "A room"))
    with pytest.raises(Usage, match="benefit or a claim"):
        practice.do("ana", referrals.answer, plain, "accepted", decided_cents=1)


def test_days_lie_between_the_sending_and_today(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    practice.go(5)
    for day in (practice.ago(6), practice.ago(-1)):
        with pytest.raises(Usage, match="lies between"):
            practice.do("ana", referrals.answer, key, "accepted", on=day)
    practice.do("ana", referrals.answer, key, "accepted", on=practice.ago(2))
    practice.do("ana", referrals.start, key, on=practice.ago(1))
    with pytest.raises(Usage, match="lies between"):
        practice.do("ana", referrals.complete, key, on=practice.ago(2))


def test_one_that_takes_the_place_of_another_withdraws_it_when_it_is_sent(practice: Practice) -> None:
    case = practice.open()
    old = sent(practice, case)
    new = drafted(practice, case, offered(practice, "Other flat"), replaces=old)
    assert state(practice, old) == "sent", "a draft takes nothing away"
    practice.do("ana", referrals.send, new)
    assert (state(practice, old), state(practice, new)) == ("withdrawn", "sent")
    with pytest.raises(Refused, match="replaced already"):
        practice.do("ana", referrals.draft, asking(case, offered(practice, "Third"), replaces=old))


def test_a_stale_answer_overwrites_nothing(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    seen = row(practice, case, key).version
    practice.do("ben", referrals.answer, key, "waitlisted")
    with pytest.raises(Conflict):
        practice.do("ana", referrals.answer, key, "accepted", seen=seen)
    assert state(practice, key) == "waitlisted"


# ------------------------------------------------------------------------------- undo


def test_what_was_sent_is_not_undone_and_the_receipt_says_what_to_do_instead(practice: Practice) -> None:
    case = practice.open()
    give(practice, case)
    key = drafted(practice, case, offered(practice))
    receipt = practice.do("ana", referrals.send, key)
    assert not receipt.undoable and "withdraw it" in receipt.words
    after = practice.facts()
    with pytest.raises(Refused):
        practice.take_back(receipt)
    assert practice.facts() == after
    assert "stays on record" in practice.do("ana", referrals.withdraw, key).words
    assert practice.value("SELECT count(*) FROM disclosure") == 1


def test_a_draft_that_was_sent_since_is_not_taken_away_by_undoing_its_drafting(practice: Practice) -> None:
    case = practice.open()
    give(practice, case)
    made = practice.do("ana", referrals.draft, asking(case, offered(practice)))
    practice.do("ana", referrals.send, made.data["referral"])
    with pytest.raises(Conflict):
        practice.take_back(made)
    assert state(practice, made.data["referral"]) == "sent"


def test_everything_but_the_sending_is_undone_and_done_again(practice: Practice) -> None:
    case = practice.open()
    service = offered(practice)
    before = practice.facts()
    drafting = practice.do("ana", referrals.draft, asking(case, service))
    back_and_forth(practice, before, drafting, "ana")
    key = drafting.data["referral"]
    before = practice.facts()
    back_and_forth(practice, before, practice.do("ana", referrals.reword, key, "A bed for the winter."), "ana")
    give(practice, case)
    practice.do("ana", referrals.send, key)
    practice.go(20)
    practice.queue()
    for verb, args in (
        (referrals.answer, ("accepted",)), (referrals.missed, ()), (referrals.start, ()), (referrals.complete, ()),
    ):  # fmt: skip
        before = practice.facts()
        back_and_forth(practice, before, practice.do("ana", verb, key, *args), "ana")


def test_a_sent_referral_is_neither_altered_nor_taken_away_by_hand(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    for sql in (
        f"DELETE FROM referral WHERE id = {key}",
        f"UPDATE referral SET disclosure_id = NULL, sent_on = NULL, answer_by = NULL, state = 'drafted' WHERE id = {key}",
    ):
        with practice.by_hand() as conn:
            if practice.engine_name == "sqlite":
                conn.exec_driver_sql(
                    "INSERT INTO acting (id, change_id, login, at, today) VALUES (1, 1, 'x', '2026-11-20', '2026-11-20')"
                )
            with pytest.raises(DBAPIError, match="stays sent"):
                conn.exec_driver_sql(sql)
            conn.rollback()


# ------------------------------------------------------------------------------- clocks


def test_an_answer_clears_what_stalls_and_a_yes_is_no_more_wanted_than_a_no(practice: Practice) -> None:
    for said, why in (("accepted", None), ("waitlisted", None), ("declined", "no_answer")):
        practice.set_day(DAY)
        case = practice.open()
        key = sent(practice, case)
        practice.set_day(DAY + timedelta(days=15))
        reason = practice.reasons(case)["referral_stalled"]
        assert (reason.level, reason.days, reason.source, reason.clear_with) == (3, 1, f"referral:{key}", "refer")
        assert triage.in_words(reason, practice.day) == f"referral unanswered, 1 d late: {OFFICE}"
        practice.do("ana", referrals.answer, key, said, because=why)
        assert "referral_stalled" not in practice.reasons(case)
    assert not practice.differing()


def test_a_consent_that_ends_behind_a_running_referral_is_for_today_until_another_is_signed(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    consent = practice.value("SELECT consent_id FROM disclosure")
    assert "consent_ended" not in practice.reasons(case)
    practice.go(2)
    practice.do("ana", consents.revoke, consent, "by letter")
    reason = practice.reasons(case)["consent_ended"]
    assert (reason.level, reason.since, reason.source) == (2, practice.day, f"referral:{key}")
    give(practice, case, kinds=("identity",))
    assert "consent_ended" in practice.reasons(case), "that one does not cover what was told"
    give(practice, case, kinds=("identity", "services", "plan"))
    assert "consent_ended" not in practice.reasons(case)
    practice.take_back()
    assert "consent_ended" in practice.reasons(case)
    practice.do("ana", referrals.withdraw, key)
    assert "consent_ended" not in practice.reasons(case)
    assert not practice.differing()


def test_a_consent_that_ended_with_its_case_is_missing_when_that_is_reopened(practice: Practice) -> None:
    case = practice.open()
    give(practice, case, until=None, until_closed=True)
    practice.do("ana", referrals.refer, asking(case, offered(practice)))
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    practice.do("ana", stages.move, case, "active", "came back")
    assert "consent_ended" in practice.reasons(case)
    assert not practice.differing()


def test_level_five_turns_the_rules_of_referrals_off(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    practice.go(20)
    assert "referral_stalled" in practice.reasons(case)
    practice.do(ADMIN, programs.edit, "housing", settings={"level_referral_stalled": 5})
    assert "referral_stalled" not in practice.reasons(case)
    assert state(practice, key) == "sent"


# ------------------------------------------------------------------------------- who sees it


def test_only_who_works_with_the_case_reads_and_answers_its_referrals(practice: Practice) -> None:
    case = practice.open()
    key = sent(practice, case)
    for who in ("cleo", "sol"):
        with pytest.raises(Usage, match="no referral"):
            practice.do(who, referrals.answer, key, "accepted")
    for who in (ADMIN, "nia", "otto"):
        with pytest.raises(NotPermitted):
            practice.do(who, referrals.answer, key, "accepted")
    found: page.CasePage = practice.ask(ADMIN, page.read, practice.id(case))
    assert found.referrals == ()
    practice.do("ben", referrals.answer, key, "accepted")


def test_without_identity_a_referral_names_nobody_and_its_words_are_masked(practice: Practice) -> None:
    case = practice.open()
    sent(practice, case, reason="Mara Conti needs a bed near Saint Anne.")
    practice.look(case)
    masked = practice.as_("ana")
    masked.masked = True
    with masked.read() as r:
        [found] = page.read(r, practice.id(case)).referrals
    masked.masked = False
    assert OFFICE not in str(found) and "Mara" not in str(found) and "bed" in (found.reason or "")


def test_a_draft_is_not_listed_with_its_words_where_no_look_was_recorded(practice: Practice) -> None:
    case = practice.open()
    drafted(practice, case, offered(practice))
    [found] = practice.ask("ana", referred.of_case, practice.id(case), told=False)
    assert found.reason is None and found.service == "A flat"


# ------------------------------------------------------------------------------- take-up


def test_take_up_counts_what_was_offered_accepted_begun_and_completed(practice: Practice) -> None:
    case, other = practice.open(), practice.open(program="youth")
    service = offered(practice)
    done, begun, taken, waits, lost = (sent(practice, case, service) for _n in range(5))
    drafted(practice, case, service)
    for key in (done, begun):
        practice.do("ana", referrals.start, key)
    practice.do("ana", referrals.complete, done)
    practice.do("ana", referrals.answer, taken, "accepted")
    practice.do("ana", referrals.answer, lost, "accepted")
    practice.do("ana", referrals.lapse, lost)
    practice.do("ana", referrals.answer, waits, "waitlisted")
    sent(practice, other, service, kind="benefit")

    def counted(**more: object) -> dict[str, tuple[int, ...]]:
        rows = practice.ask("ana", referred.take_up, **more)
        return {one.kind: (one.offered, one.accepted, one.begun, one.completed) for one in rows}

    assert counted(case=case) == {"service": (5, 4, 2, 1)}
    assert counted(program="housing") == {"service": (5, 4, 2, 1)}
    assert counted() == {"service": (5, 4, 2, 1), "benefit": (1, 0, 0, 0)}
    assert counted(first=date(2026, 11, 21)) == {}
    with pytest.raises(NotPermitted):
        practice.ask("nia", referred.take_up)
