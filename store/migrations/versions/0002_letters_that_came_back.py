"""Letters that came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = "state IN ('ready','claimed','sent',{}'dead','void')"


def upgrade() -> None:
    """Bring the ledger one step forward."""
    op.add_column("house", sa.Column("bounce_strays", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("house", sa.Column("bounce_trouble", sa.String(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "sqlite":
        _make_anew("letter", STATES.format(""), STATES.format("'bounced',"))
    else:
        op.drop_constraint("state_known", "letter", type_="check")
        op.create_check_constraint("state_known", "letter", STATES.format("'bounced',"))
    op.add_column("letter", sa.Column("bounced_at", sa.BigInteger(), nullable=True))
    failed = sa.text("state IN ('bounced','dead')")
    op.create_index("letter_failed", "letter", ["state"], postgresql_where=failed, sqlite_where=failed)
    waiting = sa.text("state IN ('ready','claimed')")
    op.drop_index("letter_waiting", "letter")
    op.create_index("letter_waiting", "letter", ["next_at", "id"], postgresql_where=waiting, sqlite_where=waiting)


def _make_anew(table: str, old: str, new: str) -> None:
    """Make a table anew with one rule changed, for SQLite changes none in place; its rows and indexes come along."""
    master = f"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL ORDER BY type DESC"
    made, *indexes = [str(one[0]) for one in op.get_bind().exec_driver_sql(master)]
    for sql in (
        f"ALTER TABLE {table} RENAME TO {table}_before",
        made.replace(old, new),
        f"INSERT INTO {table} SELECT * FROM {table}_before",
        f"DROP TABLE {table}_before",
        *indexes,
    ):
        op.get_bind().exec_driver_sql(sql)
