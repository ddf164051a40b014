"""The case file and the handover pack by command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import World


def test_a_case_file_for_the_client_is_written_once_and_recorded(world: World, tmp_path: Path) -> None:
    target = tmp_path / "file.html"
    line = ("case-file", world["amina"], "--for", "access", "--output", str(target), "--reason", "Asked for")
    ran = world.do(*line, as_="ana")
    assert "Haddad" in target.read_text() and "Haddad" not in ran.out + ran.err
    assert "Left out" in ran.err and "C-" in ran.out
    assert world.run(*line, as_="ana").code == 1, "nothing is written over"
    told = world.json("disclose", world["amina"], as_="ana")
    assert told[0]["basis"] == "client"


def test_nobody_else_gets_it_without_a_consent(world: World, tmp_path: Path) -> None:
    target = tmp_path / "file.html"
    line = ("case-file", world["amina"], "--for", "court", "--output", str(target), "--why", "x")
    assert world.run(*line, as_="ana").code == 2
    assert world.run(*line, "--recipient", "Nowhere court", as_="ana").code == 3
    assert world.run("case-file", world["amina"], as_="ana").code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_template_is_saved_and_filled_in(world: World, tmp_path: Path) -> None:
    own, target = tmp_path / "own.docx", tmp_path / "file.docx"
    world.do("case-file", "--save-template", str(own), as_="ana")
    more = ("--format", "docx", "--template", str(own), "--output", str(target), "--why", "x")
    world.do("case-file", world["amina"], "--for", "access", *more, as_="ana")
    assert target.read_bytes()[:2] == b"PK"
    assert world.run("case-file", world["amina"], "--save-template", str(tmp_path / "b"), as_="ana").code == 2


def test_a_handover_is_a_look_and_tells_nobody(world: World, tmp_path: Path) -> None:
    target = tmp_path / "h.html"
    before = len(world.json("disclose", world["amina"], as_="ana"))
    world.do("handover", world["amina"], "--output", str(target), "--why", "Cover", as_="ana")
    assert "Haddad" in target.read_text()
    assert len(world.json("disclose", world["amina"], as_="ana")) == before
    assert world.run("handover", world["amina"], as_="ana").code == 2
