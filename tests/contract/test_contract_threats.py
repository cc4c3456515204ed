"""Every row of the threat model names a test that there is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_threat_has_a_test_that_there_is() -> None:
    rows = [
        line.strip("|").split("|")
        for line in (ROOT / "docs/threats.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and "`test_" in line
    ]
    files = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py")}
    code = "\n".join(files.values())

    for threat, _how, tests in rows:
        for name in re.findall(r"`(test_[a-z0-9_]+(?:\.py)?)`", tests):
            found = name in files if name.endswith(".py") else f"def {name}(" in code
            assert found, f"{threat.strip()}: {name}"
    assert len(rows) >= 16
