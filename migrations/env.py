"""Run by Alembic. `caseload.store.migrate` (and `make revision`) hands over a connection inside its own transaction."""

from __future__ import annotations

from alembic import context

from caseload.models.base import whole

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Use `caseload upgrade` for a database, `make revision` to write a migration.")

context.configure(
    connection=connection,
    target_metadata=whole(),
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    **context.config.attributes.get("rendering", {}),
)
# The transaction, its lock and its end belong to whoever gave the connection.
context.run_migrations()
