"""Alembic's way into the ledger: it runs migrations on the engine that database.py hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from store.tables import METADATA


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write SQLModel's text type as SQLAlchemy's own, so that a migration needs no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_item=render,
        render_as_batch=True,  # SQLite can't alter a column in place
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
