"""The words one call may be about: the hotline's own, and what the telephone system already knows of this call. Pure."""

import re
from collections.abc import Mapping

from asr.lexicon import Lexicon
from assistant.pack import Pack

_RUN = re.compile(r"[\u4e00-\u9fff]+")
_NAME_LETTERS = range(3, 9)
"""Letters of a name worth listening for: two sound like too much else, more is a sentence."""


def vocabulary(pack: Pack, metadata: Mapping[str, str] | None = None) -> Lexicon:
    """The pack's terms and hotwords, with the caller's name, street, station … from the call's `metadata`."""
    told = (run for value in (metadata or {}).values() for run in _RUN.findall(value))
    names = (run for run in told if len(run) in _NAME_LETTERS)
    return Lexicon((*pack.terms, *pack.hotwords, *names))
