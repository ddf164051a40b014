"""A packet by command: drafted, looked over, approved, read and answered."""

from __future__ import annotations

from tests.cli.running import World

ASK = ("--for", "ben", "--until", "+14d", "--question", "Would you visit?")


def test_a_draft_is_plain_text_to_be_edited_and_approved(world: World) -> None:
    ran = world.do("packet", "draft", world["amina"], as_="ana")
    assert "program housing, stage assessment" in ran.out and "cannot be proven clean" in ran.err
    assert "Haddad" not in ran.out and world["amina"] not in ran.out
    ran = world.do("packet", "approve", world["amina"], *ASK, "--file", "-", as_="ana", stdin=ran.out)
    assert "Approved a packet for ben" in ran.out


def test_what_the_mask_finds_is_refused_by_line_and_never_repeated_into_a_pipe(world: World) -> None:
    told = ("packet", "approve", world["amina"], *ASK, "--file", "-")
    ran = world.run(*told, as_="ana", stdin="Calm.\nAmina rang.")
    assert ran.code == 1 and "line 2: [client]" in ran.err and "Amina" not in ran.err + ran.out
    assert world.run(*told, "--anyway", "A song", as_="ana", stdin="Calm.\nAmina rang.").code == 0


def test_the_reader_lists_reads_and_answers_it_and_its_worker_finds_that(world: World) -> None:
    case = world["fatou"]
    world.do("packet", "approve", case, *ASK, "--file", "-", as_="dora", stdin="Lives alone.")
    [row] = world.json("packet", "list", as_="ben")
    assert (row["author"], row["question"], row["answered"]) == ("dora", "Would you visit?", None)
    read = world.do("packet", "read", row["id"], "--format", "json", as_="ben")
    assert read.json["text"] == "Lives alone." and case not in read.out and "Diop" not in read.out
    assert world.run("packet", "read", row["id"], as_="ana").code == 2
    world.do("packet", "answer", row["id"], "--text", "-", as_="ben", stdin="I would.")
    assert [one["case"] for one in world.json("cases", "packet:answered", as_="dora")] == [case]
    [kept] = world.json("packet", "list", case, "--identified", "--why", "Supervision", as_="dora")
    assert (kept["for"], kept["state"], kept["answers"][0]["text"]) == ("ben", "open", "I would.")
    assert world.json("packet", "list", case, as_="dora")[0]["text"] is None, "no prose into a pipe without a reason"
    assert world.shown("fatou", as_="dora")["packets"][0]["answers"][0]["by"] == "ben"
    world.do("packet", "withdraw", row["id"], as_="dora")
    assert world.json("packet", "list", as_="ben") == []
