"""A journal past every guard: whoever owns the database can alter it, and cannot do so unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from caseload.store.engine import digest

from ..support.databases import open_engine
from .running import World

# Two rows of the same seal, from long before the newest one.
ROW, OTHER = 30, 31


def tampered(world: World, *statements: str) -> None:
    """Somebody who may do anything to the database changes rows behind everybody's back."""

    def by_hand(conn: Connection) -> None:
        for statement in statements:
            assert conn.exec_driver_sql(statement).rowcount == 1

    past_every_guard(world, by_hand)


def past_every_guard(world: World, act: Callable[[Connection], Any]) -> None:
    """On a server as its superuser, on SQLite with the file: no trigger has a say."""
    engine = open_engine(world.url)
    with engine.begin() as conn:
        if world.engine == "sqlite":
            found = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in found:
                conn.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        act(conn)
    engine.dispose()


def altered(conn: Connection) -> None:
    conn.exec_driver_sql(f"UPDATE journal SET login = 'somebody' WHERE id = {ROW}")


def dropped(conn: Connection) -> None:
    for table in ("payload", "journal"):
        conn.exec_driver_sql(f"DELETE FROM {table} WHERE id = {ROW}")


def reordered(conn: Connection) -> None:
    """Each with its payload, so that both still agree with their hashes."""
    for table in ("journal", "payload"):
        for old, new in ((ROW, 0), (OTHER, ROW), (0, OTHER)):
            conn.exec_driver_sql(f"UPDATE {table} SET id = {new} WHERE id = {old}")


def back_dated(conn: Connection) -> None:
    day = "date(at, '-3 days') || substr(at, 11)" if conn.dialect.name == "sqlite" else "at - interval '3 days'"
    conn.exec_driver_sql(f"UPDATE journal SET at = {day} WHERE id = {ROW}")


def with_its_hash(act: Callable[[Connection], None]) -> Callable[[Connection], None]:
    """The same by who knows how a row is hashed."""

    def acting(conn: Connection) -> None:
        act(conn)
        at = "at" if conn.dialect.name == "sqlite" else "(extract(epoch FROM at) * 1000000)::bigint"
        columns = f"{at}, change_id, worker_id, login, table_name, row_id, case_id, op, columns, payload_hash"
        row = conn.exec_driver_sql(f"SELECT {columns} FROM journal WHERE id = {ROW}").one()
        forged = digest("|".join("" if part is None else str(part) for part in row))
        conn.exec_driver_sql(f"UPDATE journal SET hash = '{forged}' WHERE id = {ROW}")

    return acting


@pytest.mark.parametrize(("act", "said"), [
    (altered, "Journal row {row} (seal {seal}) does not agree with its hash."),
    (with_its_hash(altered), "Journal rows {first}-{last} are not what was sealed in seal {seal}."),
    (dropped, "Sealed and gone since: journal row {row} (seal {seal})."),
    (reordered, "Journal rows {first}-{last} are not what was sealed in seal {seal}."),
    (back_dated, "Journal row {row} (seal {seal}) does not agree with its hash."),
    (with_its_hash(back_dated), "Journal rows {first}-{last} are not what was sealed in seal {seal}."),
], ids=("altered", "altered-and-hashed", "dropped", "reordered", "back-dated", "back-dated-and-hashed"))  # fmt: skip
def test_whatever_is_done_to_the_journal_is_named_with_its_batch_and_its_row(
    world: World, act: Callable[[Connection], None], said: str
) -> None:
    kept = world.json("journal", "anchor")["seal"]
    past_every_guard(world, act)
    found = world.run("journal", "verify", "--anchor", kept, "--format", "json")
    assert (found.code, found.json["sound"]) == (1, False)
    engine = open_engine(world.url)
    with engine.connect() as conn:
        sealed = f"SELECT id, from_row, to_row FROM seal WHERE {ROW} BETWEEN from_row AND to_row"
        seal, first, last = conn.exec_driver_sql(sealed).one()
    engine.dispose()
    assert found.json["faults"] == [said.format(row=ROW, seal=seal, first=first, last=last)]


def test_a_journal_that_was_cut_off_or_sealed_anew_is_known_by_the_anchor_alone(world: World) -> None:
    world.do("task", world["amina"], "add", "Ring the bell", "--due", "friday", as_="ana")
    kept = world.json("journal", "anchor")["seal"]

    def sealed_anew(conn: Connection) -> None:
        """The newest seals and the last row go; the next act seals what is left."""
        conn.exec_driver_sql("DELETE FROM payload WHERE id = (SELECT max(id) FROM journal)")
        conn.exec_driver_sql("DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)")
        conn.exec_driver_sql("DELETE FROM seal")

    past_every_guard(world, sealed_anew)
    assert world.run("journal", "verify").code == 0, "nothing here says that there was more"
    found = world.run("journal", "verify", "--anchor", kept, "--format", "json")
    assert found.code == 1 and "is gone: the journal was cut off" in found.json["faults"][0]
