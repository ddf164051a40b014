"""Shared column types. Instants are aware UTC; days are the agency's local dates; codes are CHECKed text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    event,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@event.listens_for(Table, "after_parent_attach")
def _checks_belong_to_the_table(table: Table, parent: Any) -> None:
    """Moves a column's CHECKs up to its table: Alembic neither writes nor compares those it finds on a column."""
    if parent is metadata:
        for column in table.columns:
            for check in [c for c in column.constraints if isinstance(c, CheckConstraint)]:
                column.constraints.discard(check)
                table.append_constraint(CheckConstraint(check.sqltext, name=check.name))
        # A key is used once: SQLite would give the key of an undone case, its looks and its journal to the next one.
        if any(column.identity is not None for column in table.primary_key):
            table.dialect_kwargs["sqlite_autoincrement"] = True


# A plain BIGINT is no rowid alias on SQLite, so the small integer key needs a variant there.
BigId = BigInteger().with_variant(Integer, "sqlite")

# Byte order, so that a prefix is a range and both engines sort alike.
Key = Text().with_variant(Text(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused: whose clock would it be?"""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key() -> Column[int]:
    """The small integer key every table has; `journal.row_id` relies on its name."""
    return Column("id", BigId, Identity(), primary_key=True)


def made_in() -> Column[int]:
    """PostgreSQL only, set by a trigger: the transaction that made the row. It sees what it has made (store/policies.py)."""
    return Column("made_in", BigId)


def ref(name: str, target: str, *, null: bool = False, index: bool = False, **kw: Any) -> Column[int]:
    """A foreign key `name` to `target`.id."""
    return Column(name, BigId, ForeignKey(f"{target}.id", **kw), nullable=null, index=index)


def code(name: str, values: tuple[str, ...], *, null: bool = False, default: str | None = None) -> Column[str]:
    """A coded value: text that the database checks against its list."""
    listed = ", ".join(f"'{v}'" for v in values)
    return Column(
        name, Text, CheckConstraint(f"{name} IN ({listed})", name=name), nullable=null, server_default=default
    )


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows of which `where` is true."""
    return Index(name, *columns, unique=unique, info={"where": where})


def whole() -> MetaData:
    """The metadata with what each engine is told of partial indexes. Only who makes or compares a schema asks for it:
    telling PostgreSQL imports its dialect, a tenth of every start on SQLite."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                for engine in ("sqlite", "postgresql"):
                    index.dialect_kwargs[f"{engine}_where"] = text(index.info["where"])
    return metadata
