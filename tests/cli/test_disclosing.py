"""Consents and disclosures on the command line: one question decides what may go, and a refusal is exit 3."""

from __future__ import annotations

import pytest

from .running import World

GIVE = (
    "--recipient", "Aunt Zahra", "--kinds", "identity,services", "--what", "Her address", "--purpose", "A visit in May",
    "--until", "+30d", "--signer", "guardian", "--signer-name", "Leila Haddad",
)  # fmt: skip
EXCEPTION = (
    "--recipient", "Aunt Zahra", "--kinds", "health", "--what", "Her address", "--purpose", "A visit in May",
    "--basis", "harm_to_self", "--consulted", "Doctor Bloom", "--not-told", "She was away",
)  # fmt: skip
NAMES = ("Zahra", "Her address", "A visit in May", "Leila", "Bloom", "She was away", "Ring first")


@pytest.fixture
def told(world: World) -> World:
    """Amina has consented to telling her aunt, who was then told under it and under an exception."""
    amina = world["amina"]
    world.do("consent", amina, "give", *GIVE, as_="ana")
    world.do("disclose", amina, "add", *GIVE[:8], "--address", "Ring first", as_="ana")
    world.do("disclose", amina, "add", *EXCEPTION, as_="ana")
    return world


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "table"])
def test_nothing_in_a_pipe_says_to_whom_what_was_told(told: World, form: str) -> None:
    amina = told["amina"]
    for args in (
        ["consent", amina], ["disclose", amina], ["disclose", amina, "accounting"], ["show", amina], ["changes"], ["journal", amina],
        ["disclose", amina, "ask", "--recipient", "aunt zahra", "--kinds", "identity"],
    ):  # fmt: skip
        ran = told.do(*args, "--format", form, as_="ana")
        assert not [name for name in NAMES if name in ran.out + ran.err], args
    ran = told.do("export", "accounting", amina, "--format", "csv", "--output", "-", as_="ana")
    assert len(ran.out.splitlines()) == 2 and not [name for name in NAMES if name in ran.out]


def test_with_a_reason_it_does_and_that_is_a_look(told: World) -> None:
    amina = told["amina"]
    out = "".join(
        told.do(*args, "--identified", "--why", "Court order", as_="ana").out
        for args in (["consent", amina], ["disclose", amina], ["disclose", amina, "accounting"], ["show", amina])
    )
    assert all(name in out for name in NAMES)
    looks = told.json("journal", "--reads", "--identified", "--why", "x", as_="ivo")
    assert {row["surface"] for row in looks if row["why"] == "Court order"} == {
        "consent", "disclose list", "disclose accounting", "show",
    }  # fmt: skip


def test_who_sees_no_identity_sees_none_of_it(told: World) -> None:
    amina = told["amina"]
    for args in (["consent", amina], ["disclose", amina]):
        ran = told.do(*args, terminal=True)
        assert not [name for name in NAMES if name in ran.out]
    assert told.run("disclose", amina, "accounting").code == 3
    for who in ("ivo", "nils"):
        assert told.run("consent", amina, as_=who).code == 3


def test_may_this_go_is_answered_by_the_record_or_by_exit_3(told: World) -> None:
    amina = told["amina"]
    ask = ("disclose", amina, "ask", "--recipient", "aunt zahra", "--kinds")
    [consent] = told.json("consent", amina, as_="ana")
    yes = told.json(*ask, "identity,services", as_="ana")
    assert (yes["basis"], yes["consent"], yes["disclosure"]) == ("consent", consent["id"], None)
    exception = told.json("disclose", amina, as_="ana")[0]
    yes = told.json(*ask, "health", as_="ana")
    assert (yes["basis"], yes["consent"], yes["disclosure"]) == ("harm_to_self", None, exception["id"])
    no = told.run(*ask, "notes", "--format", "json", as_="ana")
    assert (no.code, no.error["code"]) == (3, "not_permitted") and "does not cover: notes" in no.error["message"]
    no = told.run("disclose", amina, "ask", "--recipient", "Bank of Zahra", "--kinds", "identity", as_="ana")
    assert no.code == 3 and "Zahra" not in no.err
    told.do("consent", amina, "revoke", consent["id"], "--why", "By letter", as_="ana")
    no = told.run(*ask, "identity", as_="ana")
    assert no.code == 3 and "ended on 2026-11-20 (revoked)" in no.err
    assert told.run("disclose", amina, "add", *GIVE[:8], as_="ana").code == 3
    told.do("undo", "--yes", as_="ana")
    told.do(*ask, "identity", as_="ana")


