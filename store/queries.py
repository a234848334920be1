"""Each listing's SQL, once, as text that SQLite and PostgreSQL both understand.

Parameters are named `:day` and so on; a row is seen as it stood on `:day`.
"""

from __future__ import annotations

from store.states import ENDED, ENDED_LIST, WAITING

TYPE_CHECKING = False  # typing is dear to import for a listing
if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_LATE = "(" + ", ".join(f"'{state}'" for state in (*ENDED, *WAITING)) + ")"

ROW = f"""
SELECT o.id, o.plan, o.task, o.name AS occurrence, t.no, o.title, o.kind, s.leads, o.position, o.original_due, o.starts,
    s.due, s.state, s.finished_on, s.yellow_on, s.version, t.phase, p.position AS plan_position,
    o.target_op, o.target_value, o.target_unit, o.target_kind, o.baseline, o.profile, s.value,
    coalesce(o.starts, p.issued) AS begun,
    CASE WHEN o.steps AND o.part = '' THEN EXISTS (SELECT 1 FROM occurrence x JOIN standing y ON y.occurrence = x.id
        WHERE x.plan = o.plan AND x.task = o.task AND x.part <> '' AND x.leads = o.leads
        AND y.since <= :day AND y.until > :day AND y.due < :day AND y.state NOT IN {_NOT_LATE}) END AS step_late,
    CASE WHEN o.follows THEN EXISTS (SELECT 1 FROM task_after a
        JOIN occurrence x ON x.plan = a.plan AND x.task = a.before JOIN standing y ON y.occurrence = x.id
        WHERE a.plan = o.plan AND a.task = o.task AND x.kind <> 'report'
        AND y.since <= :day AND y.until > :day AND y.state NOT IN ({ENDED_LIST})) END AS waits,
    then_.ordinal AS due_ordinal, now_.ordinal AS day_ordinal"""

CALL = """,
    (SELECT min(q.person) FROM occurrence_person q WHERE q.occurrence = o.id AND q.role = 'contact') AS contact,
    (SELECT max(l.day) FROM notice n JOIN letter l ON l.id = n.letter WHERE n.occurrence = o.id
        AND n.state = 'in_letter' AND l.state = 'sent' AND l.day <= :day) AS told_on,
    (SELECT e.text FROM event e WHERE e.plan = o.plan AND e.task = o.task AND e.occurrence = o.id AND e."on" <= :day
        AND e.kind IN ('note', 'progress', 'report', 'return') AND e.text <> ''
        ORDER BY e.id DESC LIMIT 1) AS progress"""

# On a day a unit is also what it was before a reorganisation, and a person also those they took over from; who handed
# over has since then only what came to them afterwards.
_UNIT = """q.unit IN (WITH RECURSIVE was(id) AS (SELECT CAST(:unit AS VARCHAR)
    UNION SELECT u.id FROM unit u JOIN was ON u.until <= :day AND u.became LIKE '%"' || was.id || '"%')
    SELECT id FROM was)"""
_PERSONS = """(WITH RECURSIVE moved AS (SELECT id, old, new, since FROM handover WHERE since <= :day AND until > :day),
    was(id) AS (SELECT CAST(:person AS VARCHAR) WHERE NOT EXISTS (SELECT 1 FROM moved WHERE old = :person)
    UNION SELECT m.old FROM moved m WHERE m.new = :person AND NOT EXISTS (SELECT 1 FROM moved g WHERE g.old = :person
        AND (g.since > m.since OR g.since = m.since AND g.id > m.id))
    UNION SELECT m.old FROM moved m JOIN was ON m.new = was.id)
    SELECT id FROM was)"""
UNITS = "SELECT q.occurrence, q.role, q.unit FROM occurrence_unit q"

_STANDING = """
FROM standing s
JOIN occurrence o ON o.id = s.occurrence
JOIN plan p ON p.id = o.plan
JOIN task t ON t.plan = o.plan AND t.id = o.task
LEFT JOIN workday then_ ON then_.calendar = p.calendar AND then_.day = s.due
LEFT JOIN workday now_ ON now_.calendar = p.calendar AND now_.day = :day
WHERE s.since <= :day"""
_STOOD = "\n    AND s.until > :day"
# What stands today and what stood on a day gone by, apart: so the index on (until, due) finds the few rows due then.
_STOOD_DUE = "\n    AND (s.until = '9999-12-31' OR s.until > :day AND s.until < '9999-12-31')"

