"""How our rows are called in an export: as the system they came from calls them, and by names of our own otherwise.

Names stay the same from one export to the next. A login under policies sees the names of what it works with (`store/conditions.py`), so
that its export goes out under the names by which the rest came in. What came from a second system has names of our own, since two systems
may use one name for two clients.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Subquery, Table, false, func, select

from ...models import external_id
from ..ids import slug

if TYPE_CHECKING:
    from ...store.database import Reading

# S32, the longest name of the standard.
LONGEST = 32
_PREFIX = "hmis:"


@dataclass(frozen=True, slots=True)
class Keys:
    """`system` is the first HMIS that was imported, whose names go out again; None where there is none, or the names are not to
    be seen by who exports."""

    system: str | None
    agency: str

    @property
    def implementation(self) -> str:
        """5.8: which database this is. With the names of another system goes that system's own."""
        return self.system.removeprefix(_PREFIX) if self.system else f"caseload-{slug(self.agency) or 'agency'}"

    def of(self, table: Table) -> Subquery:
        """The other system's name of each row of a table, and when it last changed it: (row_id, external, updated_at)."""
        e, again = external_id.c, external_id.alias()
        same = (again.c.system == self.system, again.c.entity == table.name)
        # A client that was two has two names: the first stands.
        first = select(func.min(again.c.id)).where(*same).group_by(again.c.row_id)
        named = select(e.row_id, e.external, e.updated_at).where(e.id.in_(first))
        return (named if self.system else named.where(false())).subquery()


def keys(r: Reading) -> Keys:
    """The names this person's exports use."""
    e = external_id.c
    asked = select(e.system).where(e.system.startswith(_PREFIX, autoescape=True)).order_by(e.entity != "program", e.id)
    found = r.conn.execute(asked.limit(1)).scalar() if r.me.sees_identity else None
    return Keys(found, r.agency.name)


def by_uid(external: str | None, uid: str) -> str:
    """The name of a row that has a uid of its own."""
    return external if external and len(external) <= LONGEST else uid.replace("-", "")[:LONGEST]


def by_key(external: str | None, key: int) -> str:
    """The name of a row that is known by its key alone, which is the same wherever the database is moved to."""
    return external if external and len(external) <= LONGEST else f"caseload-{key}"


def household(external: str | None, stay: int) -> str:
    """HouseholdID: an import keeps it with the project's, since some systems use one again in the next project."""
    return by_key((external or "").rpartition("|")[0] or None, stay)


def stamp(told: str | None) -> datetime | None:
    """The source's own stamp, as an import keeps it."""
    return datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if told else None


def newest(told: str | None, made: Any, touched: bool, now: datetime) -> tuple[datetime, datetime]:
    """DateCreated and DateUpdated. What was changed here since it came is newer than whatever the source says; when exactly is not
    kept with the row, so it is dated by the export."""
    source = stamp(told)
    created = min(made, source) if source else made
    return created, now if touched else source or made
