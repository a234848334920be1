"""How a row's deadline reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A row without a date told by its rule, beneath whose words the phase's or the plan's deadline may stand, what it read.
FILL = """UPDATE occurrence SET reading = CASE
    WHEN kind <> 'undated' THEN kind
    WHEN text = '' OR rule IN ('none', 'phase: none', 'default: none', 'state', 'phase: state', 'default: state')
        THEN 'none'
    WHEN rule IN ('open', 'phase: open', 'default: open', 'start', 'phase: start', 'default: start') THEN 'open'
    WHEN rule IN ('immediate', 'phase: immediate', 'default: immediate') THEN 'immediate'
    ELSE 'unresolved' END
    WHERE kind IN ('undated', 'recurring', 'immediate')"""


def upgrade() -> None:
    """Bring the ledger one step forward."""
    op.add_column("occurrence", sa.Column("reading", sa.String(), nullable=False, server_default=""))
    op.execute(FILL)
