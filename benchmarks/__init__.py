"""Measurements by command, never by a timed test: each figure beside a named baseline of the same run."""
