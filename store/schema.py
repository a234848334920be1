"""The ledger's schema and how an older ledger is brought to it; the only file that knows Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from plans.model import say
from plans.trouble import LedgerError
from store.refusals import NEWER

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """Return the schemas this program knows, the newest first."""
    return [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def upgrade(engine: Engine, have: str | None, called: str) -> None:
    """Bring a ledger from the schema it has to the newest, in one transaction; people know it as *called*.

    Raises:
        LedgerError: the ledger has a schema that only a newer program knows.
    """
    if have and have not in revisions():
        raise LedgerError(say(NEWER, path=called, schema=have))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