VISIBLE = f"""
    AND p.issued <= :day AND (p.closed IS NULL OR p.closed >= :day)
    AND (s.state IN ({ENDED_LIST})
        OR (t.gone_on IS NULL OR t.gone_on > :day) AND (o.gone_on IS NULL OR o.gone_on > :day))"""

_TEXT = """(lower({o}.title) LIKE :text ESCAPE '!' OR lower({t}.title) LIKE :text ESCAPE '!'
        OR lower({o}.task) LIKE :text ESCAPE '!' OR lower({t}.no) LIKE :text ESCAPE '!'
        OR lower({o}.text) LIKE :text ESCAPE '!')"""
# Where days narrow nothing, words are looked for before all rows are joined: half the cost of a search.
_TEXT_FIRST = f"""o.id IN (SELECT x.id FROM occurrence x JOIN task y ON y.plan = x.plan AND y.id = x.task
        WHERE {_TEXT.format(o="x", t="y")})"""
_BY_DAY = frozenset(("late", "verify", "ahead"))

CLAUSES = {
    "late": f"s.due < :day AND s.state NOT IN {_NOT_LATE} AND o.kind <> 'report'",
    "verify": "s.due < :day AND s.state = 'reported'",
    "ahead": f"s.due >= :day AND s.due <= :until AND s.state NOT IN ({ENDED_LIST})",
    "plan": "o.plan = :plan",
    "task": "o.plan = :plan AND o.task = :task",
    "name": "o.name = :name",
    "unit": f"o.id IN (SELECT q.occurrence FROM occurrence_unit q WHERE {_UNIT})",
    "person": f"""(EXISTS (SELECT 1 FROM occurrence_person q WHERE q.occurrence = o.id AND q.person IN {_PERSONS})
        OR EXISTS (SELECT 1 FROM occurrence_unit q JOIN unit u ON u.id = q.unit
            WHERE q.occurrence = o.id AND (u.contact IN {_PERSONS} OR u.deputy IN {_PERSONS}
            OR u.head IN {_PERSONS} OR u.leader IN {_PERSONS}
            OR EXISTS (SELECT 1 FROM {_PERSONS} AS had WHERE u.posts LIKE '%"' || had.id || '"%'))))""",
    "phase": """EXISTS (SELECT 1 FROM phase f
        WHERE f.plan = t.plan AND f.id = t.phase AND (f.id = :phase OR f.title = :phase))""",
    "text": _TEXT.format(o="o", t="t"),
    "shown_text": """(lower(t.no) LIKE :shown_text ESCAPE '!' OR lower(o.task) LIKE :shown_text ESCAPE '!'
        OR p.handling <> 'internal' AND (lower(o.title) LIKE :shown_text ESCAPE '!'
            OR lower(t.title) LIKE :shown_text ESCAPE '!' OR lower(o.text) LIKE :shown_text ESCAPE '!'))""",
    "unit_role": f"o.id IN (SELECT q.occurrence FROM occurrence_unit q WHERE {_UNIT} AND q.role = :role)",
    "person_role": f"""(EXISTS (SELECT 1 FROM occurrence_person q
            WHERE q.occurrence = o.id AND q.person IN {_PERSONS} AND q.role = :role)
        OR :role = 'contact' AND EXISTS (SELECT 1 FROM occurrence_unit q JOIN unit u ON u.id = q.unit
            WHERE q.occurrence = o.id AND u.contact IN {_PERSONS}))""",
    "recent": f"(s.state NOT IN ({ENDED_LIST}) OR s.since >= :since)",
    "first": "s.due >= :first",
    "last": "s.due <= :last",
}


def rows(*clauses: str, visible: bool = True, call: bool = False) -> str:
    """Return the query for rows as they stood on `:day`, narrowed by CLAUSES; *call* adds whom to call."""
    return ROW + (CALL if call else "") + _standing(clauses, visible=visible)


def calls(numbers: Iterable[int]) -> str:
    """Return the query for whom to call on these rows, and what was said before, each with its id."""
    listed = ", ".join(str(int(number)) for number in numbers)
    return f"SELECT o.id, o.plan{CALL} FROM occurrence o WHERE o.id IN ({listed})"


def count(*clauses: str) -> str:
    """Return the query for how many rows `rows` finds with the same arguments, as n."""
    return "SELECT count(*) AS n" + _standing(clauses, visible=True)


def units(*clauses: str, visible: bool = True) -> str:
    """Return the query for the units of the rows that `rows` finds with the same arguments, in the plan's order."""
    found = "SELECT o.id" + _standing(clauses, visible=visible)
    return f"{UNITS} WHERE q.occurrence IN ({found}) ORDER BY q.occurrence, q.position"


