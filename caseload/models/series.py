"""Appointments that come again: the rule, by the agency's wall clock. Each date is an appointment of its own."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, SmallInteger, Table, Text, or_, text

from .base import key, metadata, partial, ref

# So many days ahead there are always appointments of a series that goes on.
LEAST_AHEAD = 91

# What is said of each date (what for, where, by whom) stands with the appointments; of what comes later, with the last of them.
appointment_series = Table(
    "appointment_series",
    metadata,
    key(),
    # The same as long as the series lives: iCalendar's UID of all its dates (RFC 5545, 3.8.4.7).
    Column("uid", Text, nullable=False, unique=True),
    ref("case_id", "case_file", index=True),
    # An RRULE (RFC 5545, 3.3.10) without its end, which stands below.
    Column("rule", Text, nullable=False),
    Column("first_on", Date, nullable=False),
    # When each begins by the agency's clock, in minutes since midnight, and how many minutes it lasts.
    Column("clock", SmallInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    # The last day on which there may be one; none where it goes on.
    Column("last_on", Date),
    # The day up to which its appointments have been made.
    Column("made_to", Date, nullable=False),
    # The one whose dates it took over, from a day on.
    ref("follows_id", "appointment_series", null=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("clock BETWEEN 0 AND 1439", name="clock"),
    CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    # Asked every morning of all: those that may have to be continued.
    partial("ix_appointment_series_made_to", "made_to", where="last_on IS NULL OR last_on > made_to"),
)

# True of a series that may have dates beyond those that were made.
GOES_ON = or_(appointment_series.c.last_on.is_(None), appointment_series.c.last_on > appointment_series.c.made_to)
