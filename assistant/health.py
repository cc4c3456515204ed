"""Whether this machine can hear calls just now; pure but for asking the disk for its free space."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STUCK_S = 15.0
"""A window that takes so long is not slow: the recogniser hangs, or the machine is far too small."""
FREE_BYTES = 500 * 1024 * 1024
"""Less free space than this lasts some hours of recordings: new calls had better go elsewhere."""


@dataclass(frozen=True, slots=True)
class Health:
    """Asked by `/readyz`."""

    data_dir: Path
    stuck_s: Callable[[], float]
    """How long the recogniser has worked on its oldest window."""
    free_bytes: int = FREE_BYTES

    def ailments(self) -> tuple[str, ...]:
        """What is wrong, a line each."""
        found = []
        if (stuck_s := self.stuck_s()) > STUCK_S:
            found.append(f"the recogniser has not come back for {stuck_s:.0f} s")
        try:
            free = shutil.disk_usage(self.data_dir).free
        except OSError as error:
            found.append(f"the data folder cannot be read: {error.strerror}")
        else:
            if free < self.free_bytes:
                found.append(f"only {free >> 20} MB are free in the data folder")
        return tuple(found)
