"""What changes between two versions of a plan, in words: a line a task, for `plan`, `apply` and `import --update`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notifications.speech import Speech
from plans.compare import Change

SIGNS = {
    "added": "+",
    "past": "+",
    "moved": "~",
    "changed": "~",
    "vanished": "-",
    "gone": "-",
    "dropped": "-",
    "revived": "^",
    "kept": "=",
}


def change_lines(speech: Speech, changes: Iterable[Change]) -> Iterator[str]:
    """Yield a line for each task that changes; many rows of one task are counted in it."""
    by_task: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.kind != "same":
            by_task.setdefault((change.kind, change.task), []).append(change)
    for (kind, task), rows in by_task.items():
        yield f"  {SIGNS[kind]} {task}  {_words(speech, kind, rows)}"


def _words(speech: Speech, kind: str, changes: list[Change]) -> str:
    first = changes[0]
    due = first.declared.due if first.declared else first.known.due if first.known else None
    rows = f" ×{len(changes)}" if len(changes) > 1 else ""
    words = {
        "added": speech("{title} due {due}", title=first.title, due=due or "—"),
        "past": speech("{title} was due {due}, before it is assigned: done?", title=first.title, due=due),
        "moved": speech("{title} due {due} instead of {before}", title=first.title, due=due or "—",
                        before=(first.known.declared if first.known else None) or "—"),
        "changed": speech("{title} changes beside its date", title=first.title),
        "vanished": speech("{title} is no longer in the file", title=first.title),
        "gone": speech("{title} is no longer in the file and is cancelled", title=first.title),
        "dropped": speech("{title} is no longer asked", title=first.title),
        "revived": speech("{title} is back", title=first.title),
        "kept": speech("{title} goes on without the file", title=first.title),
    }  # fmt: skip
    overridden = next((change.overrides for change in changes if change.overrides), None)
    told = " " + speech("(overrides the extension to {day})", day=overridden) if overridden else ""
    return words[kind] + rows + told
