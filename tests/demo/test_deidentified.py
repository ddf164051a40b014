"""Without identity, the made-up agency as people write in it: nothing says who its clients are, on any surface."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from caseload import models as m
from caseload.casework import contacts, tasks, veil
from caseload.settings import Settings
from caseload.store.connect import connect
from caseload.store.database import Database
from caseload.text import words
from tests.cli.running import run_line
from tests.support.databases import Databases
from tests.tui.driving import driving
from tests.tui.world import Made

DAYS = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture
def lived_in(small: Settings, databases: Databases) -> Iterator[Database]:
    """The small agency, to look around in, after somebody wrote in every open case all that is known of whose it is."""
    there = replace(small, database=databases.copy(small.database), today=None)
    db = connect(there)
    with db.read() as r:
        opened = r.conn.execute(select(m.case_file.c.id).where(m.case_file.c.closed_on.is_(None))).scalars().all()
        told = {key: veil.known(r, key) for key in opened}
    for key, known in told.items():
        names = "; ".join(f"{name}, {name.split()[-1].upper()}'s" for name, _kind in known.names)
        said = f"Met {names}. Born {known.born}, {known.born:%d.%m.%Y}. Reach: {', '.join((*known.phones, *known.addresses, *known.others))}."
        with db.work("contact") as w:
            contacts.log(w, contacts.NewContact((key,), "phone", "made", minutes=5, note=said))
        with db.work("task") as w:
            tasks.add(w, key, f"Ring {known.names[0][0]}", w.today)
    yield db
    db.close()
    databases.drop(there.database)


def secrets(db: Database) -> tuple[dict[int, set[str]], set[str]]:
    """By case, the words that say whose it is; and of all cases, numbers, full names, phones, addresses and birth dates."""
    with db.read() as r:
        cases = r.conn.execute(select(m.case_file.c.id, m.case_file.c.number, m.case_file.c.client_id)).all()
        own: dict[int, set[str]] = {}
        for key, _number, _client in cases:
            known = veil.known(r, key)
            own[key] = {word for name, _kind in known.names for word in words(name) if len(word) > 2}
        everywhere = {number for _key, number, _client in cases}
        for row in r.conn.execute(select(m.identity)):
            everywhere |= (
                {f"{row.given} {row.family}", f"{row.family}, {row.given}"} if row.given and row.family else set()
            )
            everywhere |= {row.born_on.isoformat()} if row.born_on else set()
        everywhere |= set(r.conn.execute(select(m.channel.c.value)).scalars())
    return own, everywhere


def line(db: Database, *args: str) -> str:
    environ = {"CASELOAD_DATABASE": db.settings.database, "CASELOAD_WORKER": db.settings.worker or ""}
    ran = run_line(*args, environ=environ)
    assert ran.code == 0, (args, ran.err)
    return ran.out


def test_no_case_says_whose_it_is(lived_in: Database) -> None:
    own, everywhere = secrets(lived_in)
    with lived_in.read() as r:
        numbers = dict(r.conn.execute(select(m.case_file.c.id, m.case_file.c.number)).all())
    texts = 0
    for key, number in list(numbers.items())[:20]:
        out = line(lived_in, "show", number, "--deidentified", "--format", "json")
        found = json.loads(out)
        texts += len(found["notes"]) + len(found["contacts"])
        # The staff are named, and may have a client's name.
        for part in ("worker", "assignments", "team", "program"):
            found.pop(part)
        told = {word for text in _texts(found) for word in words(re.sub(r"\[[^\]]*\]", " ", text))}
        assert not own[key] & told, (number, own[key] & told)
        assert not [one for one in everywhere if one.lower() in out.lower()], number
        assert not DAYS.search(out), number
    assert texts > 20, "there is something to mask"


def _texts(found: Any, key: str = "") -> list[str]:
    """What people typed, wherever it stands."""
    if isinstance(found, dict):
        return [text for name, one in found.items() for text in _texts(one, name)]
    if isinstance(found, list):
        return [text for one in found for text in _texts(one, key)]
    return (
        [found]
        if isinstance(found, str)
        and key in ("note", "text", "title", "why", "relation", "place", "what", "snoozed_why")
        else []
    )


@pytest.mark.parametrize(
    "args",
    [["queue", "--agency", "--explain"], ["cases", "stage:any"], ["cases", "stage:any", "--fields", "case,client,born,tags,since,snoozed_until"]],
    ids=["queue", "cases", "some fields"],
)  # fmt: skip
def test_no_list_says_who_is_in_it(lived_in: Database, args: list[str]) -> None:
    _own, everywhere = secrets(lived_in)
    for form in ("json", "csv"):
        out = line(lived_in, *args, "--deidentified", "--format", form)
        assert len(out) > 500 and not DAYS.search(out)
        assert not [one for one in everywhere if one.lower() in out.lower()]


@pytest.mark.parametrize("report", ["cases", "contacts", "tasks", "assignments"])
def test_no_export_says_who_is_in_it(lived_in: Database, report: str, tmp_path: Path) -> None:
    _own, everywhere = secrets(lived_in)
    path = tmp_path / "out.csv"
    line(lived_in, "export", report, "--format", "csv", "--output", str(path), "--deidentified")
    text = path.read_text()
    assert len(text) > 500 and not DAYS.search(text)
    assert not [one for one in everywhere if one.lower() in text.lower()]


# How a page is drawn does not hang on the engine that its words come from.
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["small", "wide"])
def test_no_page_of_the_screen_says_whose_it_is(lived_in: Database, size: tuple[int, int]) -> None:
    own, everywhere = secrets(lived_in)
    asyncio.run(_walk(lived_in, size, own, everywhere))


async def _walk(db: Database, size: tuple[int, int], own: dict[int, set[str]], everywhere: set[str]) -> None:
    async with driving(Made(db.settings.database, {}, {}), who=db.settings.worker, size=size, masked=True) as t:

        async def press(*keys: str, case: int | None = None) -> None:
            for key in keys:
                await t.press(key)
                shown = t.screen()
                assert not [one for one in everywhere if one.lower() in shown.lower()], (key, shown)
                assert not re.search(r"\d{4}-\d{6}", shown), (key, shown)
                if case is not None:
                    # What stands below the title and is no handle of staff.
                    told = {word for text in t.lines()[3:-1] for word in words(re.sub(r"\[[^\]]*\]| · \w+", " ", text))}
                    assert not (own[case] - staff) & told, (key, (own[case] - staff) & told, shown)

        with db.read() as r:
            people = r.conn.execute(select(m.worker.c.handle, m.worker.c.name)).all()
        staff = {word for row in people for text in row for word in words(text)}
        await press("p", "g", "a", "j", "j", "g", "b", "l", "g", "c", "W", "g", "w", "G", "g", "v", "escape", "g", "t")
        for _one in range(5):
            await press("j")
            case = t.page.table.key
            await press("enter", "tab", "pagedown", "tab", "tab", "tab", "R", "pagedown", case=case)
            await press("escape", "escape")
