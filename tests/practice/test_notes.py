"""Notes: draft, signature, addenda, and words that are still being typed. No text is overwritten or lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import notes, page, scratches, staff, stages
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.kit import DAY, Practice

# ---------------------------------------------------------------- notes


def body(practice: Practice, note: int) -> str:
    sql = "SELECT b.body FROM note n JOIN narrative b ON b.id = n.narrative_id WHERE n.id = :key"
    return str(practice.value(sql, key=note))


def test_a_note_goes_from_draft_to_signed_to_addendum(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, "She came in.", form="narrative")
    practice.do("ana", notes.edit, note, "She came in, late.", seen=1)
    practice.do("ana", notes.sign, note)
    for verb, *args in ((notes.edit, note, "Never mind."), (notes.sign, note), (notes.discard, note)):
        more = {"seen": 2} if verb is notes.edit else {}
        with pytest.raises(Refused, match="Add an addendum"):
            practice.do("ana", verb, *args, **more)
    practice.do("ben", notes.write, notes.NewNote(case, text="By bus.", sign=True, addendum_to=note))
    shown = page.open_page(practice.as_("ana"), case, surface="show").notes
    assert [(row.text, row.state, row.by, row.addendum_to) for row in shown] == [
        ("By bus.", "signed", "ben", note), ("She came in, late.", "signed", "ana", None),
    ]  # fmt: skip


def test_a_text_is_superseded_never_overwritten(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, "First.")
    practice.do("ana", notes.edit, note, "Second.", seen=1)
    first, second = practice.rows("SELECT id, body, supersedes_id FROM narrative ORDER BY id")
    assert (first.body, first.supersedes_id, second.body, second.supersedes_id) == ("First.", None, "Second.", first.id)
    assert body(practice, note) == "Second."


def test_two_who_edit_one_draft_do_not_overwrite_each_other(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, "First.")
    practice.do("ana", notes.edit, note, "From the office.", seen=1)
    with pytest.raises(Conflict, match="Your text is kept"):
        practice.do("ana", notes.edit, note, "From the train.", seen=1)
    assert body(practice, note) == "From the office."
    practice.do("ana", notes.edit, note, "Both.", seen=2)
    assert body(practice, note) == "Both."


def test_a_draft_is_its_authors(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case)
    for verb, *args in ((notes.sign, note), (notes.discard, note), (notes.edit, note, "Mine now.")):
        with pytest.raises(NotPermitted, match="author"):
            practice.do("ben", verb, *args, **({"seen": 1} if verb is notes.edit else {}))


def test_an_addendum_needs_a_signed_note_of_the_same_case(practice: Practice) -> None:
    case, other = practice.open(), practice.open()
    draft, signed = practice.note(case), practice.note(other, sign=True)
    with pytest.raises(Refused, match="still a draft"):
        practice.note(case, addendum_to=draft)
    for elsewhere in (signed, 999):
        with pytest.raises(Usage, match="not one of this case"):
            practice.note(case, addendum_to=elsewhere)


def test_a_closed_case_takes_an_addendum_and_no_new_note(practice: Practice) -> None:
    case = practice.open()
    signed = practice.note(case, sign=True)
    practice.do("ana", stages.move, case, "closed", "moved away")
    with pytest.raises(Refused, match="addendum"):
        practice.note(case, "One more thing.")
    practice.note(case, "One more thing.", addendum_to=signed, sign=True)


def test_a_case_is_not_closed_over_somebodys_draft(practice: Practice) -> None:
    case = practice.open()
    practice.note(case)
    with pytest.raises(Refused, match="1 gate is shut") as said:
        practice.do("ana", stages.move, case, "closed", "moved away")
    assert "1 of its notes is a draft" in " ".join(said.value.details)
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)


def test_a_juniors_note_waits_for_a_second_signature(practice: Practice) -> None:
    practice.do("ada", staff.edit_worker, "ana", staff.WorkerFields(seniority="junior"))
    note = practice.note(practice.open(), sign=True)
    assert practice.value("SELECT needs_cosign FROM note WHERE id = :key", key=note)


def test_signing_ones_drafts_leaves_a_colleagues(practice: Practice) -> None:
    case = practice.open()
    practice.note(case), practice.note(case), practice.note(case, by="ben")
    assert "2" in practice.do("ana", notes.sign_drafts, case).words
    assert practice.do("ana", notes.sign_drafts, case).change is None
    assert practice.value("SELECT count(*) FROM note WHERE state = 'draft'") == 1


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t\n", "\u200b\u202e", "\x1b[2J", "\x00"])
def test_a_note_without_a_word_is_refused(office: Practice, text: str) -> None:
    with pytest.raises(Usage, match="missing"):
        office.note(office.open(), text)


def test_a_note_of_a_megabyte_is_refused_with_its_size_and_limit(office: Practice) -> None:
    with pytest.raises(Usage, match=r"1000000 characters; at most 262144"):
        office.note(office.open(), "x" * 1_000_000)


HOSTILE = (
    "a[/]b", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "emoji 👩‍👩‍👧", "שלום", "a\r\nb\tc", "'; DROP TABLE note; --", "=1+1",
    "\ud800 lone", "a\x00b",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_kept_and_inert(office: Practice, text: str) -> None:
    case = office.open(given=text, family="O'Neil")
    note = office.note(case, text)
    kept = body(office, note)
    assert not set(kept) & set("\x1b\x00\u202e\r\t\ud800")
    assert any(letter.isalnum() for letter in kept)
    assert office.row(case).client.startswith("O'Neil, ")  # type: ignore[union-attr]


SECTIONED = tuple(form for form in notes.SECTIONS if notes.SECTIONS[form])
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(data=st.data(), form=st.sampled_from(SECTIONED))
def test_the_sections_of_a_note_come_back_as_they_were_written(data: st.DataObject, form: str) -> None:
    headings = {f"{h}:".casefold() for h in notes.SECTIONS[form]} | {
        f"{h[0]}:".casefold() for h in notes.SECTIONS[form]
    }
    plain = LINE.filter(lambda word: word.strip().casefold() not in headings)
    words = st.lists(plain, max_size=4).map("\n".join)
    parts = {heading: data.draw(words, label=heading).strip() for heading in notes.SECTIONS[form]}
    assert notes.split(form, notes.compose(form, parts)) == parts


@given(text=st.text(max_size=200), form=st.sampled_from(SECTIONED))
def test_no_word_of_any_text_is_lost_between_sections(text: str, form: str) -> None:
    headings = {h.casefold() for h in notes.SECTIONS[form]} | {h[0].casefold() for h in notes.SECTIONS[form]}

    def words(given_: str) -> list[str]:
        return sorted(word for word in given_.split() if word.casefold().rstrip(":") not in headings)

    parts = notes.split(form, text)
    assert words(" ".join(parts.values())) == words(text)
    assert notes.split(form, notes.compose(form, parts)).keys() == parts.keys()


def test_a_narrative_has_no_sections_to_lose_words_between() -> None:
    assert notes.split("narrative", "Plan:\nrest") == {"": "Plan:\nrest"}
    assert notes.compose("narrative", {"": "Plan:\nrest"}) == "Plan:\nrest"


# ---------------------------------------------------------------- words still being typed


def test_what_is_being_typed_comes_back_to_its_author_alone(practice: Practice) -> None:
    ana, ben = practice.as_("ana"), practice.as_("ben")
    scratches.keep(ana, "note", "case:1", "Half a sent")
    scratches.keep(ana, "note", "case:1", "Half a sentence")
    scratches.keep(ben, "note", "case:1", "Ben's own")
    assert practice.ask("ana", scratches.recall, "note", "case:1").body == "Half a sentence"
    assert practice.ask("ben", scratches.recall, "note", "case:1").body == "Ben's own"
    assert practice.ask("ada", scratches.all_mine) == []
    assert practice.ask("ana", scratches.recall, "note", "case:2") is None
    scratches.keep(ana, "note", "case:1", "")
    assert practice.ask("ana", scratches.recall, "note", "case:1") is None


def test_saving_forgets_what_was_being_typed_and_a_failed_save_does_not(practice: Practice) -> None:
    case = practice.open()
    place = f"case:{practice.id(case)}"
    scratches.keep(practice.as_("ana"), "note", place, "She came in.")
    scratches.keep(practice.as_("ben"), "note", place, "Ben's own")
    with pytest.raises(Usage):
        practice.do("ana", notes.write, notes.NewNote(case, text="", scratch=f"note|{place}"))
    assert practice.ask("ana", scratches.recall, "note", place) is not None
    practice.do("ana", notes.write, notes.NewNote(case, text="She came in.", scratch=f"note|{place}"))
    assert practice.ask("ana", scratches.recall, "note", place) is None
    assert practice.ask("ben", scratches.recall, "note", place) is not None
    for kind, save in (
        ("contact", lambda: practice.met(case, scratch=f"contact|{place}")),
        ("intake", lambda: practice.open(scratch="intake|new")),
    ):
        subject = "new" if kind == "intake" else place
        scratches.keep(practice.as_("ana"), kind, subject, "typing")
        save()
        assert practice.ask("ana", scratches.recall, kind, subject) is None


def test_typing_is_never_journalled(practice: Practice) -> None:
    counted = "SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM change) + (SELECT count(*) FROM payload)"
    before = practice.value(counted)
    for text in ("Qu", "Quetzal", ""):
        scratches.keep(practice.as_("ana"), "note", "case:1", text)
    assert practice.value(counted) == before


def test_typing_is_kept_whatever_day_is_asked_about(practice: Practice) -> None:
    scratches.keep(practice.as_("ana", today=DAY - timedelta(days=9)), "note", "case:1", "Half a sentence")
    assert practice.ask("ana", scratches.recall, "note", "case:1") is not None


# ---------------------------------------------------------------- co-signature


def test_a_juniors_note_waits_for_a_supervisor_and_nobody_co_signs_their_own(practice: Practice) -> None:
    for who in ("ana", "ben"):
        practice.do("ada", staff.edit_worker, who, staff.WorkerFields(seniority="junior"))
    case = practice.open()
    note, own = practice.note(case, sign=True), practice.note(case, by="ben", sign=True)
    for who in ("ana", "bo", "ada", "nia"):
        with pytest.raises((NotPermitted, Usage)):
            practice.do(who, notes.cosign, case)
    with pytest.raises(NotPermitted, match="themselves"):
        practice.do("ben", notes.cosign, case, note_id=own)
    draft = practice.note(case)
    with pytest.raises(Refused):
        practice.do("ben", notes.cosign, case, note_id=draft)
    before = practice.facts()
    receipt = practice.do("ben", notes.cosign, case)
    assert (receipt.words, receipt.data) == ("Co-signed 1 note", {"cosigned": 1})
    rows = {row.id: row for row in practice.ask("ana", page.read, practice.id(case)).notes}
    assert (rows[note].cosigned_by, rows[note].waits, rows[own].waits) == ("ben", False, True)
    with pytest.raises(Refused):
        practice.do("ben", notes.cosign, case, note_id=note)
    practice.take_back(receipt, by="ben")
    assert practice.facts() == before
