"""A case manager's day by command: look, log, write, plan, put off."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from .running import TODAY, World

RECEIPT = {"change", "done", "cases"}
CASE = {
    "case", "client", "born", "program", "stage", "risk", "worker", "team", "opened", "closed", "last_contact", "next_due",
    "tags", "version",
}  # fmt: skip


def rules(world: World, client: str, as_: str = "ana") -> set[str]:
    return {reason["rule"] for reason in world.shown(client, as_)["reasons"]}


# ---------------------------------------------------------------- looking


def test_the_queue_is_ones_own_and_says_why(world: World) -> None:
    world.do("task", world["bruno"], "add", "Call the landlord", "--due", "today", as_="ana")
    rows = world.json("queue", as_="ana")
    assert rows[0]["case"] == world["bruno"]
    assert {row["worker"] for row in rows} == {"ana"}
    assert set(rows[0]) == {"rank", "case", "client", "program", "stage", "risk", "worker", "level", "since", "reasons"}
    assert [row["rank"] for row in rows] == [1, 2, 3]
    [reason] = rows[0]["reasons"]
    assert set(reason) == {"rule", "level", "since", "due", "days", "source", "clear_with", "recipient"}
    assert (reason["rule"], reason["level"], reason["clear_with"]) == ("task_today", 2, "task")


def test_the_queue_can_be_a_workers_a_teams_or_the_agencys(world: World) -> None:
    def seen(*args: str) -> set[str]:
        return {row["case"] for row in world.json("queue", *args, as_="chloe")}

    assert seen("--worker", "ben") == {world["daria"], world["emil"]}
    assert seen("--worker", "none") == {world["gita"]}
    assert seen("--team", "north") == seen("--agency") == {world[n] for n in world.cases} - {world["fatou"]}
    assert world.run("queue", "--worker", "ben", "--agency", as_="chloe").code == 2


def test_the_queue_is_the_same_each_time_and_explains_its_order(world: World) -> None:
    first = world.do("queue", "--agency", "--explain", "--format", "json", as_="chloe")
    assert first.out == world.do("queue", "--agency", "--explain", "--format", "json", as_="chloe").out
    rows = first.json
    for above, below in pairwise(rows):
        assert above["case"] in above["explain"]
        assert below["case"] in above["explain"]
    assert rows[-1]["explain"] is None
    shorter = world.json("queue", "--agency", "--explain", "--limit", "2", as_="chloe")
    assert shorter == rows[:2]


def test_a_query_means_open_cases_unless_it_says_otherwise(world: World) -> None:
    world.do("stage", world["bruno"], "closed", "--why", "Moved away", as_="ana")
    assert {row["case"] for row in world.json("cases", as_="ana")} == {world["amina"], world["chidi"]}
    assert len(world.json("cases", "stage:any", as_="ana")) == 3
    everybody = world.json("cases", "stage:any", as_="chloe")
    assert world["bruno"] in {row["case"] for row in everybody}
    assert set(everybody[0]) == CASE


def test_a_list_of_cases_has_the_fields_and_the_order_asked_for(world: World) -> None:
    ran = world.do("cases", "risk:>=medium", "--fields", "risk,case", "--sort", "-risk", as_="chloe")
    assert ran.out.splitlines()[0] == "risk\tcase"
    assert [row["risk"] for row in ran.tsv] == ["medium", "high", "critical"]
    assert len(world.json("cases", "--limit", "1", as_="chloe")) == 1


def test_a_query_that_begins_with_a_minus_stands_after_two(world: World) -> None:
    ran = world.do("cases", "--fields", "case", "--format", "json", "--", "-worker:ana", as_="chloe")
    assert {row["case"] for row in ran.json} == {world["daria"], world["emil"], world["gita"]}


def test_a_case_is_shown_whole(world: World) -> None:
    world.do(
        "contact",
        world["amina"],
        "--kind",
        "visit",
        "--outcome",
        "made",
        "--minutes",
        "40",
        "--note",
        "Kitchen is dry.",
        as_="ana",
    )
    world.do("note", world["amina"], "--form", "dap", "--text", "D: seen", as_="ana")
    shown = world.shown("amina", "ana")
    assert set(shown) >= CASE | {"contacts", "notes", "tasks", "appointments", "stages", "assignments", "reasons"}
    [contact] = shown["contacts"]
    assert {key: contact[key] for key in ("kind", "outcome", "with", "minutes", "by", "note")} == {
        "kind": "visit", "outcome": "made", "with": "client", "minutes": 40, "by": "ana", "note": "Kitchen is dry.",
    }  # fmt: skip
    [note] = shown["notes"]
    assert {key: note[key] for key in ("form", "state", "by", "text")} == {
        "form": "dap", "state": "draft", "by": "ana", "text": "D: seen",
    }  # fmt: skip
    assert (shown["client"], shown["born"], shown["last_contact"]) == ("Haddad, Amina", "1991-04-02", str(TODAY))


def test_a_case_page_at_a_terminal_is_laid_out_for_a_person(world: World) -> None:
    world.do("alert", world["amina"], "add", "--text", "Ring twice", "--kind", "access", as_="ana")
    out = world.do("show", "amina", as_="ana", terminal=True).out
    assert "Haddad, Amina" in out
    assert "Ring twice" in out
    assert world["amina"] in out


# ---------------------------------------------------------------- logging and writing


def test_a_contact_is_logged_and_restarts_the_clock(world: World) -> None:
    ran = world.json("contact", world["amina"], "--kind", "phone", "--outcome", "made", as_="ana")
    assert set(ran) == RECEIPT | {"contact"}
    assert ran["cases"] == [world["amina"]]
    assert world.shown("amina")["last_contact"] == str(TODAY)
    world.do("contact", world["bruno"], "--kind", "phone", "--outcome", "attempted", as_="ana")
    assert world.shown("bruno")["last_contact"] is None


def test_a_contact_can_be_of_yesterday_and_not_of_tomorrow(world: World) -> None:
    world.do("contact", world["amina"], "--kind", "visit", "--outcome", "made", "--at", "yesterday 9:15", as_="ana")
    [contact] = world.shown("amina")["contacts"]
    assert contact["at"].startswith(f"{TODAY - timedelta(1)}T09:15:00+01:00")
    tomorrow = str(TODAY + timedelta(2))
    assert (
        world.run(
            "contact", world["amina"], "--kind", "visit", "--outcome", "made", "--at", f"{tomorrow}T10:00", as_="ana"
        ).code
        == 2
    )


def test_a_group_contact_serves_several_cases_after_a_preview(world: World) -> None:
    both = f"{world['amina']},{world['bruno']}"
    args = ("contact", both, "--kind", "group", "--outcome", "made", "--note", "Cooking class", "--format", "json")
    ran = world.run(*args, as_="ana")
    assert ran.code == 1
    assert ran.json["change"] is None
    assert "--yes" in ran.error["message"]
    assert world.shown("amina")["contacts"] == []
    assert world.do(*args, "--yes", as_="ana").json["cases"] == [world["amina"], world["bruno"]]
    assert [world.shown(name)["contacts"][0]["note"] for name in ("amina", "bruno")] == ["Cooking class"] * 2


def test_a_person_at_a_terminal_is_asked(world: World) -> None:
    both = f"{world['amina']},{world['bruno']}"
    no = world.run("acknowledge", both, as_="ana", stdin="n\n", terminal=True)
    assert (no.code, "[y/N]" in no.err) == (1, True)
    world.do("tag", both, "+winter", as_="ana", stdin="y\n", terminal=True)
    assert world.shown("bruno")["tags"] == ["winter"]


def test_a_text_comes_from_standard_input_or_a_file(world: World, tmp_path: Any) -> None:
    file = tmp_path / "note.txt"
    file.write_text("From a file.\nSecond line.\n")
    world.do("note", world["amina"], "--text", "-", as_="ana", stdin="From a pipe.\n")
    world.do("note", world["amina"], "--text", f"@{file}", as_="ana")
    assert [note["text"] for note in world.shown("amina")["notes"]] == ["From a file.\nSecond line.", "From a pipe."]


def test_a_signed_note_is_locked_and_takes_an_addendum(world: World) -> None:
    note = world.json("note", world["amina"], "--text", "Seen.", "--sign", as_="ana")["note"]
    edit = world.run("note", world["amina"], "--edit", note, "--seen", "1", "--text", "Not seen.", as_="ana")
    assert edit.code == 1
    world.do("note", world["amina"], "--addendum-to", note, "--text", "At noon.", "--sign", as_="ana")
    newest, first = world.shown("amina")["notes"]
    assert (newest["addendum_to"], first["text"]) == (note, "Seen.")


def test_a_draft_is_edited_signed_and_thrown_away(world: World) -> None:
    note = world.json("note", world["amina"], "--text", "One", as_="ana")["note"]
    version = str(world.shown("amina", "ana")["notes"][0]["version"])
    world.do("note", world["amina"], "--edit", note, "--seen", version, "--text", "Two", as_="ana")
    stale = world.run("note", world["amina"], "--edit", note, "--seen", version, "--text", "Three", as_="ana")
    assert stale.code == 4
    world.do("note", world["amina"], "--sign", as_="ana")
    other = world.json("note", world["amina"], "--text", "Wrong case", as_="ana")["note"]
    world.do("note", world["amina"], "--discard", other, as_="ana")
    [kept] = world.shown("amina")["notes"]
    assert (kept["text"], kept["state"]) == ("Two", "signed")


def test_a_task_is_added_listed_moved_and_done(world: World) -> None:
    task = world.json("task", world["amina"], "add", "Ask for the receipt", "--due", "+3d", as_="ana")["task"]
    [row] = world.json("task", world["amina"], "list", "--identified", "--why", "test", as_="ana")
    assert (row["id"], row["title"], row["due"]) == (task, "Ask for the receipt", str(TODAY + timedelta(3)))
    world.do("task", world["amina"], "change", task, "--due", "tomorrow", "--seen", str(row["version"]), as_="ana")
    stale = world.run(
        "task", world["amina"], "change", task, "--due", "today", "--seen", str(row["version"]), as_="ana"
    )
    assert stale.code == 4
    world.do("task", world["amina"], "done", task, as_="ana")
    assert world.json("task", world["amina"], as_="ana") == []
    [row] = world.json("task", world["amina"], "--all", as_="ana")
    assert row["done_by"] == "ana"


def test_an_appointment_is_made_and_settled(world: World) -> None:
    made = world.json("appointment", world["amina"], "add", "--at", "tomorrow 14:30", "--title", "Review", as_="ana")
    [row] = world.json("appointment", world["amina"], as_="ana")
    assert row["starts"].startswith(f"{TODAY + timedelta(1)}T14:30:00+01:00")
    again = world.json("appointment", world["bruno"], "add", "--at", "tomorrow 15:00", as_="ana")
    assert (made["overlaps"], again["overlaps"]) == (0, 1)
    move = ["appointment", world["amina"], "move", made["appointment"], "--at"]
    moved = world.json(*move, "tomorrow 15:30", "--minutes", "15", "--seen", "1", as_="ana")
    assert (moved["appointment"], moved["overlaps"]) == (made["appointment"], 1)
    [row] = world.json("appointment", world["amina"], as_="ana")
    assert (row["starts"][11:16], row["ends"][11:16], row["version"]) == ("15:30", "15:45", 2)
    assert world.run(*move, "tomorrow 9:00", "--seen", "1", as_="ana").code == 4
    assert world.run("appointment", world["bruno"], *move[2:], "tomorrow 9:00", as_="ana").code == 2
    assert world.run(*move[:-1], as_="ana").code == 2
    world.do("appointment", world["amina"], "missed", made["appointment"], as_="ana")
    assert world.json("appointment", world["amina"], as_="ana") == []
    [row] = world.json("appointment", world["amina"], "list", "--all", as_="ana")
    assert row["state"] == "missed"


# ---------------------------------------------------------------- clearing the queue


def test_a_snoozed_case_leaves_the_queue_until_it_is_taken_back(world: World) -> None:
    world.do("snooze", world["bruno"], "--until", "+5d", "--why", "Waiting for the office", as_="ana")
    assert world["bruno"] not in {row["case"] for row in world.json("queue", as_="ana")}
    assert world.shown("bruno")["snoozed_until"] == str(TODAY + timedelta(5))
    world.do("snooze", world["bruno"], "--end", as_="ana")
    assert world["bruno"] in {row["case"] for row in world.json("queue", as_="ana")}


def test_reviewed_is_back_tomorrow_and_not_for_level_one(world: World) -> None:
    world.do("reviewed", world["bruno"], "--why", "All well", as_="ana")
    assert world.shown("bruno")["snoozed_until"] == str(TODAY + timedelta(1))
    world.do("alert", world["amina"], "add", "--text", "Threats at the door", as_="ana")
    for act in (("reviewed", world["amina"]), ("snooze", world["amina"], "--until", "+2d", "--why", "later")):
        ran = world.run(*act, as_="ana")
        assert (ran.code, "level 1" in ran.err) == (1, True)


def test_an_alert_is_raised_reviewed_and_ended(world: World) -> None:
    alert = world.json("alert", world["amina"], "add", "--text", "Threats at the door", as_="ana")["alert"]
    assert "safety" in rules(world, "amina")
    world.do("alert", world["amina"], "review", "--next", "+30d", as_="ana")
    assert "safety" not in rules(world, "amina")
    world.do("alert", world["amina"], "end", alert, "--why", "Moved", as_="ana")
    [row] = world.json("alert", world["amina"], "--identified", "--why", "test", as_="ana")
    assert (row["id"], row["text"], row["ended"]) == (alert, "Threats at the door", str(TODAY))


def test_tags_are_added_and_taken_off_together(world: World) -> None:
    world.do("tag", world["amina"], "+Visit first", "+old", as_="ana")
    ran = world.json("tag", world["amina"], "+winter", "-old", as_="ana")
    assert set(ran) == RECEIPT
    assert world.shown("amina")["tags"] == ["visit-first", "winter"]
    assert world.json("tag", world["amina"], "+winter", as_="ana")["change"] is None


def test_a_new_holder_acknowledges(world: World) -> None:
    world.do("reassign", "--cases", "-", "--to", "ben", "--why", "Balance", as_="ana", stdin=world["amina"])
    assert "new_assignment" in rules(world, "amina", "ben")
    assert world.run("acknowledge", world["amina"], as_="chloe").code == 3
    world.do("acknowledge", world["amina"], as_="ben")
    assert "new_assignment" not in rules(world, "amina", "ben")


def test_a_case_moves_through_the_stages_and_can_come_back(world: World) -> None:
    world.do("stage", world["amina"], "active", "--why", "Plan agreed", as_="ana")
    world.do("stage", world["amina"], "closed", "--why", "Goals reached", "--reason", "completed", as_="ana")
    shown = world.shown("amina")
    assert (shown["stage"], shown["closed"]) == ("closed", str(TODAY))
    assert [row["stage"] for row in shown["stages"]] == ["closed", "active", "assessment"]
    assert shown["stages"][0]["reason"] == "completed"
    world.do("stage", world["amina"], "active", "--why", "Back again", as_="chloe")
    assert world.shown("amina")["closed"] is None


def test_a_gate_explains_itself_and_can_be_passed_with_a_reason(world: World) -> None:
    world.do("note", world["amina"], "--text", "Unfinished", as_="ana")
    ran = world.run("stage", world["amina"], "closed", "--why", "Done", as_="ana")
    assert (ran.code, "draft" in ran.err) == (1, True)
    world.do("stage", world["amina"], "closed", "--why", "Done", "--override", as_="ana")


def test_the_risk_is_set_with_a_reason(world: World) -> None:
    world.do("risk", world["bruno"], "critical", "--why", "Eviction notice", as_="ana")
    shown = world.shown("bruno")
    assert (shown["risk"], shown["risks"][0]["why"]) == ("critical", "Eviction notice")


# ---------------------------------------------------------------- intake


def test_intake_prints_the_new_case(world: World) -> None:
    made = world.do(
        "intake", "--given", "-", "--family", "Osei", "--program", "housing", "--worker", "ana", "--language", "tw",
        "--phone", "+39 055 1234", "--safe-to-call", "ask", "--format", "json", as_="ana", stdin="Kwame\n",
    ).json  # fmt: skip
    assert set(made) >= RECEIPT | {"case"}
    shown = world.json("show", made["case"], "--identified", "--why", "test", as_="ana")
    assert (shown["client"], shown["language"], shown["stage"]) == ("Osei, Kwame", "tw", "assessment")
    [phone] = shown["channels"]
    assert (phone["safe"], phone["value"]) == ("ask", "+39 055 1234")


def test_without_a_worker_the_case_waits(world: World) -> None:
    made = world.json("intake", "--given", "Noor", "--program", "outreach", as_="chloe")
    shown = world.json("show", made["case"], as_="chloe")
    assert (shown["stage"], shown["worker"]) == ("referred", None)


def test_a_known_client_gets_a_further_case(world: World) -> None:
    made = world.json("intake", "--client-of", world["amina"], "--program", "outreach", "--worker", "ana", as_="ana")
    assert world.json("show", made["case"], as_="ana")["other_cases"] == [world["amina"]]


@pytest.mark.parametrize("args", [["--program", "housing"], ["--given", "-", "--family", "-", "--program", "housing"]])
def test_intake_needs_one_name_and_one_text_from_standard_input(world: World, args: list[str]) -> None:
    assert world.run("intake", *args, as_="ana", stdin="x").code == 2