def test_an_export_for_somebody_outside_goes_whole_or_not_at_all(told: World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    amina, bruno = told["amina"], told["bruno"]
    named = ("--identified", "--why", "The visit", "--recipient", "Aunt Zahra")
    file = tmp_path / "cases.csv"
    args = ("export", "cases", f"{amina} OR {bruno}", "--format", "csv", "--output", str(file))
    refused = told.run(*args, *named, as_="ana")
    assert refused.code == 3 and bruno in refused.err and amina not in refused.err and "Sala" not in refused.err
    assert list(tmp_path.iterdir()) == []
    told.do(*args, *named[:3], as_="ana")
    assert len(told.json("disclose", amina, as_="ana")) == 2, "a look of one's own is no telling"
    done = told.do(*args[:2], amina, *args[3:], *named, as_="ana")
    assert f"{amina}: consent " in done.err and "Haddad" in file.read_text()
    assert len(told.json("disclose", amina, as_="ana")) == 3


def test_a_case_shown_to_somebody_outside_is_told_to_them(told: World) -> None:
    amina = told["amina"]
    named = ("--identified", "--why", "The visit", "--recipient")
    assert told.run("show", amina, *named, "Aunt Zahra", as_="ana").code == 3, "the notes are not covered"
    told.do("show", amina, *named, "client", as_="ana")
    assert told.json("disclose", amina, as_="ana")[0]["basis"] == "client"
    assert told.run("show", amina, "--recipient", "client", as_="ana").code == 2


def test_what_was_told_is_not_undone(told: World) -> None:
    change = told.json("disclose", told["amina"], "add", *EXCEPTION, as_="ana")["change"]
    ran = told.run("undo", change, "--yes", as_="ana")
    assert ran.code == 1 and "addendum" in ran.err


@pytest.mark.parametrize(
    "args",
    [
        ["consent", "CASE", "give"], ["consent", "CASE", "give", "5"], ["consent", "CASE", "revoke", "--why", "x"],
        ["consent", "CASE", "revoke", "1"], ["consent", "CASE", "revoke", "99", "--why", "x"], ["consent", "CASE", "--until", "+3d"],
        ["consent", "CASE", "ended", "1", "--why", "x"], ["consent", "CASE", "give", *GIVE, "--on", "today"],
        ["consent", "CASE", "give", *GIVE, "--identified", "--why", "x"], ["consent", "CASE", "revoke", "1", "--why", "x", "--seen", "1"],
        ["disclose", "CASE", "add", "7"], ["disclose", "CASE", "amend", "--what", "x"], ["disclose", "CASE", "amend", "99", "--what", "x"],
        ["disclose", "CASE", "amend", "1"], ["disclose", "CASE", "ask", "--kinds", "identity"], ["disclose", "CASE", "--recipient", "x"],
        ["disclose", "CASE", "add", *EXCEPTION, "--told"], ["disclose", "CASE", "add", *EXCEPTION, "--identified", "--why", "x"],
        ["disclose", "CASE", "add", *EXCEPTION, "--why", "x"], ["disclose", "CASE", "accounting", "--recipient", "x"],
        ["disclose", "CASE", "ask", "--recipient", "x", "--kinds", "gossip"],
    ],
)  # fmt: skip
def test_wrong_usage_changes_nothing(world: World, args: list[str]) -> None:
    ran = world.run(*[world["amina"] if word == "CASE" else word for word in args], as_="ana")
    assert ran.code == 2, ran.err
    assert world.json("consent", world["amina"], as_="ana") == world.json("disclose", world["amina"], as_="ana") == []


def test_a_consent_of_another_case_is_not_of_this_one(told: World) -> None:
    [consent] = told.json("consent", told["amina"], as_="ana")
    for act in (
        ["revoke", consent["id"], "--why", "x"],
        ["amend", consent["id"], "--until", "+3d"],
        ["ended", consent["id"]],
    ):
        assert told.run("consent", told["bruno"], *act, as_="ana").code == 2
    disclosure = told.json("disclose", told["amina"], as_="ana")[0]["id"]
    assert told.run("disclose", told["bruno"], "amend", disclosure, "--what", "x", as_="ana").code == 2


def test_a_form_that_ends_otherwise_than_was_written_is_amended(told: World) -> None:
    amina = told["amina"]
    [consent] = told.json("consent", amina, as_="ana")
    made = told.json("consent", amina, "give", *GIVE[:8], "--event", "The visit", as_="ana")["consent"]
    told.do("consent", amina, "amend", made, "--until-closed", "--seen", "1", as_="ana")
    rows = {row["id"]: row for row in told.json("consent", amina, "--identified", "--why", "x", as_="ana")}
    assert (rows[made]["ends_with"], rows[made]["event"]) == ("case_closed", None)
    told.do("consent", amina, "amend", made, "--event", "The trial", as_="ana")
    rows = {row["id"]: row for row in told.json("consent", amina, "--identified", "--why", "x", as_="ana")}
    assert (rows[made]["ends_with"], rows[made]["event"], rows[consent["id"]]["signer"]) == (
        "event",
        "The trial",
        "guardian",
    )
    assert told.run("consent", amina, "amend", made, "--until", "+3d", "--seen", "1", as_="ana").code == 4
