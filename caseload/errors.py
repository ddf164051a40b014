"""What can go wrong, as the person who asked should hear it. Each kind is an exit code of the command line."""

from __future__ import annotations

from collections.abc import Sequence


class CaseloadError(Exception):
    """A sentence for the person, which never carries client-identifying text; `details` are further sentences."""

    exit_code = 1
    code = "error"

    def __init__(self, message: str, *, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)


class Refused(CaseloadError):
    """Could not be done; nothing was changed; the message says why and what to do."""

    exit_code = 1
    code = "refused"


class Usage(CaseloadError):
    """Wrong usage, an unknown name, or a bad input file."""

    exit_code = 2
    code = "usage"


class NotPermitted(CaseloadError):
    """This person may not do or see that."""

    exit_code = 3
    code = "not_permitted"


class Conflict(CaseloadError):
    """Someone else changed it first; nothing was changed."""

    exit_code = 4
    code = "conflict"


class Unreachable(CaseloadError):
    """The database cannot be reached, or is at another version."""

    exit_code = 5
    code = "unreachable"


class OtherSchema(Unreachable):
    """The database is reached, but its tables are not those of this caseload. Trying again does not help."""


class Lost(Unreachable):
    """The line to the database broke, or cannot be made. What was under way may be tried again."""
