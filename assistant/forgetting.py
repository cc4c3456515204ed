"""Carries out what privacy asks of database and files together: erasing and retention. Blocks; knows no socket.

The rows go first, in one transaction with the certificate and its audit entry; then the files.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from assistant.privacy.retention import Class, Terms, due
from assistant.settings import Settings
from assistant.store.privacy import Certificate, PrivacyStore


@dataclass(frozen=True, slots=True)
class Retention:
    """What is due to be deleted by the terms in force."""

    sound_days: int
    words_days: int
    sound: tuple[str, ...]
    """Calls whose recordings are due."""
    words: tuple[str, ...]
    """Calls that are due with everything."""


def erase(store: PrivacyStore, recordings: Path, calls: tuple[str, ...], why: str, by: str) -> Certificate:
    """Erases calls and their files. Blocks."""
    erased = store.erase(calls, why, by)
    remove(recordings, erased.files)
    return erased.certificate


def find_due(store: PrivacyStore, settings: Settings) -> Retention:
    """What the terms in force would delete now. Blocks."""
    terms = Terms(timedelta(days=settings.keep_sound_days), timedelta(days=settings.keep_words_days))
    now = store.now()
    found = due(store.ended_before(now - min(terms.sound, terms.words)), terms, now)
    return Retention(
        sound_days=settings.keep_sound_days,
        words_days=settings.keep_words_days,
        sound=tuple(one.call_id for one in found if one.what is Class.SOUND),
        words=tuple(one.call_id for one in found if one.what is Class.WORDS),
    )


def apply_terms(store: PrivacyStore, settings: Settings, by: str) -> Retention:
    """Deletes what is due. Blocks."""
    found = find_due(store, settings)
    if found.words:
        erase(store, settings.recordings_dir, found.words, "retention", by)
    if found.sound:
        remove(settings.recordings_dir, store.forget_sound(found.sound, by))
    return found


def remove(folder: Path, names: tuple[str, ...]) -> None:
    """Deletes recordings."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
