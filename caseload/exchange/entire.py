"""A file that is read whole, because it is small or nothing can be said of it before its end."""

from __future__ import annotations

from pathlib import Path

from ..errors import Usage
from ..messages import _
from ..text import line


def entire(path: Path, limit: int, too_large: str) -> bytes:
    """Its bytes, at most `limit` of them. Raises Usage where there is no such file or it cannot be read; where it is larger, with the
    sentence `too_large`, which has places for {file} and {n} MB."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise Usage(_("There is no file at {path}.").format(path=path)) from None
    except OSError as bad:
        raise Usage(_("{path} cannot be read: {why}.").format(path=path, why=bad.strerror or bad)) from None
    if len(data) > limit:
        raise Usage(too_large.format(file=line(path.name), n=limit // 1024 // 1024))
    return data
