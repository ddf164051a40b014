"""PostgreSQL's own tools for a backup: found on the PATH, told where the database is without its password being seen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import make_url

from ..errors import Refused, Unreachable
from ..messages import _
from ..text import line

MAGIC = b"PGDMP"


def dump(url: str, into: BinaryIO) -> None:
    """The whole database of one moment, in the custom format. Raises Unreachable, Refused."""
    _run("pg_dump", ["--format=custom", "--no-password"], url, stdout=into)


def rows(source: Path, table: str) -> list[str]:
    """The rows of a table in a dump, as lines of text. Raises Unreachable, Refused."""
    told = _run("pg_restore", ["--data-only", f"--table={table}", "--file=-", os.fspath(source)], None, subprocess.PIPE)
    lines = iter(told.splitlines())
    for text in lines:
        if text.startswith("COPY "):
            break
    return list(takewhile(lambda text: text != "\\.", lines))


def restore(url: str, source: Path, leave_out: str, listing: Path, owner: str | None = None) -> None:
    """Everything in the dump but the rows of the table `leave_out`, in one transaction; owned by the login that restores, or
    by the role that it may become.

    `listing` is a file to keep the list of what is restored in. Raises Unreachable, Refused.
    """
    told = _run("pg_restore", ["--list", os.fspath(source)], None, subprocess.PIPE)
    kept = [entry for entry in told.splitlines() if " TABLE DATA " not in entry or f" {leave_out} " not in entry]
    listing.write_text("\n".join(kept) + "\n", "utf-8")
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--no-password"]
    if owner is not None:
        options.append(f"--role={owner}")
    _run("pg_restore", [*options, f"--use-list={listing}", os.fspath(source)], url)


def _run(program: str, arguments: Sequence[str], url: str | None, stdout: int | BinaryIO = subprocess.DEVNULL) -> str:
    found = shutil.which(program)
    if found is None:
        raise Unreachable(
            _(
                "{program} is not on this machine's PATH. Install PostgreSQL's client programs, of the server's version or "
                "newer: postgresql-client on Debian and Ubuntu, postgresql on Fedora, libpq in Homebrew."
            ).format(program=program)
        )
    where, environ = ([], None) if url is None else _where(url)
    try:
        done = subprocess.run(
            [found, *where, *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, env=environ
        )
    except OSError as failure:
        raise Refused(_("{program} could not be run: {why}.").format(program=program, why=failure.strerror)) from None
    if done.returncode:
        raise Refused(
            _("{program} stopped, and nothing was kept of what it did. If its version is older than the server's, "
              "install a newer one.").format(program=program),
            details=_first(done.stderr, program),
        )  # fmt: skip
    return done.stdout.decode("utf-8", "replace") if done.stdout else ""


def _where(url: str) -> tuple[list[str], Mapping[str, str]]:
    """The address for libpq, and the environment with the password: arguments are seen by everybody on the machine."""
    parsed = make_url(url)
    environ = dict(os.environ)
    secret = parsed.password or parsed.query.get("password")
    if isinstance(secret, str):
        environ["PGPASSWORD"] = secret
    bare = parsed._replace(password=None).difference_update_query(["password"])
    return [f"--dbname={bare.set(drivername='postgresql').render_as_string(hide_password=False)}"], environ


def _first(said: bytes, program: str) -> list[str]:
    """The tool's first complaint. What follows it may quote rows."""
    for text in said.decode("utf-8", "replace").splitlines():
        if "error:" in text:
            return [line(re.sub('"[^"]*"', '"..."', text))[:300]]
    return [program]