_CALENDAR = """
SELECT o.id, o.uid, o.sequence, o.changed_at, o.title, o.kind, o.leads, o.text, o.precision, o.original_due,
    s.due, s.state, s.since, s.finished_on, t.no, p.title AS plan_title, p.number, p.handling, f.title AS phase_title"""
_DATED = """
FROM standing s
JOIN occurrence o ON o.id = s.occurrence
JOIN plan p ON p.id = o.plan
JOIN task t ON t.plan = o.plan AND t.id = o.task
LEFT JOIN phase f ON f.plan = t.plan AND f.id = t.phase
WHERE s.since <= :day AND s.until > :day AND s.due IS NOT NULL"""


def calendar(*clauses: str) -> str:
    """Return the query for what calendars show of rows with a date as they stood on `:day`, in the plans' order."""
    return f"{_CALENDAR}{_dated(clauses)}\nORDER BY p.position, p.id, o.position, o.name, o.id"


def calendar_support(*clauses: str) -> str:
    """Return the query for the supporting units of the rows that `calendar` finds with the same arguments."""
    found = f"SELECT o.id{_dated(clauses)}"
    return f"{UNITS} WHERE q.role = 'support' AND q.occurrence IN ({found}) ORDER BY q.occurrence, q.position"


def _dated(clauses: tuple[str, ...]) -> str:
    return _DATED + VISIBLE + "".join(f"\n    AND {CLAUSES[name]}" for name in clauses)


def _standing(clauses: tuple[str, ...], *, visible: bool) -> str:
    by_day = not _BY_DAY.isdisjoint(clauses)
    known = CLAUSES if by_day else CLAUSES | {"text": _TEXT_FIRST}
    narrowed = _STANDING + (_STOOD_DUE if by_day else _STOOD) + (VISIBLE if visible else "")
    return narrowed + "".join(f"\n    AND {known[name]}" for name in clauses)


SHOWN = """
SELECT o.id, o.title, o.text, o.leads, t.no, p.title AS plan_title, p.number, p.handling, f.title AS phase_title
FROM occurrence o JOIN plan p ON p.id = o.plan JOIN task t ON t.plan = o.plan AND t.id = o.task
LEFT JOIN phase f ON f.plan = t.plan AND f.id = t.phase
WHERE o.plan = :plan"""
SUPPORT = f"""{UNITS} JOIN occurrence o ON o.id = q.occurrence
WHERE o.plan = :plan AND q.role = 'support' ORDER BY q.occurrence, q.position"""
ALL_UNITS = "SELECT id, name, aliases, phone, contact, posts, until, became FROM unit ORDER BY position"
HANDOVERS = "SELECT old, new FROM handover WHERE since <= :day AND until > :day ORDER BY since, id"
ALL_PEOPLE = "SELECT id, name, title, phone, mail FROM person"
AWAY = "SELECT id, name, away FROM person WHERE away <> '[]'"
WHO_SITS_WHERE = "SELECT id, contact, deputy, head, leader, posts FROM unit"
ALL_PHASES = "SELECT plan, id, title FROM phase ORDER BY plan, position"
ALL_PLANS = "SELECT id, title, number, handling, issued, closed, timezone FROM plan ORDER BY position, id"
ALL_TASKS = "SELECT plan, id, no, title FROM task ORDER BY plan, position"
ALL_ROWS = "SELECT plan, task, name, title FROM occurrence WHERE name <> '' ORDER BY plan, position, name"
PHASES = "SELECT plan, id, title, starts, due FROM phase ORDER BY plan, position"
PLAN = """
SELECT id, title, file, source, number, issuer, office, issued, year, ends, closed, timezone, handling, acceptance,
    applied_on, released_on, held, supersedes
FROM plan WHERE id = :plan"""
PLAN_EVENTS = """
SELECT id, at, "on", '' AS occurrence, kind, actor, text, data FROM event
WHERE plan = :plan AND task = '' AND "on" <= :day ORDER BY "on", id"""
UNIT = "SELECT id, name, mail, phone, head, deputy, contact, leader, parent, aliases FROM unit WHERE id = :unit"
PERSON = "SELECT id, name, title, mail, phone, unit, away FROM person WHERE id = :person"
POSTS = """
SELECT id, name, head, deputy, contact, leader FROM unit
WHERE :person IN (head, deputy, contact, leader) ORDER BY position"""
HANDED = """
SELECT h.old, h.new, h.since, h.until, p.id, p.name FROM handover h JOIN person p
    ON p.id = CASE WHEN h.old = :person THEN h.new ELSE h.old END
WHERE :person IN (h.old, h.new) AND h.until > :day AND h.until > h.since ORDER BY h.since, h.id"""
HELD = """
SELECT n.id, n.occurrence, n.stage, n.kind, n.day, n.person, n.role, n.reason, n.version
FROM notice n JOIN occurrence o ON o.id = n.occurrence AND o.version = n.version
WHERE n.state = 'held' AND n.reason IN ('desk', 'sign', 'propose') ORDER BY n.day, n.id"""
RETRIED_LETTERS = """
SELECT l.id, l.day, l.address, l.subject, l.attempts, l.error, l.next_at FROM letter l
WHERE l.state IN ('ready', 'claimed') AND l.attempts > 0 AND l.error <> '' ORDER BY l.id"""
CLOSED_DAYS = """
SELECT w.day FROM workday w JOIN plan p ON p.calendar = w.calendar
WHERE p.id = :plan AND NOT w.working AND w.day >= :first AND w.day <= :last ORDER BY w.day"""
HOUSE = "SELECT rehearsal, held FROM house"

