"""The catalogue of findings: what each code means, why it matters in an office, how to mend it, and an example."""

from __future__ import annotations

from plans.findings import Rule
from plans.rules import sense, tasks, writing

RULES: dict[str, Rule] = {**writing.RULES, **sense.RULES, **tasks.RULES}
