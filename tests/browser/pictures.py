"""Pictures of the pages, which the documents show."""

import os

from playwright.sync_api import Page

from tests.conftest import ROOT

SHOWN = ROOT / "docs" / "screens"


def keep(page: Page, name: str) -> None:
    """Keeps the page as it stands, when asked to by KEEP_SCREENS=1: a test run changes none of the project's files."""
    if os.environ.get("KEEP_SCREENS"):
        page.screenshot(path=SHOWN / f"{name}.png")
