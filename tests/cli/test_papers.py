"""Documents by command: added, listed without their names into a pipe, written out on record, withdrawn and verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import World


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    made = tmp_path / "Haddad lease.pdf"
    made.write_bytes(b"A lease.")
    return made


def add(world: World, paper: Path, *more: str) -> str:
    told = world.do("document", "add", world["amina"], "--file", str(paper), "--format", "json", *more, as_="ana")
    assert "Haddad" not in told.out + told.err
    return str(told.json["document"])


def test_a_document_is_added_listed_written_out_and_verified(world: World, paper: Path, tmp_path: Path) -> None:
    made = add(world, paper, "--kind", "housing")
    [row] = world.json("document", "list", world["amina"], as_="ana")
    assert (row["kind"], row["name"], row["sha256"], row["size"], row["state"]) == ("housing", None, None, 8, "kept")
    [row] = world.json("document", "list", world["amina"], "--identified", "--why", "Audit", as_="ana")
    assert row["name"] == "Haddad lease.pdf"
    out = tmp_path / "out.pdf"
    ran = world.do("document", "get", made, "--output", str(out), "--why", "the hearing", as_="ana")
    assert out.read_bytes() == b"A lease." and "Haddad" not in ran.out
    assert world.run("document", "get", made, "--output", str(out), "--why", "again", as_="ana").code == 1
    reads = world.do("journal", world["amina"], "--reads", "--identified", "--why", "Audit", as_="ana").out
    assert f"document {made}" in reads and "the hearing" in reads
    verdict = world.json("document", "verify", as_="ana")
    assert verdict["sound"] is True and verdict["documents"] == [] and verdict["contents"] >= 1
    assert [one["name"] for one in world.shown("amina", as_="ana")["documents"]] == ["Haddad lease.pdf"]


def test_it_goes_to_nobody_whom_no_consent_names(world: World, paper: Path, tmp_path: Path) -> None:
    made, out = add(world, paper, "--kind", "medical"), tmp_path / "out"
    to = ("--recipient", "Clinic", "--purpose", "Treatment", "--why", "asked for")
    ran = world.run("document", "get", made, "--output", str(out), *to, as_="ana")
    assert ran.code == 3 and not out.exists()
    told = ("--recipient", "Clinic", "--kinds", "identity,health", "--basis", "medical_emergency")
    more = ("--what", "Papers", "--purpose", "Treatment", "--consulted", "nobody", "--told")
    world.do("disclose", world["amina"], "add", *told, *more, as_="ana")
    ran = world.do("document", "get", made, "--output", str(out), *to, "--format", "json", as_="ana")
    assert out.read_bytes() == b"A lease." and ran.json["change"].startswith("C-")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("add", "{case}"), 2),
        (("add", "{case}", "--file", "/nowhere/Haddad.pdf"), 2),
        (("get", "1", "--output", "x"), 2),
        (("get", "999", "--output", "x", "--why", "y"), 2),
        (("get", "1", "--output", "x", "--why", "y", "--recipient", "Z"), 2),
        (("list",), 2),
        (("verify", "{case}"), 2),
        (("withdraw", "999", "--why", "x"), 2),
        (("sweep", "--why", "x"), 3),
        (("list", "{case}", "--file", "x"), 2),
    ],
)
def test_what_is_typed_wrongly_is_told_by_its_code(world: World, line: tuple[str, ...], code: int) -> None:
    ran = world.run("document", *(one.format(case=world["amina"]) for one in line), as_="ana")
    assert ran.code == code, ran.err
    assert "Haddad" not in ran.err


def test_what_is_withdrawn_stays_listed_and_opens_no_more(world: World, paper: Path, tmp_path: Path) -> None:
    made = add(world, paper)
    world.do("document", "withdraw", made, "--why", "of another", as_="ana")
    rows = {one["id"]: one for one in world.json("document", "list", world["amina"], as_="ana")}
    assert rows[made]["state"] == "withdrawn" and rows[made]["withdrawn_why"] is None
    assert world.run("document", "get", made, "--output", str(tmp_path / "x"), "--why", "y", as_="ana").code == 1
