"""`privacy`: what is due to be deleted, and erasing by caller, from the machine itself (for a nightly job, or on request)."""

import argparse
import json
import sys
from dataclasses import asdict

from assistant.forgetting import apply_terms, erase, find_due
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.privacy import PrivacyStore
from assistant.store.sql import utc_now

BY = "system"
"""Who the audit names: somebody with a shell on the machine."""


def privacy(args: argparse.Namespace, settings: Settings) -> int:
    """Prints JSON: ids and counts."""
    database = Database.open(settings.store_url)
    try:
        store = PrivacyStore(database, utc_now)
        match args.action:
            case "due":
                told: object = asdict(
                    apply_terms(store, settings, BY) if args.apply else find_due(store, settings)
                )
            case "erase":
                calls = store.calls_of(args.number)
                told = asdict(erase(store, settings.recordings_dir, calls, "request", BY))
            case _:
                told = {"calls": store.calls_of(args.number)}
    finally:
        database.close()
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0
