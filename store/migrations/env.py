"""Alembic's way into the ledger: it runs migrations on the engine that database.py hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from store import tables

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,  # SQLite can't alter a column in place
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

__all__ = ["tables"]
