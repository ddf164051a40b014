"""Mappings kept on this machine for the next list of the same name: a TOML file each, which `caseload import sheet --mapping` reads too.
They hold what columns are called and what their words mean, and nothing of any row."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path
from sqlalchemy import func, select

from ...errors import Refused
from ...messages import _
from ...models import external_id
from ...store.filing import growing
from ..ids import slug
from .mapping import Mapping, check, dump, load
from .terms import SEVERAL

if TYPE_CHECKING:
    from ...store.database import Reading

# What the names of lists begin with among those of other systems; and so many are answered.
_BEGIN, _MOST = "sheet:", 50


def place(system: str) -> Path:
    """Where the mapping of that list is kept, whether it is there or not."""
    name = slug(system) or blake2b(system.encode(), digest_size=6).hexdigest()
    return user_data_path("caseload", appauthor=False) / "lists" / f"{name}.toml"


def kept(system: str) -> Mapping | None:
    """The mapping that was kept for that list. Raises Usage for a file that somebody has made unreadable."""
    path = place(system)
    return load(path) if path.is_file() else None


def keep(system: str, mapping: Mapping) -> Path:
    """Keep the mapping for the next time, in place of the one before; answers where. Raises Refused where it cannot be written, Usage for
    one by which no row could be taken."""
    check(mapping)
    path = place(system)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as bad:
        why = bad.strerror or type(bad).__name__
        raise Refused(_("What the columns are cannot be kept: {why}.").format(why=why)) from None
    with growing(path, over=True) as part:
        part.write_text(dump(mapping), encoding="utf-8")
    return path


def fitted(mine: Mapping, offered: Mapping) -> Mapping:
    """What was kept, for the columns of another list: theirs as they were kept, the new ones as they are offered."""
    taken = set(mine.columns.values()) - {"", *SEVERAL}
    columns = {
        name: mine.columns.get(name, "" if target in taken else target) for name, target in offered.columns.items()
    }
    return Mapping(columns, {**offered.defaults, **mine.defaults}, mine.values, offered.sheet, mine.order)


def systems(r: Reading) -> tuple[str, ...]:
    """Whose lists were brought before, as far as this person may know: one step along the index a name, however many rows each has."""
    found: list[str] = []
    name, last = external_id.c.system, _BEGIN
    while len(found) < _MOST:
        following = r.conn.execute(select(func.min(name)).where(name > last, name < "sheet;")).scalar()
        if following is None:
            break
        found.append(following.removeprefix(_BEGIN))
        last = following
    return tuple(found)
