"""An export that goes to somebody outside: permitted case by case, and on record as disclosures before it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from caseload.casework import disclosures, permits
from caseload.errors import Usage
from caseload.messages import _
from caseload.models import case_file
from caseload.store.portions import portions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from caseload.store.database import Database, Reading

    from .table import Report

    class Request(Protocol):
        """What an export was asked for, as far as telling goes."""

        @property
        def report(self) -> str: ...
        @property
        def recipient(self) -> str | None: ...
        @property
        def identified(self) -> bool: ...
        @property
        def why(self) -> str: ...


# So many of the records that permit it are shown; all of them are on record.
_SHOWN = 20


class Telling:
    """What an export tells a recipient: asked before the file is made, asked again and recorded before it is there. Without
    a recipient it is a look of one's own, and nothing is told."""

    def __init__(self, db: Database, request: Request, tells: tuple[str, ...]) -> None:
        self._db, self._request, self._tells = db, request, tells
        self._cases: dict[int, str] = {}
        self._about = _("Export {name}").format(name=request.report)
        self.remarks: tuple[str, ...] = ()
        if request.recipient is not None and not request.identified:
            raise Usage(_("--recipient goes with --identified: without names nobody is told anything about a client."))
        if request.recipient is not None and not tells:
            raise Usage(
                _("The report {name} speaks of no single client; leave --recipient out.").format(name=request.report)
            )

    def ask(self, r: Reading, report: Report) -> None:
        """Raises NotPermitted, naming case numbers only, where a case in the report may not go to the recipient."""
        if self._request.recipient is None:
            return
        for table in report.tables:
            at = [column.key for column in table.columns].index("case")
            numbers = sorted({str(row[at]) for row in table.rows})
            for some in portions(numbers):
                self.ask_of(r, case_file.c.number.in_(some))

    def ask_of(self, r: Reading, which: ColumnElement[bool]) -> None:
        """The same of these cases."""
        if self._request.recipient is None:
            return
        if r.as_of:
            raise Usage(_("What is told goes on record today: leave --today out."))
        found = dict(r.conn.execute(select(case_file.c.id, case_file.c.number).where(which)).all())
        permits.permitted(r, found, self._request.recipient, self._tells)
        self._cases |= found

    def record(self) -> None:
        """The disclosures, committed. Raises as `ask` does: a consent may have been revoked meanwhile."""
        request = self._request
        if request.recipient is None or not self._cases:
            return
        with self._db.work("disclose") as w:
            told = disclosures.send(
                w, self._cases, request.recipient, self._tells, told=self._about, purpose=request.why
            )
        shown = [permit.words for permit in told.data.values()][:_SHOWN]
        self.remarks = (f"{told.words} · {told.number}", *shown)
