"""The log of a process that runs on: one line a record, or one JSON object, without secrets and whole addresses."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

from store.tokens import masked

_MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def keep_log(form: str, level: int = logging.INFO) -> None:
    """Write the log to the standard error, as "text" or "json"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def discreet(text: str) -> str:
    """Return *text* with tokens masked, addresses down to their first letter, and nothing that could fake a line."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _MAIL.sub(r"\1…@\2", masked(text)))


class Text(logging.Formatter):
    """A line a record; of what went wrong inside, the lines that say where."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        return discreet(super().format(record))


class Json(logging.Formatter):
    """A JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        if record.exc_info:
            told["trace"] = discreet(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)
