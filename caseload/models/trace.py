"""Who did what: changes, the journal and its payloads, looks, and other systems' names for our rows."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text, UniqueConstraint, text

from .base import BigId, Instant, Key, code, key, made_in, metadata, partial, ref

# One act of one person, however many rows. `uid` is made by the terminal, so that a retry can ask whether it had committed.
change = Table(
    "change",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    ref("worker_id", "worker", null=True, index=True),
    Column("login", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("undoable", Boolean, nullable=False, server_default=text("true")),
    ref("undoes_id", "change", null=True, index=True),
    Column("cases", Integer, nullable=False, server_default="0"),
    Column("software", Text, nullable=False, server_default=""),
)

# SQLite only: the one row that tells the triggers whose change this is; filled and emptied by every write, empty otherwise.
acting = Table(
    "acting",
    metadata,
    Column("id", BigId, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("change_id", BigId, nullable=False),
    Column("worker_id", BigId),
    Column("login", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("today", Date, nullable=False),
    # The row triggers stand back while one act writes many rows, and journals and ranks them all at once.
    Column("quiet", Boolean, nullable=False, server_default=text("false")),
)

# Append-only, written by triggers. `hash` covers the row, `payload_hash` the payload, so erasing a payload leaves the evidence.
journal = Table(
    "journal",
    metadata,
    key(),
    Column("at", Instant, nullable=False),
    ref("change_id", "change", index=True),
    Column("worker_id", BigId),
    Column("login", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_id", BigId, nullable=False),
    Column("case_id", BigId),
    code("op", ("insert", "update", "delete", "loaded")),
    Column("columns", Text, nullable=False),
    Column("payload_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_journal_row", "table_name", "row_id", "id"),
    Index("ix_journal_case", "case_id", "id"),
)

payload = Table(
    "payload",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# A batch of journal rows, sealed by the hash over the seal before it and the hashes of the rows: from one row's key to
# another's, without the `holes` that were not there then, and with the `late` ones that had been holes to an earlier seal.
seal = Table(
    "seal",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("from_row", BigId, nullable=False),
    Column("to_row", BigId, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("holes", Text, nullable=False, server_default=""),
    Column("late", Text, nullable=False, server_default=""),
    # The oldest seal with a hole that a transaction still running then may fill.
    Column("waits_from", BigId, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# `lifted`: a case shown as it is by somebody who looks at all others without identity; `undo`: one taken back by who moved it away;
# `errand`: one that an act which may leave none behind takes along, out of sight of who does it; `packet`: one read of, masked, by
# whom its worker asked, who does not learn which it is; `document`: a file opened or written out, which its surface
# names by its number.
LOOK_KINDS = ("case", "narrative", "export", "list", "lifted", "undo", "errand", "packet", "document")

look = Table(
    "look",
    metadata,
    key(),
    ref("worker_id", "worker", null=True),
    Column("login", Text, nullable=False),
    # No foreign key: a look outlives the undoing of the intake it looked at.
    Column("case_id", BigId, index=True),
    code("kind", LOOK_KINDS),
    Column("surface", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    made_in(),
    Index("ix_look_worker", "worker_id", "case_id", "at"),
    # Few among very many, asked for by almost every policy.
    partial("ix_look_announced", "worker_id", "kind", "at", where="kind IN ('errand', 'undo')"),
    partial("ix_look_errand", "worker_id", "at", where="kind = 'errand'"),
)

external_id = Table(
    "external_id",
    metadata,
    key(),
    Column("system", Key, nullable=False),
    Column("entity", Key, nullable=False),
    Column("external", Key, nullable=False),
    Column("row_id", BigId, nullable=False),
    # The other system's own stamp and the hash of what we took, so that a re-import knows what is new.
    Column("updated_at", Text, nullable=False, server_default=""),
    Column("digest", Text, nullable=False, server_default=""),
    UniqueConstraint("system", "entity", "external"),
    Index("ix_external_id_row", "entity", "row_id"),
)
