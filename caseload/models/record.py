"""What was done and what is to be done: contacts, notes, tasks, appointments; and words still being typed."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from .base import BigId, Instant, Key, code, key, made_in, metadata, partial, ref

CONTACT_KINDS = ("visit", "office", "phone", "video", "message", "collateral", "group")
OUTCOMES = ("made", "attempted")
WITH = ("client", "family", "professional", "other")
PLACES = ("home", "office", "community", "facility", "remote")
FORMS = ("narrative", "soap", "dap", "girp", "birp")
# How somebody took part in a group activity or a residents' day.
PRESENCES = ("present", "left_early", "absent")
# What advice is given about, as every agency begins; it adds its own (`advice_topic`).
TOPICS = (
    "benefits", "food", "child_care", "money", "sanitation", "household", "housing", "health", "school", "work", "family", "legal",
    "documents",
)  # fmt: skip
APPOINTMENT_STATES = ("scheduled", "kept", "missed", "cancelled")
# Met in one place, spoken to, or gone to by the client alone: then it is in nobody's way but the client's.
APPOINTMENT_MODES = ("in_person", "phone", "video", "client_alone")

# Every piece of prose about a client, in one table: superseded, never overwritten, never copied into the journal.
narrative = Table(
    "narrative",
    metadata,
    key(),
    # No foreign key: prose outlives the undoing of the case it was written for.
    Column("case_id", BigId, index=True),
    ref("worker_id", "worker", null=True),
    # Said for somebody's supervision: for that worker and who supervises them, whoever else works with the case.
    ref("agenda_of", "worker", null=True),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    ref("supersedes_id", "narrative", null=True),
    made_in(),
)

contact = Table(
    "contact",
    metadata,
    key(),
    code("kind", CONTACT_KINDS),
    code("outcome", OUTCOMES),
    code("with_whom", WITH, default="client"),
    code("place", PLACES, null=True),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("minutes", Integer, CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes")),
    ref("worker_id", "worker", index=True),
)

# One line for each case the contact served. `met`: the client was met or spoken to. Of a group activity each line says how its client
# took part, and has words of its own beside what was done together; both are prose of that case alone.
contact_line = Table(
    "contact_line",
    metadata,
    key(),
    ref("contact_id", "contact", index=True),
    ref("case_id", "case_file"),
    Column("on_date", Date, nullable=False),
    code("kind", CONTACT_KINDS),
    code("outcome", OUTCOMES),
    Column("met", Boolean, nullable=False),
    ref("narrative_id", "narrative", null=True),
    code("presence", PRESENCES, null=True),
    ref("own_id", "narrative", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    # Whoever was not there was not met; a line of one's own says how one took part.
    CheckConstraint("NOT (presence = 'absent' AND met)", name="absent"),
    CheckConstraint("own_id IS NULL OR presence IS NOT NULL", name="own"),
    UniqueConstraint("contact_id", "case_id"),
    Index("ix_contact_line_case_id", "case_id", "on_date", "outcome", "met", "kind"),
    # With the case: whoever asks for one case's line of a day must not be led through everybody's of that day.
    Index("ix_contact_line_on_date", "on_date", "case_id"),
)

# What a contact was about: a code of `advice_topic`, or of another system, as its name says (living_situation:116).
contact_topic = Table(
    "contact_topic",
    metadata,
    key(),
    ref("contact_id", "contact"),
    Column("topic", Text, nullable=False),
    UniqueConstraint("contact_id", "topic"),
    Index("ix_contact_topic_topic", "topic", "contact_id"),
)

# What advice is given about: those every agency begins with, and what it adds. Never taken away, only closed.
advice_topic = Table(
    "advice_topic",
    metadata,
    key(),
    Column("code", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("closed_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
)

note = Table(
    "note",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("author_id", "worker"),
    code("form", FORMS, default="narrative"),
    code("state", ("draft", "signed"), default="draft"),
    Column("at", Instant, nullable=False),
    Column("on_date", Date, nullable=False),
    ref("narrative_id", "narrative"),
    Column("signed_at", Instant),
    ref("signed_by", "worker", null=True),
    Column("needs_cosign", Boolean, nullable=False, server_default=text("false")),
    Column("cosigned_at", Instant),
    ref("cosigned_by", "worker", null=True),
    ref("addendum_to_id", "note", null=True, index=True),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed"),
    # Nobody approves of what they wrote themselves.
    CheckConstraint("cosigned_by IS NULL OR (cosigned_by <> author_id AND cosigned_by <> signed_by)", name="cosigner"),
    CheckConstraint("(cosigned_by IS NULL) = (cosigned_at IS NULL)", name="cosigned"),
    partial("ix_note_draft", "case_id", "on_date", where="state = 'draft'"),
    Index("ix_note_author_id", "author_id", "state"),
    Index("ix_note_signed_at", "signed_at"),
)

task = Table(
    "task",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("worker_id", "worker", null=True),
    Column("title", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    ref("done_by", "worker", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("ix_task_case_id", "case_id", "done_at", "due_on"),
    # Not partial: beside (case_id, ...) a partial index looks as cheap while a first import has not been analysed.
    Index("ix_task_worker_id", "worker_id", "done_at", "due_on"),
)

appointment = Table(
    "appointment",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("worker_id", "worker", null=True),
    Column("title", Text, nullable=False, server_default=""),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    code("state", APPOINTMENT_STATES, default="scheduled"),
    Column("uid", Text, nullable=False, unique=True),
    code("mode", APPOINTMENT_MODES, default="in_person"),
    # Minutes on the way there and back.
    Column("travel_before", SmallInteger, nullable=False, server_default="0"),
    Column("travel_after", SmallInteger, nullable=False, server_default="0"),
    # With whom a referral was made to.
    ref("referral_id", "referral", null=True),
    # One of a series, and the day that its rule gave it, wherever it was moved (RFC 5545's RECURRENCE-ID).
    ref("series_id", "appointment_series", null=True),
    Column("recurs_on", Date),
    # Counted up with every change: iCalendar's SEQUENCE is one less.
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("ends_at > starts_at", name="order"),
    CheckConstraint(
        "travel_before BETWEEN 0 AND 480 AND travel_after BETWEEN 0 AND 480"
        " AND (mode = 'in_person' OR travel_before + travel_after = 0)",
        name="travel",
    ),
    CheckConstraint("(series_id IS NULL) = (recurs_on IS NULL)", name="series"),
    Index("ix_appointment_case_id", "case_id", "state", "on_date"),
    Index("ix_appointment_on_date", "on_date"),
    Index("ix_appointment_worker_id", "worker_id", "starts_at"),
    Index("ix_appointment_series_id", "series_id", "recurs_on"),
)

# What a supervisor says about a contact or a signed note, and its author in return. The words are narrative.
comment = Table(
    "comment",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("note_id", "note", null=True, index=True),
    ref("contact_id", "contact", null=True, index=True),
    ref("worker_id", "worker", index=True),
    ref("narrative_id", "narrative"),
    Column("at", Instant, nullable=False),
    CheckConstraint("note_id IS NULL OR contact_id IS NULL", name="about"),
)

# Who has read a note, a contact of a case, or a comment. Marked by hand: opening a page is a look, not a reading.
read_mark = Table(
    "read_mark",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("note_id", "note", null=True),
    ref("contact_id", "contact", null=True),
    ref("comment_id", "comment", null=True),
    ref("worker_id", "worker"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("note_id", "worker_id"),
    UniqueConstraint("contact_id", "case_id", "worker_id"),
    UniqueConstraint("comment_id", "worker_id"),
)

# Readable by its author alone, never journalled, cleared in the transaction that saves it.
scratch = Table(
    "scratch",
    metadata,
    key(),
    ref("worker_id", "worker"),
    Column("form", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    # The version of the row that is being edited, as it was when the typing began: a stale save is then still known.
    Column("seen", Integer),
    UniqueConstraint("worker_id", "form", "subject"),
)

# What a terminal encrypts unsaved words with while the database is away; it keeps the key in memory only.
scratch_key = Table(
    "scratch_key",
    metadata,
    key(),
    ref("worker_id", "worker"),
    Column("secret", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("worker_id"),
)
