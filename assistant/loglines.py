"""A log line as JSON: what our messages say as `name key=%s` becomes fields, for a log collector. Adds nothing."""

import json
import logging
import re
from datetime import UTC, datetime

TEXT_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

_FIELD = re.compile(r"(\w+)=(%[\d.]*[sdgf])")


class JsonLines(logging.Formatter):
    """`{"at":…,"level":…,"logger":…,"event":"call.opened","call":"c1",…}`, one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; a traceback is told by its kinds only, since its messages may quote speech."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = _FIELD.findall(str(record.msg))
        if fields and isinstance(record.args, tuple) and len(fields) == len(record.args):
            line["event"] = str(record.msg).partition(" ")[0].rstrip(":")
            line |= {name: _plain(value) for (name, _), value in zip(fields, record.args, strict=True)}
        else:
            line["event"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool) or value is None else str(value)
