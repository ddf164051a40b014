"""A delivery of files: a folder, or a zip as people make them, with a folder inside, junk beside it, or nothing in it.
Members are streamed; nothing is ever unpacked to disk."""

from __future__ import annotations

import os
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from ..errors import Usage
from ..messages import _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

MEMBER_LIMIT = 10_000
# Plain csv seldom shrinks more than 40 times; a bomb shrinks a thousand times. Small members are harmless at any ratio.
RATIO_LIMIT = 250
RATIO_FREE_BYTES = 32 * 1024 * 1024

_OTHER_KINDS = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\xd0\xcf\x11\xe0": "Excel 97",
    b"%PDF": "pdf",
}
_CSV = (".csv",)
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class Delivery:
    """The csv files of one folder or zip, by lower-case name without `.csv`. Use it as a context manager."""

    def __init__(
        self, name: str, openers: dict[str, tuple[str, Callable[[], IO[bytes]]]], close: Callable[[], None]
    ) -> None:
        self.name = name
        self._openers = openers
        self._close = close

    def __enter__(self) -> Delivery:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._close()

    def names(self) -> dict[str, str]:
        """Each file's lower-case stem and its name as delivered."""
        return {stem: name for stem, (name, _open) in self._openers.items()}

    @contextmanager
    def open(self, stem: str) -> Iterator[IO[bytes]]:
        """The bytes of one file. A damaged one raises Usage that names it, also while it is being read."""
        name, opener = self._openers[stem]
        try:
            with opener() as stream:
                yield stream
        except DAMAGE as bad:
            why = _("it is damaged, locked with a password or cannot be read; export or copy it again")
            raise Usage(_("{file} cannot be read: {why}.").format(file=name, why=why)) from bad


def open_delivery(path: Path, marker: str, kinds: tuple[str, ...] = _CSV) -> Delivery:
    """Open a folder, a zip or a single csv file; `marker` is a stem (`client`) that only the right folder holds, `kinds`
    how such a file may be called.

    Raises Usage when there is nothing to read, when it is another kind of archive, or when two folders could be meant.
    """
    try:
        if path.is_dir():
            return _folder(path, marker)
        with path.open("rb") as stream:
            head = stream.read(8)
    except FileNotFoundError:
        raise Usage(_("There is no file or folder at {path}.").format(path=path)) from None
    except OSError as bad:
        raise Usage(_("{path} cannot be read: {why}.").format(path=path, why=bad.strerror or bad)) from None
    for magic, kind in _OTHER_KINDS.items():
        if head.startswith(magic):
            raise Usage(_other_kind(kind).format(file=path.name, kind=kind))
    if head.startswith(b"PK"):
        return _zip(path, marker)
    if path.suffix.lower() in kinds:
        return Delivery(path.name, {path.stem.lower(): (path.name, lambda: path.open("rb"))}, lambda: None)
    if kinds != _CSV:
        said = _(
            "{file} is neither a workbook nor a csv file. Give the list as xlsx, as csv, or as a zip with one of them."
        )
        raise Usage(said.format(file=path.name))
    raise Usage(
        _("{file} is neither a folder nor a zip file. Give the folder or the zip of the export.").format(file=path.name)
    )


def _other_kind(kind: str) -> str:
    """What is said of a file that is plainly something else."""
    if kind == "pdf":
        return _("{file} is a pdf file, made to be printed. Ask for the same as csv or as a workbook.")
    if kind == "Excel 97":
        return _("{file} is a workbook of Excel 97 (xls). Open it, save it as xlsx or csv, and give that.")
    return _("{file} is a {kind} file, not a zip. Unpack it and give what is in it.")


def _junk(parts: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "__MACOSX", "~$")) for part in parts)


