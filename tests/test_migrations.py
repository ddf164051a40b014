"""The schema goes up, comes down, keeps its data and is exactly what the models say, on both engines."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Identity, create_engine, func, inspect, select, text
from sqlalchemy.pool import NullPool

from caseload import settings
from caseload.errors import Refused, Unreachable
from caseload.models.base import whole
from caseload.store import ddl, migrate

from .support import catalogue
from .support.databases import Databases, open_engine

metadata = whole()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


@pytest.fixture
def migrated(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Pretends that the next release brings one more revision with this `upgrade` body; gives its id."""
    folder = tmp_path / "migrations"

    def add(body: str, down: str = "pass") -> str:
        before = migrate.head()
        shutil.copytree(migrate.locate(), folder, ignore=shutil.ignore_patterns("__pycache__"))
        number = f"{int(before) + 1:04d}"
        (folder / "versions" / f"{number}_next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision, down_revision = {number!r}, {before!r}\n\n\n"
            f"def upgrade():\n    {body}\n\n\ndef downgrade():\n    {down}\n"
        )
        monkeypatch.setattr(migrate, "locate", lambda: folder)
        return number

    return add


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in metadata.sorted_tables}


def _fill(engine: Engine) -> dict[str, int]:
    with engine.begin() as connection:
        ddl.drop_objects(connection)
        catalogue.one_row_in_each(connection, metadata)
        ddl.create_objects(connection)
    return _counts(engine)


def test_an_empty_database_comes_up_to_the_newest_schema(empty: Engine) -> None:
    with empty.connect() as connection:
        assert migrate.current(connection) is None
        assert migrate.standing(connection) == "empty"

    migrate.upgrade(empty)

    with empty.connect() as connection:
        assert migrate.current(connection) == migrate.head()
        assert migrate.standing(connection) == "current"
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, migrate.VERSION_TABLE}


def test_going_down_leaves_no_trace(empty: Engine) -> None:
    with empty.connect() as connection:
        before = catalogue.contents(connection)
    migrate.upgrade(empty)
    with empty.connect() as connection:
        assert catalogue.contents(connection) != before

    migrate.downgrade(empty, "base")

    with empty.connect() as connection:
        assert catalogue.contents(connection) == before
        assert not inspect(connection).has_table(migrate.VERSION_TABLE)


def test_going_down_and_up_again_gives_the_same_database(empty: Engine) -> None:
    migrate.upgrade(empty)
    with empty.connect() as connection:
        first = catalogue.contents(connection)
    migrate.downgrade(empty, "base")
    migrate.upgrade(empty)
    with empty.connect() as connection:
        assert catalogue.contents(connection) == first


def test_a_database_that_is_up_to_date_keeps_its_data_and_its_objects(migrated: Engine) -> None:
    before = _fill(migrated)
    assert set(before.values()) == {1}
    with migrated.connect() as connection:
        objects = catalogue.contents(connection)

    migrate.upgrade(migrated)

    assert _counts(migrated) == before
    with migrated.connect() as connection:
        assert catalogue.contents(connection) == objects


def test_every_migration_keeps_the_data_it_finds(empty: Engine) -> None:
    """Each revision is walked one by one; the rows put in at the last but one must be there at the end."""
    from alembic.script import ScriptDirectory

    steps = [r.revision for r in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()][::-1]
    for revision in steps:
        migrate.upgrade(empty, revision)
        with empty.connect() as connection:
            assert migrate.current(connection) == revision
    assert _fill(empty) == dict.fromkeys(metadata.tables, 1)
    migrate.upgrade(empty)
    assert _counts(empty) == dict.fromkeys(metadata.tables, 1)


def test_altering_a_table_others_point_at_keeps_their_rows(
    migrated: Engine, next_release: Callable[[str], str]
) -> None:
    """SQLite alters by copying and dropping: with foreign keys enforced that would take the children along."""
    before = _fill(migrated)
    number = next_release(
        "with op.batch_alter_table('client') as batch:\n"
        "        batch.add_column(sa.Column('nickname', sa.Text(), nullable=False, server_default='-'))\n"
        "        batch.alter_column('version', server_default='2')"
    )

    migrate.upgrade(migrated)

    assert _counts(migrated) == before
    with migrated.connect() as connection:
        assert migrate.current(connection) == number
        assert connection.scalar(text("SELECT nickname FROM client")) == "-"
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_one_failing_step_takes_the_whole_run_back(migrated: Engine, next_release: Callable[[str], str]) -> None:
    _fill(migrated)
    with migrated.connect() as connection:
        before = catalogue.contents(connection)
    next_release("op.create_table('half', sa.Column('id', sa.Integer()))\n    raise RuntimeError('power cut')")

    with pytest.raises(RuntimeError, match="power cut"):
        migrate.upgrade(migrated)

    with migrated.connect() as connection:
        assert catalogue.contents(connection) == before
        assert migrate.standing(connection) == "older"


