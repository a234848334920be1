"""Whether a ledger holds together: rules that every program that writes into it keeps, looked at one by one."""

from __future__ import annotations

from sqlalchemy import Connection

from plans.model import Sentence, say
from store.database import row
from store.tables import FOREVER

N_ = str  # marks a message for the catalogue

RULES = {
    N_("notices that are in a letter which isn't there"): """notice n WHERE n.state = 'in_letter'
        AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.id = n.letter)""",
    N_("notices in a letter that was taken back"): """notice n WHERE n.state = 'in_letter'
        AND EXISTS (SELECT 1 FROM letter l WHERE l.id = n.letter AND l.state = 'void')""",
    N_("letters that wait without their bytes"): "letter WHERE state IN ('ready', 'claimed') AND body IS NULL",
    N_("letters marked sent without an answer"): "letter WHERE state = 'sent' AND (receipt = '' OR sent_at IS NULL)",
    # all at once: asked row by row, SQLite would look through all that stands today for each
    N_("rows whose state today isn't the last one noted"): """(SELECT id FROM occurrence
        EXCEPT SELECT s.occurrence FROM standing s JOIN occurrence o ON o.id = s.occurrence
        WHERE s.until = :forever AND s.state = o.state
        AND (s.due = o.due OR s.due IS NULL AND o.due IS NULL)) odd""",
    N_("rows that stand in two ways at once"): """standing a JOIN standing b ON a.occurrence = b.occurrence
        AND a.since < b.since AND a.until > b.since""",
    N_("rows of a plan that isn't there"): "occurrence o WHERE NOT EXISTS (SELECT 1 FROM plan p WHERE p.id = o.plan)",
}


def examine(connection: Connection) -> list[Sentence]:
    """Return what doesn't hold together, with how often."""
    found = []
    for name, rule in RULES.items():
        values = {"forever": FOREVER} if ":forever" in rule else {}
        one = row(connection, f"SELECT count(*) AS n FROM {rule}", **values)
        if one and one["n"]:
            found.append(say("{rule}: {count}", rule=name, count=one["n"]))
    return found
