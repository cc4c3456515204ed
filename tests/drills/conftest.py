"""Failure drills: loopback only, bounded. Quick forms by default; the long forms with DRILLS=long (`make drills`)."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))

IS_LONG = os.environ.get("DRILLS") == "long"


@pytest.fixture(scope="session")
def is_long() -> bool:
    return IS_LONG


@pytest.fixture
def figure(record_property: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> object:
    """Writes down what a drill measured; docs/reliability.md has the table."""

    def write(name: str, value: float) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {name}: {value:.2f}")

    return write
