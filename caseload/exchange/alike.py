"""New clients of an import who may be known already under another name: told in the preview, never merged, never held back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ..casework.duplicates import Newcomer, like
from ..messages import _
from ..models import client
from .rows import Reject
from .stage import fields_of

if TYPE_CHECKING:
    from ..store.database import Reading
    from .stage import Stage

# So many new clients are compared: a few milliseconds each, where there are a million to compare them with.
MOST = 2_000


def find(r: Reading, stage: Stage, column: str) -> tuple[int, bool]:
    """Stage a problem `alike` for each new client who may be known. Answers how many, and whether all were compared."""
    new = stage.run(
        "select r.file, r.row, r.fields, (select json_extract(c.fields, '$.value[1]') from record c where c.entity = 'channel'"
        " and c.ext = r.ext || '|phone' limit 1) from record r where r.entity = 'client' and r.state = 'new' order by r.seq limit ?",
        (MOST + 1,),
    ).fetchall()
    if not new or r.conn.execute(select(client.c.id).limit(1)).first() is None:
        return 0, True
    count = 0
    for file, row, text, phone in new[:MOST]:
        fields = fields_of(text)
        given, _middle, family, *_rest = (str(part or "") for part in fields["name"])
        born = fields.get("birth", [None])[0]
        who = Newcomer(given, family, date.fromisoformat(str(born)) if born else None, phone or "")
        if found := like(r, who, limit=1):
            count += 1
            (one,) = found
            # An admin has the file in hand, but may not learn from it what is in the record.
            why = one.words if one.ask or r.me.sees_identity else one.cases[0]
            said = _("May be known already: {words}").format(words=why)
            stage.problem("alike", Reject(file, row, column, "", "", said))
    stage.flush()
    return count, len(new) <= MOST
