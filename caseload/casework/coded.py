"""Lists of codes that the agency keeps itself, as the domains of need and the topics of advice: an admin adds to them, calls one
otherwise, closes it for what is new and opens it again. A code stays as it is, so that what stands under it stays, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Table, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import values

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Said(NamedTuple):
    """What is said of the codes of a list, each with {code} where it tells one; `unknown` with {all}, too."""

    admins: str
    form: str
    taken: str
    added: str
    called_so: str
    renamed: str
    closed_already: str
    closed: str
    is_open: str
    opened: str
    conflict: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A list of codes: its table (code, name, closed_on, version), the word for its key in a receipt, what is said of it, and which
    codes there are to choose from."""

    table: Table
    key: str
    said: Callable[[], Said]
    offered: Callable[[Reading], tuple[str, ...]]

    def add(self, w: Work, code: str, name: str) -> Receipt:
        """A code of the agency's own. Raises NotPermitted for all but admins, Usage for a code that is none or is taken."""
        self._administers(w)
        code = _typed(code)
        if not _CODE.fullmatch(code):
            raise Usage(self.said().form)
        if self._row(w, code) is not None:
            raise Usage(self.said().taken.format(code=code))
        w.add(self.table, code=code, name=values.name(_("The name"), name, needed=True))
        return self._receipt(w, self.said().added, code)

    def rename(self, w: Work, code: str, name: str) -> Receipt:
        """What a code is called; the code stays. Raises NotPermitted, Usage."""
        row = self._administered(w, code)
        name = values.name(_("The name"), name, needed=True)
        if name == row.name:
            return w.nothing(self.said().called_so)
        self._change(w, row, name=name)
        return self._receipt(w, self.said().renamed, row.code)

    def close(self, w: Work, code: str) -> Receipt:
        """It takes nothing new from today; what stands under it stays. Raises NotPermitted, Usage, Refused where it is closed."""
        row = self._administered(w, code)
        if row.closed_on is not None:
            raise Refused(self.said().closed_already.format(code=row.code))
        self._change(w, row, closed_on=w.today)
        return self._receipt(w, self.said().closed, row.code)

    def open_again(self, w: Work, code: str) -> Receipt:
        """A code that was closed is open again. Raises NotPermitted, Usage, Refused where it is open."""
        row = self._administered(w, code)
        if row.closed_on is None:
            raise Refused(self.said().is_open.format(code=row.code))
        self._change(w, row, closed_on=None)
        return self._receipt(w, self.said().opened, row.code)

    def one(self, r: Reading, code: str) -> Row[Any]:
        """The row of a code as it is typed, open or closed. Raises Usage where there is none."""
        row = self._row(r, _typed(code))
        if row is None:
            known = ", ".join(self.offered(r))
            raise Usage(self.said().unknown.format(code=repr(code[:40]), all=known))
        return row

    def _row(self, r: Reading, code: str) -> Row[Any] | None:
        return r.conn.execute(select(self.table).where(self.table.c.code == code)).first()

    def _administers(self, w: Work) -> None:
        if not scope.may_administer(w):
            raise NotPermitted(self.said().admins)

    def _administered(self, w: Work, code: str) -> Row[Any]:
        self._administers(w)
        return self.one(w, code)

    def _change(self, w: Work, row: Row[Any], **changes: object) -> None:
        c = self.table.c
        changed = update(self.table).where(c.id == row.id, c.version == row.version)
        if not w.conn.execute(changed.values(version=row.version + 1, **changes)).rowcount:
            raise Conflict(self.said().conflict)

    def _receipt(self, w: Work, words: str, code: str) -> Receipt:
        return w.receipt(words.format(code=code), data={self.key: code})


def _typed(code: str) -> str:
    """A code as it is stored, however it is spelled."""
    return code.strip().lower().replace("-", "_").replace(" ", "_")
