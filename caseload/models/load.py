"""How cases weigh by published load models: which kind of case a program's are, or a single one is, and the hours that somebody
does not carry cases."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, Table, Text, UniqueConstraint

from .base import Key, code, key, metadata, ref

# Models that share their kinds of cases are one family: the three of SB 2030.
FAMILIES = ("cwla", "sb2030", "wmt")

# What kind the cases of a program are, by a family of models.
program_load = Table(
    "program_load",
    metadata,
    key(),
    ref("program_id", "program"),
    code("family", FAMILIES),
    Column("kind", Key, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("program_id", "family"),
)

# What kind a single case is, where it is not as its program's are.
case_load = Table(
    "case_load",
    metadata,
    key(),
    ref("case_id", "case_file"),
    code("family", FAMILIES),
    Column("kind", Key, nullable=False),
    ref("worker_id", "worker"),
    Column("on_date", Date, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("case_id", "family"),
)

# Minutes a week that somebody does not carry cases, from its first to its last day (none: until it is ended). Why, is for themselves
# and who leads them.
reduction = Table(
    "reduction",
    metadata,
    key(),
    ref("worker_id", "worker", index=True),
    Column("kind", Text, nullable=False),
    Column("minutes", Integer, CheckConstraint("minutes BETWEEN 1 AND 10080", name="minutes"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
)
