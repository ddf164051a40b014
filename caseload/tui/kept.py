"""Documents on the screen: their commands, how they read on the case page, and what the screen has the practice do about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..messages import _
from .commands import ONE, WORK, Command
from .draw import run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from ..casework.documents import DocumentRow, Written
    from ..casework.page import CasePage
    from ..store.database import Receipt, Work
    from .summaries import When
    from .verbs import Doing


def keeping() -> tuple[Command, ...]:
    """Files kept with a case: the commands."""
    group = _("Documents")
    return (
        Command(
            "document", _("Add a document"), ("D a",), WORK, group,
            _("A file by its path, what kind it is, and whether it is this case's or the client's for all their cases. By the kind the "
              "agency says how long it is kept."),
            _("document"), ONE, True,
        ),
        Command(
            "document_open", _("Open a document"), ("D o",), WORK, group,
            _("The one under the cursor, or one chosen: a private copy, shown by this machine's own program and removed when caseload "
              "ends. Every opening is on record. Enter on one also writes it out, adds its next edition, or withdraws it."),
            _("open it"), ONE,
        ),
    )  # fmt: skip


def section(page: CasePage, when: When) -> list[Item]:
    """The documents of a case and its client, newest first; those replaced or withdrawn below."""
    now = [_document(one, when) for one in page.documents if not (one.replaced or one.withdrawn)]
    past = [_document(one, when) for one in page.documents if one.replaced or one.withdrawn]
    if not (now or past):
        return [
            Item(((_("  No document is kept with this case."), "plain"),)),
            Item(((_("  D a adds one, by the path of its file."), "dim"),)),
        ]
    found = [BLANK, heading(_("Documents")), *now] if now else []
    found += [BLANK, heading(_("Replaced or withdrawn")), *past] if past else []
    return found[1:]


def _document(one: DocumentRow, when: When) -> Item:
    from ..casework.documents import kind_words, size_words

    live = not (one.replaced or one.withdrawn)
    parts = [
        size_words(one.size), when.day(one.on), one.by,
        _("edition {n}").format(n=one.edition) if one.edition > 1 else "",
        _("the client's") if one.of_client else "",
        _("withdrawn") if one.withdrawn else _("kept until {day}").format(day=when.day(one.keep_until)),
    ]  # fmt: skip
    tone = "dim" if not live else "warn" if one.keep_until < when.today else "good"
    head = (run(f"{kind_words(one.kind)} ", tone), run(one.name or "", "strong" if live else "dim"))
    # Below it: a name may be as long as the line, and until when it is kept must be read.
    said = " · ".join(part for part in (*parts, one.withdrawn_why or "") if part)
    return Item(head, said, value=("document", one), right=(run(f"#{one.id} ", "dim"),), tone="dim", indent=4)


def standing(r: Any, key: int) -> list[DocumentRow]:
    """The documents of a case that can be opened."""
    from ..casework import documents

    return [one for one in documents.of_case(r, key) if not one.withdrawn]


def add(key: int, path: str, kind: str, of_client: bool, replaces: int | None = None) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import documents

        where = Path(path).expanduser()
        return documents.add(w, documents.NewDocument(key, where, kind, of_client=of_client, replaces=replaces))

    return doing


def withdraw(document: int, why: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import documents

        return documents.withdraw(w, document, why)

    return doing


def open_into(db: Any, document: int) -> Path:
    """A private copy to look at; the look is on record first."""
    from ..casework import documents
    from . import viewing

    return documents.open_into(db, document, viewing.place, why=_("opened on the screen"))


def ending(row: DocumentRow) -> str:
    """How the file of a document ends: its own ending where that is a plain one."""
    from ..casework import documents

    found = documents.suffix(row.name or "")
    return f".{found}" if found else ""


def write_out(db: Any, document: int, path: str, why: str, recipient: str, purpose: str) -> Written:
    """A new private file at that path; where it goes to somebody, they may be told, and that is on record."""
    from ..casework import documents

    return documents.write_out(db, document, Path(path).expanduser(), why=why, recipient=recipient, purpose=purpose)
