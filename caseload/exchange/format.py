"""The one shape of a format: what the importer asks of a delivery, whatever it is written in.

A format is a module with `prepare(r, path, options)`, which asks `require` first and answers a `Format`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..casework import find
from ..errors import NotPermitted
from ..messages import _
from ..store import scope
from .table import Table

if TYPE_CHECKING:
    from ..store.database import Reading
    from .apply import Job
    from .check import Wording
    from .sheet.mapping import Mapping
    from .stage import Stage


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about an import. `order` is how the file writes days in numbers: `mdy`, `dmy` or `ymd`. Of a list of
    cases: whose it is (`system`), which sheet of a workbook it is, and what its columns are. Of a calendar: whose it is
    (`worker`), and the one case of all its events. Of a directory: whose it is (`source`). Of a Bundle: who sends it
    (`source`), which `program` the case is for, and which `worker` is to hold it."""

    assign: str = "by-user"
    order: str | None = None
    system: str = ""
    sheet: str = ""
    mapping: Mapping | None = None
    worker: str | None = None
    case: str | None = None
    source: str | None = None
    program: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a format found: whose names these are (`hmis:...`), what to call it, and its edition."""

    system: str
    name: str
    edition: str


@dataclass(frozen=True, slots=True)
class Written:
    """The cases that an import touched, and what else is to be said of it."""

    cases: list[int]
    remark: str = ""


# (name, label, how it is opened) of each file whose rows can be rejected.
Again = list[tuple[str, str, Callable[[], AbstractContextManager[Table]]]]


class Format(ABC):
    """One delivery in one format: who may import it, reading onto the workbench, its words, writing what is new, and the
    rejected rows' files a second time.

    The file `always` stands whole among the rejects; columns in `never` (lower case) are left out of them.
    """

    always: ClassVar[str] = ""
    never: ClassVar[frozenset[str]] = frozenset()

    @staticmethod
    def require(r: Reading) -> None:
        """Raises NotPermitted unless this person may import: an admin, and on SQLite whoever holds the file; on a server with
        policies, by the login that becomes the owner of the tables; Refused while they look without identity."""
        if r.me.masked:
            find.names_seen(r)
        if not r.me.holds_file:
            scope.require_admin(r, _("import"))
        if r.me.policed:
            # It writes keys, and rows of clients that the importer does not work with: no policy lets anybody do that.
            raise NotPermitted(
                _(
                    "A whole import is not for a worker's own login: this server shows it no client, and lets it write none."
                ),
                details=(
                    _(
                        "Tie the deploy login to an admin of its own, once: caseload worker add imports --role admin --login deploy"
                    ),
                    _(
                        "Then run the same command as that login: caseload --database postgresql://deploy@SERVER/AGENCY import ..."
                    ),
                ),
            )
        if r.me.id is None:
            raise NotPermitted(_("An import needs a worker to stand for it."))

    @abstractmethod
    def read(self, stage: Stage) -> Source:
        """Lay the delivery on the workbench. Raises Usage where it cannot be read as a whole."""

    @abstractmethod
    def wording(self) -> Wording:
        """This format's words for our nouns."""

    def gone(self, r: Reading, stage: Stage) -> int:
        """Stage what was taken before and is no more, where a delivery tells that by its absence; answers how many."""
        return 0

    def beside(self, r: Reading, stage: Stage) -> int:
        """Lay down what is to be known of what is new and holds nothing up, as problems of a kind of their own; answers how many."""
        return 0

    @abstractmethod
    def write(self, job: Job) -> Written:
        """Make everything that is new, what others refer to first."""

    @abstractmethod
    def said(self, source: str, totals: dict[str, int]) -> str:
        """What was taken, in a sentence."""

    @abstractmethod
    def again(self) -> AbstractContextManager[Again]:
        """The files whose rows can be rejected, to be read a second time."""
