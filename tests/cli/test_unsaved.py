"""What was typed and not saved, listed for whoever typed it and for nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from caseload import models as m
from caseload.casework import scratches

from .running import World

SECRET = "She wept about Leila"


def typed(world: World, who: str, form: str, subject: str, body: str = SECRET) -> None:
    with world.opened(who) as db:
        scratches.keep(db, form, subject, body)


def key(world: World, name: str, column: Any = m.case_file.c.id) -> int:
    with world.opened("chloe") as db, db.read() as r:
        return int(r.conn.execute(select(column).where(m.case_file.c.number == world[name])).scalar_one())


@pytest.fixture
def jotted(world: World) -> World:
    """Ana was typing about a case of hers, about Ben's absence and into the intake; Ben about a case of his."""
    typed(world, "ana", "note:soap", f"case:{key(world, 'amina')}")
    typed(world, "ana", "absence", "worker:ben", "fri leave")
    typed(world, "ana", "intake", "new", json.dumps({"given": "Leila", "family": ""}))
    typed(world, "ben", "contact", f"case:{key(world, 'daria')}", "Ben alone knows")
    return world


def test_everyone_is_shown_their_own_words_alone_with_how_much_there_is(jotted: World) -> None:
    found = {row["form"]: row for row in jotted.json("unsaved", as_="ana")}
    assert set(found) == {"note:soap", "absence", "intake"}
    note = found["note:soap"]
    assert (note["subject"], note["case"], note["characters"]) == ("case", jotted["amina"], len(SECRET))
    assert (note["client"], note["text"], note["hidden"]) == (None, None, False)
    assert note["at"].startswith("20")
    assert (found["absence"]["worker"], found["absence"]["case"]) == ("ben", None)
    assert found["intake"]["characters"] == len("Leila")
    assert [row["form"] for row in jotted.json("unsaved", as_="ben")] == ["contact"]
    for other in ("chloe", "dora", "ivo", "nils", None):
        assert jotted.json("unsaved", "--identified", "--why", "Curious", as_=other) == [], other


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "table"])
def test_no_word_of_them_leaves_the_terminal_without_a_reason(jotted: World, form: str) -> None:
    out = jotted.do("unsaved", "--format", form, as_="ana").out
    assert not [word for word in ("wept", "Leila", "leave", "Haddad", "knows") if word in out]
    said = jotted.do("unsaved", "--format", form, "--identified", "--why", "Another terminal", as_="ana").out
    assert "wept" in said and "Haddad" in said and "knows" not in said
    looks = jotted.json("journal", "--reads", "--identified", "--why", "x", as_="ivo")
    assert ("unsaved", "Another terminal") in {(look["surface"], look["why"]) for look in looks}


def test_at_a_terminal_they_are_read_in_words(jotted: World) -> None:
    out = jotted.do("unsaved", as_="ana", terminal=True).out
    assert "Note SOAP" in out and "wept" in out and jotted["amina"] in out and "knows" not in out
    typed(jotted, "ben", "contact", f"case:{key(jotted, 'daria')}", "")
    assert "Everything you typed is saved." in jotted.do("unsaved", as_="ben", terminal=True).err


def test_of_a_case_that_is_out_of_sight_no_word_is_shown(jotted: World) -> None:
    why = ["--why", "Moved south", "--yes"]
    jotted.do("reassign", "--cases", "-", "--to", "dora", *why, as_="chloe", stdin=jotted["amina"])
    args = ["unsaved", "--identified", "--why", "x"]
    [row] = [row for row in jotted.json(*args, as_="ana") if row["form"] == "note:soap"]
    assert (row["hidden"], row["case"], row["client"], row["text"]) == (True, None, None, None)
    assert jotted.json("unsaved", as_="dora") == []