OFFICE = """
SELECT coalesce((SELECT name FROM unit WHERE id = p.office),
    (SELECT u.name FROM unit u JOIN house h ON u.id = h.office), p.issuer) AS name, p.calendar, p.language, p.handling
FROM plan p WHERE p.id = :plan"""
OFFICE_PLANS = """
SELECT count(*) AS n FROM plan p JOIN plan own ON own.id = :plan AND own.office = p.office
WHERE p.issued <= :day AND (p.closed IS NULL OR p.closed >= :day)"""
WORKDAY_BEFORE = "SELECT max(day) AS day FROM workday WHERE calendar = :calendar AND working AND day < :day"
ROW_NAMES = "SELECT name FROM occurrence WHERE plan = :plan AND task = :task ORDER BY name"
TASKS_CALLED = "SELECT plan, id FROM task WHERE id = :task ORDER BY plan"
TASK = """
SELECT t.plan, t.id AS task, t.no, t.title, t.phase, f.title AS phase_title, t.text, t.spec, t.gone_on,
    p.title AS plan_title, p.number, p.issuer, p.issued, p.closed, p.released_on, p.held, p.timezone
FROM task t JOIN plan p ON p.id = t.plan LEFT JOIN phase f ON f.plan = t.plan AND f.id = t.phase
WHERE t.plan = :plan AND t.id = :task"""
OCCURRENCES = """
SELECT id, name, text, rule, precision, declared, original_due, reported_on, accepted_on, paused_until, asked_on,
    asked_due, silent, soft, fixed, ladder, next_at, target_op, target_value, target_unit, value
FROM occurrence WHERE plan = :plan AND task = :task ORDER BY position, name"""
UNITS_OF_TASK = f"""{UNITS} JOIN occurrence o ON o.id = q.occurrence
WHERE o.plan = :plan AND o.task = :task ORDER BY q.occurrence, q.position"""
PEOPLE_OF_TASK = """
SELECT q.occurrence, q.role, q.person FROM occurrence_person q JOIN occurrence o ON o.id = q.occurrence
WHERE o.plan = :plan AND o.task = :task ORDER BY q.occurrence, q.position"""
EVENTS = """
SELECT e.id, e.at, e."on", o.name AS occurrence, e.kind, e.actor, e.text, e.data
FROM event e LEFT JOIN occurrence o ON o.id = e.occurrence
WHERE e.plan = :plan AND e.task = :task AND e."on" <= :day ORDER BY e."on", e.id"""
NOTICES = """
SELECT n.id, o.name AS occurrence, n.version, n.stage, n.kind, n.day, n.person, n.channel, n.role, n.why, n.unit,
    n.release, n.state, n.reason, n.late, n.signer, n.number,
    l.id AS letter, l.state AS letter_state, l.subject, l.address, l.sent_at, l.next_at AS try_at, l.error
FROM notice n JOIN occurrence o ON o.id = n.occurrence LEFT JOIN letter l ON l.id = n.letter
WHERE o.plan = :plan AND o.task = :task AND n.day <= :day ORDER BY n.day, o.position, o.name, n.id"""
LETTERS = """
SELECT l.id, l.day, l.person, l.channel, l.kind, l.address, l.subject, l.state, l.made_at, l.sent_at, l.next_at,
    l.attempts, l.error, l.message_id, l.signer, l.number
FROM letter l
WHERE l.state <> 'void' AND l.day <= :day AND l.day >= :since ORDER BY l.day, l.id"""
