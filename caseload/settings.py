"""Where the database is and who is asking. A leaf: reads the flags, the environment and one small file, opens nothing.

Each value is looked for in the same order: the flag, its `CASELOAD_*` variable (an empty one counts as not set), the
settings file, the default. The settings file is `settings.toml` in the user's configuration folder:

    database = "postgresql:///?service=agency"
    worker = "ana"
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode

from .errors import Usage
from .messages import _
from .text import line

Source = Literal["flag", "environment", "file", "default"]

_FILE_KEYS = ("database", "worker")
_SECRETS = ("password", "sslpassword")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://", re.ASCII)
# A connection string in the other notation libpq knows; as a path it would silently become a file of that name.
_KEYWORDS = re.compile(r"\s*(?:host|hostaddr|port|dbname|user|password|service|sslmode)\s*=")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a terminal was told. `database` is a URL SQLAlchemy takes as it is; it may hold a password: see `shown`."""

    database: str
    worker: str | None
    today: date | None
    database_source: Source
    worker_source: Source
    today_source: Source
    # Where the key of an encrypted database is to be read; the key itself is in no setting, argument or variable.
    key_fd: int | None = None

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None where the database is a server."""
        start = "sqlite:///"
        return Path(unquote(self.database[len(start) :])) if self.database.startswith(start) else None

    @property
    def shown(self) -> str:
        """The database as a message may name it: no password, no control characters."""
        if self.path is not None:
            return line(str(self.path))
        rest = re.sub(
            r"^postgresql\+psycopg://(?:([^:@/]*)(?::[^@]*)?@)?", lambda m: f"{m[1]}@" if m[1] else "", self.database
        )
        before, mark, query = rest.partition("?")
        kept = [(k, v) for k, v in parse_qsl(query) if k not in _SECRETS]
        return line("postgresql://" + before + (mark + urlencode(kept, safe="/,:") if kept else ""))


def load(
    database: str | None = None,
    as_worker: str | None = None,
    today: str | None = None,
    environ: Mapping[str, str] | None = None,
    key_fd: str | None = None,
) -> Settings:
    """The settings for this run; the arguments are the global flags as typed.

    Raises Usage for a date that is none, a database that is neither a path nor a known URL, a password on the command
    line (every user of the machine can read it there), a file descriptor that is none, or a settings file that cannot be
    understood.
    """
    env = os.environ if environ is None else environ
    file, folder = _file()

    def pick(flag: str | None, variable: str, key: str) -> tuple[str | None, Source]:
        if flag is not None:
            return flag, "flag"
        if env.get(variable):
            return env[variable], "environment"
        if key in file:
            return file[key], "file"
        return None, "default"

    where, where_source = pick(database, "CASELOAD_DATABASE", "database")
    who, who_source = pick(as_worker, "CASELOAD_WORKER", "worker")
    day, day_source = pick(today, "CASELOAD_TODAY", "today")
    descriptor, descriptor_source = pick(key_fd, "CASELOAD_KEY_FD", "key_fd")
    return Settings(
        database=_default() if where is None else _database(where, where_source, folder),
        worker=who,
        today=None if day is None else _date(day, day_source),
        database_source=where_source,
        worker_source=who_source,
        today_source=day_source,
        key_fd=None if descriptor is None else _descriptor(descriptor, descriptor_source),
    )


def settings_file() -> Path:
    """Where the settings file stands, whether it is there or not."""
    from platformdirs import user_config_path

    return user_config_path("caseload", appauthor=False) / "settings.toml"


def _default() -> str:
    from platformdirs import user_data_path

    return _sqlite(user_data_path("caseload", appauthor=False) / "caseload.db")


def _file() -> tuple[dict[str, str], Path]:
    path = settings_file()
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}, path.parent
    except OSError as error:
        raise Usage(_("{file} cannot be read: {why}.").format(file=path, why=error.strerror)) from None

    import tomllib

    try:
        found: dict[str, Any] = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Usage(_("{file} is not a settings file: {why}.").format(file=path, why=line(str(error)))) from None
    kept: dict[str, str] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            continue  # tables belong to whoever reads them (keys, colours)
        if key not in _FILE_KEYS:
            raise Usage(
                _("{file}: {key} is not a setting. There are: {known}.").format(
                    file=path, key=line(key), known=", ".join(_FILE_KEYS)
                )
            )
        if not isinstance(value, str) or not value:
            raise Usage(_("{file}: {key} must be a text in quotes.").format(file=path, key=key))
        kept[key] = value
    return kept, path.parent


def _date(text: str, source: Source) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is None:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        name = "--today" if source == "flag" else "CASELOAD_TODAY"
        raise Usage(
            _("{name}: {text} is not a day. Write it as 2026-11-20.").format(name=name, text=repr(line(text)))
        ) from None


def _descriptor(text: str, source: Source) -> int:
    # Neither the words nor the talk of the program comes in there.
    if re.fullmatch("[0-9]{1,4}", text) is None or int(text) in (1, 2):
        name = "--key-fd" if source == "flag" else "CASELOAD_KEY_FD"
        raise Usage(_("{name} takes the number of an open file descriptor, such as 3.").format(name=name))
    return int(text)


def _database(text: str, source: Source, folder: Path) -> str:
    """A path or URL as SQLAlchemy takes it. A relative path in the settings file is relative to that file."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        if not text.strip() or "\0" in text or text == ":memory:":
            raise Usage(_("The database must be a file or a server. Write a path, or postgresql://SERVER/DATABASE."))
        if _KEYWORDS.match(text):
            raise Usage(
                _("Write a server as a URL, such as postgresql://SERVER/DATABASE or postgresql:///?service=NAME.")
            )
        return _sqlite(_base(source, folder) / Path(text).expanduser())
    kind, rest = scheme[1].lower(), text[scheme.end() :]
    if kind == "sqlite":
        # sqlite:///relative and sqlite:////absolute, as SQLAlchemy writes them
        path = unquote(rest[1:])
        if not rest.startswith("/") or not path.strip() or "\0" in path or path == ":memory:":
            raise Usage(_("Write an SQLite file as sqlite:////folder/file.db, or simply as its path."))
        return _sqlite(_base(source, folder) / Path(path).expanduser())
    if kind in ("postgresql", "postgres", "postgresql+psycopg"):
        return _postgresql(rest, source)
    raise Usage(
        _("{kind} is not a database caseload knows. Use a path (SQLite) or postgresql://SERVER/DATABASE.").format(
            kind=kind
        )
    )


