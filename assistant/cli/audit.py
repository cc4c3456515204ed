"""`audit verify`: checks that no entry of the audit was changed or taken out."""

import argparse
import sys

from assistant.people.errors import AuditBrokenError
from assistant.settings import Settings
from assistant.store.audit import AuditBook
from assistant.store.database import Database
from assistant.store.sql import utc_now


def audit(args: argparse.Namespace, settings: Settings) -> int:
    """Prints how many entries there are and the last hash, which is worth writing down elsewhere."""
    database = Database.open(settings.store_url)
    try:
        count, last = AuditBook(database, utc_now).verify(_known(args.known))
    finally:
        database.close()
    sys.stdout.write(f"审计完好。请抄下来，下次核对用：--known {count}:{last}\n")
    return 0


def _known(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    count, _, last = text.partition(":")
    if not (count.isdigit() and count.isascii() and last):
        raise AuditBrokenError(f"--known 要写成“条数:哈希”，不是 {text}")
    return int(count), last