def test_a_step_that_leaves_rows_pointing_at_nothing_is_refused(
    migrated: Engine, next_release: Callable[[str], str]
) -> None:
    before = _fill(migrated)
    next_release("op.execute('DELETE FROM client')")

    # PostgreSQL's foreign keys refuse it by themselves; on SQLite they are off for the run and checked at its end.
    with pytest.raises(Exception, match=r"points at nothing|foreign key"):
        migrate.upgrade(migrated)

    assert _counts(migrated) == before


def test_a_database_of_a_newer_caseload_is_told_apart_and_left_alone(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Unreachable, match=r"newer caseload \(schema 9999"):
        migrate.upgrade(migrated)

    with migrated.connect() as connection:
        assert migrate.standing(connection) == "newer"
        assert catalogue.names(connection, "trigger"), "the triggers must be back"


def test_the_schema_is_what_the_models_say(migrated: Engine, databases: Databases, engine_name: str) -> None:
    """Alembic finds no difference; nor is there one to a database made from the models, down to each CHECK's words."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def sqlite_default(*compared: object) -> bool | None:
        """SQLite has no identities, and Alembic trips over an empty text there; None leaves the judgement to it."""
        _context, _found, _wanted, found_text, wanted, wanted_text = compared
        return False if isinstance(wanted, Identity) or str(found_text).strip("()") == f"'{wanted_text}'" else None

    with migrated.connect() as connection:
        defaults = True if engine_name == "postgresql" else sqlite_default
        options = {"compare_type": True, "compare_server_default": defaults, "target_metadata": metadata}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []

    url = databases.empty(engine_name)
    made = open_engine(url)
    metadata.create_all(made)
    with made.connect() as right, migrated.begin() as left:
        ddl.drop_objects(left)
        assert catalogue.contents(left) == catalogue.contents(right)
    made.dispose()
    databases.drop(url)


def test_every_constraint_and_index_is_named_by_the_convention(migrated: Engine) -> None:
    """An error names a constraint; the person who meets it hears a sentence that is found by that name."""
    inspector = inspect(migrated)
    for table in metadata.tables:
        named = {
            "pk": [inspector.get_pk_constraint(table)["name"]],
            "uq": [c["name"] for c in inspector.get_unique_constraints(table)],
            "ck": [c["name"] for c in inspector.get_check_constraints(table)],
            "fk": [c["name"] for c in inspector.get_foreign_keys(table)],
        }
        for kind, found in named.items():
            for name in found:
                if kind == "pk" and name is None:
                    continue  # SQLite names no key that it counts itself, and no error ever speaks of one
                assert re.fullmatch(rf"{kind}_{table}(_\w+)?", str(name)), f"{table}: {name}"
        for index in inspector.get_indexes(table):
            wanted = "uq" if index["unique"] else "ix"
            assert re.fullmatch(rf"{wanted}_{table}_\w+", str(index["name"])), f"{table}: {index['name']}"
            assert len(str(index["name"])) <= 63, "PostgreSQL would cut it"


def test_two_terminals_may_start_on_a_new_database_at_once(empty_url: str) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(2)

    def start() -> None:
        engine = open_engine(empty_url)
        try:
            together.wait()
            migrate.upgrade(engine)
        except BaseException as error:
            failures.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        assert migrate.standing(connection) == "current"
    engine.dispose()


def test_while_someone_is_working_the_schema_is_not_touched(
    database_url: str, next_release: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_SECONDS", "0.1")
    next_release("op.add_column('client', sa.Column('nickname', sa.Text()))")
    where = settings.load(database=database_url).database
    hurried = create_engine(where, poolclass=NullPool, connect_args={"timeout": 0.1} if "sqlite" in where else {})
    working = open_engine(database_url)
    with working.begin() as connection:
        connection.execute(text("UPDATE client SET version = 2"))
        with pytest.raises(Refused, match="Somebody is working"):
            migrate.upgrade(hurried)
    migrate.upgrade(hurried)
    with hurried.connect() as connection:
        assert migrate.standing(connection) == "current"
    working.dispose()


def test_a_connection_in_the_middle_of_something_is_not_taken(migrated: Engine) -> None:
    with migrated.begin() as connection, pytest.raises(ValueError, match="not in a transaction"):
        migrate.upgrade(connection)


def test_a_connection_may_be_given_and_comes_back_idle(empty: Engine) -> None:
    with empty.connect() as connection:
        migrate.upgrade(connection)
        assert not connection.in_transaction()
        assert migrate.standing(connection) == "current"


def test_a_percent_sign_in_a_path_means_itself(
    tmp_path: Path, next_release: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alembic's configuration would read `%(here)s` as a placeholder and `%` alone as an error."""
    folder = tmp_path / "100% %(here)s"
    shutil.copytree(migrate.locate(), folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrate, "locate", lambda: folder / "migrations")
    engine = open_engine(str(folder / "case%20load.db"))
    migrate.upgrade(engine)
    engine.dispose()
    assert (folder / "case%20load.db").is_file()


def test_the_newest_revision_is_known_without_alembic() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(migrate.configuration())
    assert scripts.get_heads() == [migrate.head()]
    numbers = [r.revision for r in scripts.walk_revisions()][::-1]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
