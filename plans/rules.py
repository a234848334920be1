"""The catalogue of findings: what each code means, why it matters in an office, how to mend it, and an example."""

from __future__ import annotations

from plans import rules_sense, rules_tasks, rules_writing
from plans.findings import Rule

RULES: dict[str, Rule] = {**rules_writing.RULES, **rules_sense.RULES, **rules_tasks.RULES}
