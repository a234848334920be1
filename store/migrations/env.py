"""Alembic's way into the ledger: it runs migrations on the engine that database.py hands over, all of them or none."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from store.tables import METADATA

LOCK = 6_281_962  # any number, the same for every duban: a server lets one migrate at a time


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write SQLModel's text type as SQLAlchemy's own, so that a migration needs no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


engine = context.config.attributes["engine"]
lite = engine.dialect.name == "sqlite"
with engine.connect() as connection:
    # Begun here, for Alembic would change an SQLite file step by step, and a kill would leave half a schema.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if lite else f"SELECT pg_advisory_xact_lock({LOCK})")
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_item=render,
        render_as_batch=True,  # SQLite can't alter a column in place
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.exec_driver_sql("COMMIT") if lite else connection.commit()
