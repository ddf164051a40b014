"""Closing, outcomes and the agency's own questionnaires on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .running import TODAY, World

PHQ = [arg for n in range(1, 10) for arg in ("--answers", f"{n}={0 if n == 9 else 2}")]


def form(tmp_path: Path, *scores: int, **more: Any) -> str:
    url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    options = [
        {"extension": [{"url": url, "valueDecimal": n}], "valueCoding": {"code": f"c{n}", "display": f"n{n}"}}
        for n in scores
    ]
    item = {"linkId": "a1", "type": "choice", "text": "How was the tea?", "answerOption": options}
    made = {"resourceType": "Questionnaire", "name": "Tea", "title": "Tea and talk", "item": [item], **more}
    path = tmp_path / "tea.json"
    path.write_text(json.dumps(made))
    return str(path)


def test_the_gates_are_shown_and_passed_one_by_one(world: World) -> None:
    amina = world["amina"]
    assert world.json("closing", amina, as_="ana")["gates"] == []
    world.do("note", amina, "--text", "Unfinished business", as_="ana")
    world.do("assess", amina, "phq-9", *PHQ, as_="ana")
    found = world.json("closing", amina, as_="ana")
    assert [one["gate"] for one in found["gates"]] == ["drafts", "evaluation"] and found["feedback"] is None
    assert found["gates"][1]["rows"][0] == {
        "what": "instrument",
        "id": "phq-9",
        "on": str(TODAY),
        "about": "16 at the beginning",
    }
    shown = world.do("closing", amina, as_="ana", terminal=True).out
    assert "held up by 2" in shown and "phq-9" in shown and "Unfinished" not in shown
    ran = world.run("stage", amina, "closed", "--why", "Done", as_="ana")
    assert ran.code == 1 and "drafts:" in ran.err and "evaluation:" in ran.err and "caseload assess" in ran.err
    world.do("assess", amina, "phq-9", "--declined", "not_reached", "--phase", "closing", as_="ana")
    world.do("assess", amina, "client-voice", "--declined", "declined", "--phase", "closing", as_="ana")
    done = world.json("stage", amina, "closed", "--why", "Done", "--pass", "drafts=Its author left", "--reason", "left",
                      "--destination", "410", "--aftercare", "+30d", as_="ana")  # fmt: skip
    assert (done["passed"], done["aftercare"], done["admitted"]) == ({"drafts": "Its author left"}, "2026-12-20", None)
    page = world.shown("amina")
    assert [one["instrument"] for one in page["offers"]] == ["client-voice", "phq-9"]
    assert [(one["gate"], one["why"]) for one in page["passed"]] == [("drafts", "Its author left")]
    assert page["tasks"][0]["title"] == "Aftercare: ask how they are"
    bare = world.json("show", amina, as_="ana")
    assert bare["passed"][0]["why"] is None
    for wrong in (
        ("--pass", "drafts"), ("--pass", "x=y"), ("--override", "--pass", "drafts=y"), ("--reason", "moon"), ("--destination", "336"),
    ):  # fmt: skip
        assert world.run("stage", world["bruno"], "closed", "--why", "x", *wrong, as_="ana").code == 2, wrong
    assert world.run("stage", world["bruno"], "active", "--why", "x", "--aftercare", "+3d", as_="ana").code == 2


def test_the_next_who_waits_is_admitted_with_the_closing_and_each_is_undone_alone(world: World) -> None:
    waits = world.json("intake", "--given", "Hana", "--family", "Ito", "--program", "housing", as_="chloe")["case"]
    ran = world.run("stage", world["bruno"], "closed", "--why", "Moved", "--admit", "next", as_="ana")
    assert ran.code in (1, 3) and world.shown("bruno")["stage"] != "closed", (
        "who may not give it out closes nothing by that"
    )
    found = world.json("closing", world["bruno"], as_="chloe")["next"]
    assert (found["case"], found["to"], found["may_admit"]) == (waits, "ana", True)
    done = world.json("stage", world["bruno"], "closed", "--why", "Moved", "--admit", "next", as_="chloe")
    assert done["next"]["case"] == waits and done["admitted"]["cases"] == [waits]
    assert world.json("show", waits, as_="chloe")["worker"] == "ana"
    world.do("undo", done["admitted"]["change"], "--yes", as_="chloe")
    assert world.shown("bruno")["stage"] == "closed" and world.json("show", waits, as_="chloe")["worker"] is None
    world.do("undo", done["change"], "--yes", as_="chloe")
    assert world.shown("bruno")["stage"] != "closed"
    ran = world.run("stage", world["fatou"], "closed", "--why", "x", "--admit", "next", as_="dora")
    assert ran.code in (1, 3)


def test_outcomes_are_counted_and_open_their_rows(world: World) -> None:
    for name, each in (("amina", "3"), ("chidi", "1"), ("bruno", None)):
        world.do("assess", world[name], "phq-9", *PHQ, "--at", "2026-11-02", as_="ana")
        if each is not None:
            answers = [arg for n in range(1, 10) for arg in ("--answers", f"{n}={0 if n == 9 else each}")]
            world.do("assess", world[name], "phq-9", *answers, as_="ana")
    [row] = world.json("outcomes", "--identified", "--why", "Team meeting", as_="ana")
    assert {name: row[name] for name in ("cases", "improved", "same", "worse", "once")} == {
        "cases": 3, "improved": 1, "same": 0, "worse": 1, "once": 1,
    }  # fmt: skip
    [line] = world.json("dashboard", "outcomes", as_="ana")
    assert {name: line[name] or 0 for name in ("cases", "improved", "same", "worse", "changed", "once")} == {
        name: row[name] or 0 for name in ("cases", "improved", "same", "worse", "changed", "once")
    }
    ran = world.do("outcomes", "--format", "json", as_="ana")
    assert {ran.json[0][name] for name in ("cases", "improved", "worse", "same", "once", "higher", "lower")} == {None}
    assert "left out" in ran.err
    [worse] = world.json("outcomes", "--instrument", "phq-9", "--rows", "total", "--outcome", "worse", as_="ana")
    assert (worse["case"], worse["first"], worse["last"], worse["outcome"]) == (world["amina"], 16, 24, "worse")
    reads = world.json("journal", world["amina"], "--reads", as_="chloe")
    assert "outcomes" in {one["surface"] for one in reads}
    assert world.json("outcomes", "program:outreach", as_="ana") == []
    for wrong in (
        ("--rows", "total"),
        ("--outcome", "worse"),
        ("--instrument", "x"),
        ("--from", "2026-11-10", "--to", "2026-11-01"),
    ):
        assert world.run("outcomes", *wrong, as_="ana").code == 2, wrong
    assert world.run("outcomes", as_="nils").code == 3


def test_a_questionnaire_is_brought_asked_brought_anew_and_retired(world: World, tmp_path: Path) -> None:
    path = form(tmp_path, 0, 1, 2)
    planned = world.json("import", "questionnaire", path, "--dry-run")
    assert (planned["name"], planned["edition"], planned["change"], planned["questions"]) == ("tea", 1, None, 1)
    assert world.run("assess", world["amina"], "tea", "--answers", "1=2", as_="ana").code == 2
    assert world.json("import", "questionnaire", path)["change"] is not None
    assert world.json("import", "questionnaire", path)["same"] is True
    world.do("assess", world["amina"], "tea", "--answers", "1=2", as_="ana")
    listed = {one["name"]: one for one in world.json("instrument", "list", as_="ana")}
    assert (listed["tea"]["edition"], listed["tea"]["asked"], listed["phq-9"]["edition"]) == (1, 1, None)
    assert world.json("instrument", "show", "tea", as_="ana")["title"] == "Tea and talk"
    assert world.json("import", "questionnaire", form(tmp_path, 0, 5))["edition"] == 2
    assert [one["edition"] for one in world.json("instrument", "list", "--all") if one["name"] == "tea"] == [2, 1]
    world.do("instrument", "retire", "tea")
    assert "tea" not in {one["name"] for one in world.json("instrument", "list")}
    assert world.run("assess", world["amina"], "tea", "--answers", "1=5", as_="ana").code == 1
    assert world.json("assess", world["amina"], as_="ana")[0]["title"] == "Tea and talk"
    (tmp_path / "bad.json").write_text('{"resourceType": "Questionnaire", "name": "x", "item": [{"type": "choice"}]}')
    ran = world.run("import", "questionnaire", str(tmp_path / "bad.json"))
    assert ran.code == 2 and "bad.json" in ran.err and "linkId" in ran.err
    assert world.run("import", "questionnaire", path, as_="ana").code == 3
    assert world.run("instrument", "retire", "tea", as_="ana").code == 3


@pytest.mark.parametrize("command", ["list", "show"])
def test_what_comes_along_is_shown_without_a_database(command: str, tmp_path: Path) -> None:
    from .running import run_line

    args = ("instrument", command, *(("phq-9",) if command == "show" else ()), "--format", "json")
    ran = run_line(*args, environ={"CASELOAD_DATABASE": str(tmp_path / "none.db")})
    assert ran.code == 0 and "phq-9" in ran.out
