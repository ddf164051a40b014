"""What is found with a client, by command line: instruments asked, needs, the history they bring, and the domains there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from .running import World

SAD = [part for n in range(1, 9) for part in ("--answers", f"{n}=2")]


def test_an_instrument_is_asked_scored_and_asked_again_and_the_change_is_told(world: World) -> None:
    amina = world["amina"]
    made = world.json("assess", amina, "phq-9", *SAD, "--answers", "9=0", "--at", "2026-11-02", as_="ana")
    assert (made["phase"], made["safety"], made["alert"]) == ("baseline", [], None)
    [score] = made["scores"]
    assert (score["value"], score["highest"], score["band"], score["positive"]) == (16, 27, "moderately severe", True)
    world.do(
        "assess",
        amina,
        "phq-9",
        "--answers",
        "-",
        as_="ana",
        stdin="".join(f"{n}=several days\n" for n in range(1, 9)) + "9=0",
    )
    rows = world.json("assess", amina, as_="ana")
    assert [(row["on"], row["phase"], row["scores"][0]["value"]) for row in rows] == [
        ("2026-11-20", "review", 8), ("2026-11-02", "baseline", 16),
    ]  # fmt: skip
    [change] = world.json("assess", amina, "changes", as_="ana")
    assert (change["from"], change["to"], change["by"], change["to_band"]) == (16, 8, -8, "mild")
    table = world.do("assess", amina, as_="ana", terminal=True).out
    assert "8 of 27, mild, negative" in table
    asked_again = world.do("assess", amina, "phq-9", *SAD, "--answers", "9=0", as_="ana", terminal=True)
    assert "16 of 27, moderately severe, positive" in asked_again.err
    world.do("undo", "--yes", as_="ana")
    assert world.json("assess", amina, as_="ana") == rows


def test_a_danger_is_said_aloud_whatever_the_format_and_stands_first_in_the_queue(world: World) -> None:
    ran = world.do("assess", world["bruno"], "phq-9", "--answers", "9=3", "--format", "json", as_="ana")
    assert "SAFETY: thoughts of being better off dead" in ran.err
    assert ran.json["alert"] is not None and ran.json["safety"]
    top = world.json("queue", as_="ana")[0]
    assert (top["case"], top["level"], top["reasons"][0]["rule"]) == (world["bruno"], 1, "safety")
    world.do("undo", ran.json["change"], "--yes", as_="ana")
    assert world.json("queue", as_="ana")[0]["level"] > 1


def test_an_assessment_is_shown_with_its_answers_and_corrected_by_another(world: World) -> None:
    amina = world["amina"]
    first = world.json(
        "assess", amina, "gad-2", "--answers", "1=1", "--answers", "2=3", "--words", "Amina sleeps badly.", as_="ana"
    )
    new = world.json(
        "assess", amina, "gad-2", "--answers", "1=1", "--answers", "2=2", "--corrects", first["assessment"], as_="ana"
    )
    assert new["done"] == "Corrected an assessment"
    piped = world.json("assess", amina, "show", first["assessment"], as_="ana")
    assert (piped["words"], piped["corrected_by"]) == (None, new["assessment"])
    assert [(one["number"], one["answer"]) for one in piped["answers"]] == [
        (1, "Several days"),
        (2, "Nearly every day"),
    ]
    page = world.do("assess", amina, "show", first["assessment"], as_="ana", terminal=True).out
    assert "Amina sleeps badly." in page and "4 of 6" in page and "Nearly every day" in page
    masked = world.json("assess", amina, "show", first["assessment"], "--deidentified", as_="ana")
    assert (masked["words"], masked["id"], masked["on"]) == ("[client] sleeps badly.", None, "today")
    again = ("assess", amina, "gad-2", "--answers", "1=1", "--corrects", first["assessment"])
    assert world.run(*again, as_="ana").code == 1, "corrected already"
    assert world.run("assess", world["bruno"], "show", first["assessment"], as_="ana").code == 2, "of another case"


def test_needs_are_added_changed_ended_and_opened_again(world: World) -> None:
    amina = world["amina"]
    key = world.json(
        "need", amina, "add", "--domain", "housing", "--severity", "severe", "--words", "Amina wants a door.", as_="ana"
    )["need"]
    world.do("need", amina, "change", key, "--strengths", "-", "--seen", "1", as_="ana", stdin="Her aunt.")
    assert world.run("need", amina, "change", key, "--severity", "mild", "--seen", "1", as_="ana").code == 4
    [row] = world.json("need", amina, as_="ana")
    assert (row["domain"], row["severity"], row["state"], row["words"], row["version"]) == (
        "housing",
        "severe",
        "open",
        None,
        2,
    )
    table = world.do("need", amina, as_="ana", terminal=True).out
    assert "Amina wants a door." in table and "Builds on: Her aunt." in table
    [masked] = world.json("need", amina, "--deidentified", as_="ana")
    assert (masked["words"], masked["domain"], masked["id"]) == ("[client] wants a door.", "housing", None)
    ended = world.json("need", amina, "end", key, "--how", "met", as_="ana")
    assert world.json("need", amina, as_="ana")[0]["state"] == "met"
    world.do("undo", ended["change"], "--yes", as_="ana")
    assert world.json("need", amina, as_="ana")[0]["state"] == "open"
    assert world.run("need", world["bruno"], "end", key, "--how", "met", as_="ana").code == 2, "of another case"


def test_the_history_is_written_over_and_what_was_told_before_still_reads(world: World) -> None:
    amina = world["amina"]
    world.do("background", amina, "write", "social", "--text", "By the sea.", "--seen", "0", as_="ana")
    world.do("background", amina, "write", "social", "--text", "Amina grew up inland.", as_="ana")
    assert world.run("background", amina, "write", "social", "--text", "x", "--seen", "1", as_="ana").code == 4
    [row] = world.json("background", amina, as_="ana")
    assert (row["section"], row["text"], row["version"]) == ("social", None, 2)
    past = world.do("background", amina, "earlier", "social", as_="ana", terminal=True).out
    assert past.index("Amina grew up inland.") < past.index("By the sea.")
    assert world.json("background", amina, "earlier", "social", as_="ana") == [], "a pipe has no words"
    masked = world.json("background", amina, "earlier", "social", "--deidentified", as_="ana")
    assert [one["text"] for one in masked] == ["[client] grew up inland.", "By the sea."]


def test_a_case_is_shown_with_what_was_found(world: World) -> None:
    amina = world["amina"]
    world.do("assess", amina, "gad-2", "--answers", "1=1", "--answers", "2=3", "--words", "So it is.", as_="ana")
    world.do("need", amina, "add", "--domain", "income", "--words", "Debts.", as_="ana")
    world.do("background", amina, "write", "legal", "--text", "A permit.", as_="ana")
    piped, whole = world.json("show", amina, as_="ana"), world.shown("amina", as_="ana")
    for shown, words in ((piped, (None, None, None)), (whole, ("So it is.", "Debts.", "A permit."))):
        [asked], [need], [told] = shown["assessments"], shown["needs"], shown["background"]
        assert (asked["words"], need["words"], told["text"]) == words
        assert (asked["scores"][0]["value"], need["domain"], told["section"]) == (4, "income", "legal")
    page = world.do("show", amina, as_="ana", terminal=True).out
    for words in ("Needs", "Debts.", "Assessments", "4 of 6", "What they bring along", "A permit."):
        assert words in page
    for admin in (world.json("show", amina), world.json("show", amina, "--deidentified")):
        assert admin["assessments"] == admin["needs"] == admin["background"] == []


@pytest.mark.parametrize("command", ["assess", "need", "background"])
def test_who_sees_no_identity_reads_none_of_it(world: World, command: str) -> None:
    for more in ([], ["--deidentified"]):
        assert world.run(command, world["amina"], *more).code == 3
    assert world.run(command, world["amina"], as_="dora").code == 2, "out of sight"


def test_reading_words_is_on_record(world: World) -> None:
    amina = world["amina"]
    world.do("need", amina, "add", "--domain", "income", as_="ana")
    before = len(world.json("journal", amina, "--reads", as_="ana"))
    for args in (["need"], ["background"], ["assess"]):
        world.do(args[0], amina, as_="ana", terminal=True)
    assert len(world.json("journal", amina, "--reads", as_="ana")) == before + 3


def test_domains_are_kept_by_an_admin(world: World) -> None:
    world.do("domain", "add", "pets", "Pets")
    world.do("domain", "close", "pets")
    assert world.run("need", world["amina"], "add", "--domain", "pets", as_="ana").code == 1
    rows = {row["domain"]: row for row in world.json("domain", "list", as_="ana")}
    assert rows["pets"]["closed"] == "2026-11-20" and rows["housing"]["closed"] is None
    assert world.run("domain", "add", "x", "X", as_="ana").code == 3
    assert world.run("domain", "open", "gardens").code == 2


@pytest.mark.parametrize(
    "args",
    [
        ["assess", "CASE", "phq-8", "--answers", "1=1"], ["assess", "CASE", "phq-9"], ["assess", "CASE", "phq-9", "--answers", "1"],
        ["assess", "CASE", "phq-9", "--answers", "1=1", "--answers", "1=2"], ["assess", "CASE", "phq-9", "--answers", "99=1"],
        ["assess", "CASE", "phq-9", "--answers", "1=sometimes"], ["assess", "CASE", "show"], ["assess", "CASE", "list", "1"],
        ["assess", "CASE", "list", "--answers", "1=1"], ["assess", "CASE", "phq-9", "--answers", "1=1", "--deidentified"],
        ["assess", "CASE", "phq-9", "--answers", "-", "--words", "-"], ["assess", "CASE", "phq-9", "--answers", "1=1", "--at", "tomorrow"],
        ["need", "CASE", "add"], ["need", "CASE", "add", "--domain", "gardens"], ["need", "CASE", "change"], ["need", "CASE", "list", "1"],
        ["need", "CASE", "end", "1"], ["need", "CASE", "end", "99", "--how", "met"], ["need", "CASE", "add", "--domain", "housing", "--how", "met"],
        ["need", "CASE", "list", "--words", "x"], ["need", "CASE", "change", "1", "--on", "today"],
        ["need", "CASE", "add", "--domain", "housing", "--identified", "--why", "x"],
        ["background", "CASE", "write"], ["background", "CASE", "list", "social"], ["background", "CASE", "earlier", "social", "--text", "x"],
        ["background", "CASE", "write", "social", "--text", " "], ["background", "CASE", "--identified"],
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_writes_nothing(world: World, args: list[str]) -> None:
    ran = world.run(*[world["amina"] if one == "CASE" else one for one in args], as_="ana")
    assert ran.code == 2 and ran.err, ran.out
    for command in ("assess", "need", "background"):
        assert world.json(command, world["amina"], as_="ana") == []


def test_answers_come_from_a_file_and_no_complaint_repeats_what_was_typed_in_words(
    world: World, tmp_path: Path
) -> None:
    page = tmp_path / "answers.txt"
    page.write_text("7=3\n9=12 Harbour Lane\n")
    made = world.json("assess", world["amina"], "prapare", "--answers", f"@{page}", as_="ana")
    shown = world.do("assess", world["amina"], "show", made["assessment"], as_="ana", terminal=True).out
    assert "Harbour Lane" in shown
    assert (
        "Harbour Lane"
        not in world.do("assess", world["amina"], "show", made["assessment"], "--format", "json", as_="ana").out
    )
    for words in ("She said so", "1=She said so"):
        ran = world.run("assess", world["amina"], "phq-9", "--answers", words, as_="ana")
        assert ran.code == 2 and "She said" not in ran.err
