"""Stages that found nobody are looked at by every round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the ledger one step forward."""
    unheard = sa.text("reason = 'nobody'")
    op.create_index("notice_unheard", "notice", ["occurrence"], postgresql_where=unheard, sqlite_where=unheard)