def _choose(files: list[tuple[str, ...]], marker: str, name: str) -> list[tuple[str, ...]]:
    """The csv files of the one folder that holds the marker; of all folders' files if none does."""
    csvs = [parts for parts in files if parts[-1].lower().endswith(".csv") and not _junk(parts)]
    homes = sorted(
        {parts[:-1] for parts in csvs if parts[-1].lower() == f"{marker}.csv"}, key=lambda home: (len(home), home)
    )
    if len(homes) > 1:
        listed = ", ".join("/".join(home) or "." for home in homes)
        raise Usage(
            _("{file} holds {n} exports, in {folders}. Give one of them.").format(
                file=name, n=len(homes), folders=listed
            )
        )
    chosen = [parts for parts in csvs if not homes or parts[:-1] == homes[0]]
    stems: dict[str, tuple[str, ...]] = {}
    for parts in chosen:
        other = stems.setdefault(parts[-1].lower(), parts)
        if other is not parts:
            both = _("{a} and {b}").format(a="/".join(other), b="/".join(parts))
            raise Usage(_("{file} holds the same file twice: {both}. Keep one.").format(file=name, both=both))
    return chosen


def _folder(path: Path, marker: str) -> Delivery:
    found: list[tuple[str, ...]] = []
    for home, folders, files in os.walk(path):
        inside = Path(home).relative_to(path).parts
        folders[:] = sorted(f for f in folders if not _junk((f,)) and len(inside) < 3)
        found += [(*inside, f) for f in sorted(files)]
        if len(found) > MEMBER_LIMIT:
            raise Usage(
                _("{file} holds more than {n} files. Give the folder of the export.").format(
                    file=path.name, n=MEMBER_LIMIT
                )
            )
    chosen = _choose(found, marker, path.name)
    if not chosen:
        raise Usage(_("{file} holds no csv file.").format(file=path.name))

    def opener(parts: tuple[str, ...]) -> Callable[[], IO[bytes]]:
        return lambda: path.joinpath(*parts).open("rb")

    return Delivery(path.name, {parts[-1][:-4].lower(): (parts[-1], opener(parts)) for parts in chosen}, lambda: None)


def _zip(path: Path, marker: str) -> Delivery:
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as bad:
        raise Usage(_("{file} is not a whole zip file. Export or copy it again.").format(file=path.name)) from bad
    try:
        members = {
            PurePosixPath(info.filename.replace("\\", "/")).parts: info
            for info in archive.infolist()
            if not info.is_dir()
        }
        if len(members) > MEMBER_LIMIT:
            raise Usage(
                _("{file} holds more than {n} files. Give the zip of the export.").format(
                    file=path.name, n=MEMBER_LIMIT
                )
            )
        chosen = _choose([parts for parts in members if parts], marker, path.name)
        if not chosen:
            raise Usage(_("{file} holds no csv file.").format(file=path.name))
        weigh([members[parts] for parts in chosen], path.name)
    except BaseException:
        archive.close()
        raise

    def opener(info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
        return lambda: archive.open(info)

    openers = {parts[-1][:-4].lower(): (parts[-1], opener(members[parts])) for parts in chosen}
    return Delivery(path.name, openers, archive.close)


def weigh(members: Collection[zipfile.ZipInfo], name: str) -> None:
    """Refuse a zip bomb by what its directory claims, of one member and of all together; the reader never goes past the claimed
    size."""
    for info in members:
        if info.file_size > max(RATIO_FREE_BYTES, RATIO_LIMIT * max(info.compress_size, 1)):
            raise Usage(
                _("{file} cannot be trusted: {member} in it would grow {n} times. Save or export it again.").format(
                    file=name, member=PurePosixPath(info.filename).name, n=info.file_size // max(info.compress_size, 1)
                )
            )
    whole, packed = (sum(getattr(info, size) for info in members) for size in ("file_size", "compress_size"))
    if whole > max(4 * RATIO_FREE_BYTES, RATIO_LIMIT * max(packed, 1)):
        raise Usage(
            _("{file} cannot be trusted: what is in it would grow {n} times. Save or export it again.").format(
                file=name, n=whole // max(packed, 1)
            )
        )
