"""The screen on a database of another caseload: it says which it is and what to do, and does not wait for it."""

from __future__ import annotations

import pytest

from tests.support.databases import altered

from . import world
from .driving import Drive, driving
from .world import boss


def _words(t: Drive) -> str:
    return " ".join(t.screen().split())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "of a newer caseload (schema 9999;"),
        ("UPDATE alembic_version SET version_num = 'e5'", "Name another database with --database"),
        ("ALTER TABLE agency RENAME COLUMN clock_on TO stopped_on", "agency.clock_on is missing"),
    ],
)
async def test_it_says_so_before_anything_is_read(there: world.Made, change: str, said: str) -> None:
    altered(there.url, change)
    async with driving(there, who=boss(there.url)) as t:
        assert said in _words(t)
        assert "does not answer" not in t.screen() and not t.app.away
        await t.press("r")
        assert said in _words(t)
        await t.press("q")
        assert not t.app.is_running


async def test_what_is_found_missing_later_spoils_that_act_alone(there: world.Made) -> None:
    async with driving(there, who=boss(there.url)) as t:
        altered(there.url, "ALTER TABLE comment RENAME TO remark")
        await t.press("R")
        assert "comment is missing" in _words(t)
        assert not t.app.away
        await t.press("escape")
        assert t.title.startswith("Today")
