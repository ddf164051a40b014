"""Whether a database has the tables of this caseload; where it has not, which it is and what to do."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from ..errors import OtherSchema
from ..messages import _
from ..models import metadata
from . import migrate


def must_fit(conn: Connection) -> None:
    """Raises OtherSchema unless the database says of itself that it is at this caseload's schema. One small query."""
    if error := _by_number(conn):
        raise error


def must_have_tables(conn: Connection) -> None:
    """Raises OtherSchema where a table or a column is missing, whatever the database says of itself. It looks at all of
    them, so it is asked only where something has gone wrong, or where an administrator wants to know."""
    must_fit(conn)
    missing = lacking(conn)
    if missing:
        raise OtherSchema(
            _(
                "The database is of an older caseload, though its schema has this one's number ({number}): {what} is "
                "missing. Open it with the caseload it was made with, or restore a backup."
            ).format(number=migrate.head(), what=missing[0]),
            details=[_("Missing: {what}").format(what=", ".join(missing[:20]))] if len(missing) > 1 else (),
        )


def must_be_whole(conn: Connection) -> None:
    """The same for triggers, functions and views, too."""
    must_have_tables(conn)
    from .ddl import missing_objects

    if missing_objects(conn):
        raise OtherSchema(
            _(
                "The triggers of the database are of another caseload than its tables. Whoever set it up runs: caseload upgrade"
            )
        )


def lacking(conn: Connection) -> list[str]:
    """The tables, and the columns of tables, that this caseload expects and the database has not."""
    have = {
        name: {column["name"] for column in columns}
        for (_schema, name), columns in inspect(conn).get_multi_columns().items()
    }
    missing = []
    for table in metadata.sorted_tables:
        if table.name not in have:
            missing.append(table.name)
        else:
            missing += [f"{table.name}.{column.name}" for column in table.c if column.name not in have[table.name]]
    return missing


def _by_number(conn: Connection) -> OtherSchema | None:
    standing = migrate.standing(conn)
    if standing == "current":
        return None
    found, known = migrate.current(conn), migrate.head()
    said = {
        "empty": _("This database holds no caseload tables. Run: caseload init --agency NAME --admin HANDLE"),
        "older": _(
            "The database is of an older caseload (schema {found}; this one needs {known}). Whoever set it up runs: "
            "caseload upgrade"
        ),
        "newer": _(
            "The database is of a newer caseload (schema {found}; this one knows {known}). Install the newer caseload and "
            "try again."
        ),
        "foreign": _("The tables in this database are another program's. Name another database with --database."),
    }[standing]
    return OtherSchema(said.format(found=found, known=known))
