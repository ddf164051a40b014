"""Files kept with a case or a client. A document says what it is and whose; what is in it is kept once, however many have it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from .base import BigId, Instant, Key, code, key, made_in, metadata, ref

DOCUMENT_KINDS = (
    "identity", "consent", "court", "medical", "school", "work", "benefits", "money", "housing", "letter", "photo", "other",
)  # fmt: skip
# In bytes: what is read, sent and kept of a file at a time.
CHUNK = 256 * 1024
# In megabytes (of 1 048 576 bytes): above what no agency may let a document be.
MOST_MB = 512

# One file in one edition, of a case or, for all their cases, of a client. Its digest is the file's own, by which anybody can compare
# it; which content it has stands elsewhere, where nobody's login looks: two with one content must not learn of each other.
document = Table(
    "document",
    metadata,
    key(),
    ref("case_id", "case_file", null=True),
    ref("client_id", "client", null=True),
    code("kind", DOCUMENT_KINDS),
    # As telling as a name, and often with one in it.
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("edition", SmallInteger, nullable=False, server_default="1"),
    ref("replaces_id", "document", null=True),
    Column("on_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    ref("worker_id", "worker"),
    Column("retain_until", Date, nullable=False),
    Column("withdrawn_at", Instant),
    ref("withdrawn_by", "worker", null=True),
    Column("withdrawn_why", Text, nullable=False, server_default=""),
    CheckConstraint("(case_id IS NULL) <> (client_id IS NULL)", name="whose"),
    CheckConstraint("size > 0", name="size"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint("(replaces_id IS NULL) = (edition = 1)", name="edition"),
    CheckConstraint("retain_until >= on_date", name="order"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    UniqueConstraint("replaces_id"),
    Index("ix_document_case_id", "case_id", "on_date"),
    Index("ix_document_client_id", "client_id", "on_date"),
)

# What is in a file, once. `root` is what the store itself has reckoned from the bytes (the digest of their chunks' digests): two are
# one content where both digests agree, so that nobody comes to another's by claiming its digest. Both are blank while it comes in.
content = Table(
    "content",
    metadata,
    key(),
    Column("sha256", Key),
    Column("root", Key),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("chunks", Integer, nullable=False, server_default="0"),
    made_in(),
    CheckConstraint("(sha256 IS NULL) = (root IS NULL)", name="settled"),
    UniqueConstraint("sha256", "root"),
)

content_chunk = Table(
    "content_chunk",
    metadata,
    key(),
    ref("content_id", "content"),
    Column("n", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("content_id", "n"),
)

# Which content a document has. No foreign key to it: the bytes outlive the undoing of the act that added it, so that it can be redone.
document_content = Table(
    "document_content",
    metadata,
    key(),
    Column("document_id", BigId, nullable=False, unique=True),
    ref("content_id", "content", index=True),
)