def _base(source: Source, folder: Path) -> Path:
    return folder if source == "file" else Path.cwd()


def _sqlite(path: Path) -> str:
    return "sqlite:///" + quote(os.path.abspath(path))


def _postgresql(rest: str, source: Source) -> str:
    """A libpq URI (everything after the scheme) in SQLAlchemy's notation, every option kept.

    libpq allows several hosts, a socket folder as a host, and every part among the options, where it wins.
    """
    place, _mark, query = rest.partition("?")
    authority, _slash, dbname = place.partition("/")
    login, at, hosts = authority.rpartition("@")
    user, colon, password = login.partition(":")
    options: dict[str, str] = {}
    if at and user:
        options["user"] = unquote(user)
    if colon:
        options["password"] = unquote(password)
    names, ports = [], []
    for entry in hosts.split(",") if hosts else ():
        found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(\d*))?", entry, re.ASCII)
        if found is None:
            raise Usage(
                _("The server in the database URL cannot be understood. Write postgresql://SERVER:PORT/DATABASE.")
            )
        names.append(unquote(found[1].strip("[]")))
        ports.append(found[2] or "")
    if any(names):
        options["host"] = ",".join(names)
    if any(ports):
        options["port"] = ",".join(ports)
    if dbname:
        options["dbname"] = unquote(dbname)
    for pair in query.split("&") if query else ():
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise Usage(_("An option in the database URL has no value. Write ?option=value&option=value."))
        options[unquote(key)] = unquote(value)
    if source == "flag" and any(options.get(secret) for secret in _SECRETS):
        raise Usage(
            _(
                "A password on the command line can be read by everyone on this machine. "
                "Put it into .pgpass, a service file or CASELOAD_DATABASE."
            )
        )
    numbers = options.get("port", "").split(",")
    if any(number and re.fullmatch("[0-9]{1,5}", number) is None for number in numbers):
        raise Usage(_("A port in the database URL is not a number."))
    if len(numbers) == 1 and numbers[0] and "host" in options:
        # libpq lets one port serve every host; SQLAlchemy wants one for each.
        options["port"] = ",".join(numbers * len(options["host"].split(",")))
    # The login keeps its own place in the URL, because that is where SQLAlchemy hides a password from a log.
    user, password = options.pop("user", ""), options.pop("password", "")
    login = quote(user, safe="") + (":" + quote(password, safe="") if password else "")
    name = quote(options.pop("dbname", ""), safe="")
    tail = urlencode(options, quote_via=quote, safe="/,")
    return f"postgresql+psycopg://{login}{'@' if login else ''}/{name}{'?' if tail else ''}{tail}"
