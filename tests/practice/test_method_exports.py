"""What is found with clients, agreed with them and asked for them, as lists: no words and no names unless identified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from caseload.casework import care_plan, goals, groups, steps
from caseload.casework.groups import NewGroup, Taking
from caseload.errors import NotPermitted
from caseload.reports import ExportRequest, export
from tests.practice.finding import assess, need
from tests.practice.kit import ADMIN, Practice
from tests.practice.referring import sent

METHOD = ("assessments", "needs", "plans", "goals", "steps", "referrals")
WORDS = (
    "So tired.",
    "A door that locks.",
    "Peace at home",
    "A lock",
    "Call the smith",
    "Old Piero",
    "She has a key.",
    "Conti",
)


def rows(practice: Practice, report: str, folder: Path, by: str = "ana", **more: Any) -> list[dict[str, Any]]:
    path = folder / f"{report}.json"
    export(practice.as_(by), ExportRequest(report, "json", str(path), **more))
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found


def helped(practice: Practice) -> str:
    case = practice.open(given="Mara", family="Conti")
    assess(practice, case, words="So tired.")
    key = need(practice, case, words="A door that locks.")
    plan = practice.do("ana", care_plan.begin, case, wants="Peace at home").data["plan"]
    goal = practice.do("ana", goals.add, plan, goals.NewGoal("A lock", need=key)).data["goal"]
    practice.do("ana", steps.add, goal, steps.NewStep("Call the smith", who="other", name="Old Piero"))
    practice.do("ana", care_plan.submit, plan)
    practice.do("ben", care_plan.approve, plan)
    practice.do("ana", care_plan.review, plan, "She has a key.")
    sent(practice, case)
    return case


def test_codes_numbers_and_days_leave_and_no_words(practice: Practice, tmp_path: Path) -> None:
    case = helped(practice)
    practice.open(by="cleo", worker="cleo")
    found = {name: rows(practice, name, tmp_path) for name in METHOD}
    assert {name: {row["case"] for row in some} for name, some in found.items()} == {name: {case} for name in METHOD}
    assert not [word for word in WORDS if word in json.dumps(found)]
    [scored] = found["assessments"]
    assert (scored["instrument"], scored["scale"], scored["value"], scored["safety"]) == ("phq-9", "total", 8.0, False)
    [plan] = found["plans"]
    assert (plan["state"], plan["approver"], plan["goals"], plan["reviews"]) == ("approved", "ben", 1, 1)
    assert [(row["domain"], row["state"]) for row in found["goals"]] == [("housing", "open")]
    assert [(row["who"], row["goal"]) for row in found["steps"]] == [("other", found["goals"][0]["goal"])]
    assert [row["state"] for row in found["referrals"]] == ["sent"]


def test_an_identified_list_has_the_words_and_is_a_look_at_each_case(practice: Practice, tmp_path: Path) -> None:
    helped(practice)
    told = {"identified": True, "why": "Review of the team"}
    found = {name: rows(practice, name, tmp_path, **told) for name in METHOD}
    assert found["assessments"][0]["words"] == "So tired."
    assert found["needs"][0]["words"] == "A door that locks."
    assert found["plans"][0]["wants"] == "Peace at home"
    assert (found["goals"][0]["title"], found["steps"][0]["title"]) == ("A lock", "Call the smith")
    assert found["steps"][0]["who_name"] == "Old Piero"
    assert found["referrals"][0]["provider"] and found["referrals"][0]["service"]
    assert all(row["client"] == "Conti, Mara" for some in found.values() for row in some)
    assert practice.value("SELECT count(*) FROM look WHERE kind = 'export' AND case_id IS NOT NULL") == len(METHOD)


def test_whoever_sees_no_identity_gets_none_of_it(practice: Practice, tmp_path: Path) -> None:
    helped(practice)
    for name in METHOD:
        with pytest.raises(NotPermitted):
            rows(practice, name, tmp_path, by=ADMIN)
        assert rows(practice, name, tmp_path, by="cleo") == []


def test_deidentified_lists_lead_to_nobody(practice: Practice, tmp_path: Path) -> None:
    case = helped(practice)
    for name in METHOD:
        [row] = rows(practice, name, tmp_path, deidentified=True)
        assert case not in str(row) and practice.day.isoformat() not in str(row)
        assert not {"assessment", "need", "plan", "goal", "step", "referral"} & set(row), name


def test_a_group_activity_leaves_with_each_clients_own_line(practice: Practice, tmp_path: Path) -> None:
    mara, luca = practice.open(given="Mara"), practice.open(given="Luca")
    takings = [Taking(mara, words="Sang."), Taking(luca, "absent")]
    practice.do("ana", groups.log, NewGroup(takings, "Luca cooked.", topics=("food", "money")))
    plain = rows(practice, "contacts", tmp_path)
    assert {(row["case"], row["presence"], row["outcome"], row["own"], row["note"]) for row in plain} == {
        (mara, "present", "made", None, None), (luca, "absent", "attempted", None, None),
    }  # fmt: skip
    assert all(row["topics"] == ["food", "money"] for row in plain)
    named = {row["case"]: row for row in rows(practice, "contacts", tmp_path, identified=True, why="Asked for")}
    assert (named[mara]["own"], named[mara]["note"], named[luca]["note"]) == (
        "Sang.",
        "[participant] cooked.",
        "Luca cooked.",
    )


def test_a_server_that_keeps_case_rows_from_an_analyst_gives_no_report_of_noughts(
    practice: Practice, tmp_path: Path
) -> None:
    helped(practice)
    week = practice.ask(ADMIN, lambda r: r.today).strftime("%G-W%V")
    asked = ExportRequest("weekly", "json", str(tmp_path / "week.json"), week=week)
    if practice.engine_name == "postgresql":
        with pytest.raises(NotPermitted, match="keeps every case row from analysts"):
            export(practice.as_("nia"), asked)
        assert list(tmp_path.iterdir()) == []
        return
    export(practice.as_("nia"), asked)
    assert [row for row in json.loads((tmp_path / "week.json").read_text())["summary"] if row["end"] == 1]
