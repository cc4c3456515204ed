"""An agent watches a call arrive on the desk: the real server, real Whisper, the built pages, Debian's Chromium."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.pictures import keep
from tests.conftest import ROOT
from tests.serving import Served

pytestmark = pytest.mark.browser

SAMPLE = ROOT / "audio_samples" / "heating_leak_angry.flac"
WAIT_MS = 60_000
TRIES = 6


def test_an_agent_watches_a_call_arrive_and_hands_its_ticket_over(
    server: Served, page: Page, faults: Callable[[], list[str]]
) -> None:
    page.goto(server.url)
    expect(page.locator("body")).to_contain_text("热线助手", timeout=WAIT_MS)

    with _playing(server, pace=1.5):
        # The call arrives by itself; words appear while they are spoken.
        expect(page.locator(".row__bubble").first).to_contain_text(re.compile("[您你]好"), timeout=WAIT_MS)
        expect(page.locator(".row__tentative").first).to_be_visible(timeout=WAIT_MS)
        # The wish is understood, its safety script offered, with the words it rests on.
        expect(page.locator("body")).to_contain_text("漏水及跑冒滴漏", timeout=WAIT_MS)
        _take_a_card(page)
        # The agent corrects a field; the model leaves it alone from then on.
        spot = page.locator("#field-fault_spot")
        spot.fill("卧室暖气片接口")
        spot.press("Enter")
        # The banned sentence is flagged with what to say instead.
        alert = page.locator("article.alert").first
        expect(alert).to_contain_text("我帮您转接", timeout=WAIT_MS)
        expect(page.locator("mark.row__mark").first).to_be_visible()
        keep(page, "desk")
    expect(page.locator("body")).to_contain_text("已结束", timeout=WAIT_MS)
    expect(page.locator("#field-fault_spot")).to_have_value("卧室暖气片接口")
    assert faults() == []

    page.locator(".submit__button").click()
    anyway = page.get_by_role("button", name="仍然提交")
    if anyway.is_visible():
        anyway.click()
    expect(page.locator(".submit__done")).to_contain_text("GR", timeout=WAIT_MS)


def test_a_page_opened_late_shows_the_whole_call(server: Served, page: Page) -> None:
    page.goto(f"{server.url}/desk?call=browser-1")

    expect(page.locator(".row__bubble").first).to_contain_text(re.compile("[您你]好"), timeout=WAIT_MS)
    expect(page.locator("body")).to_contain_text("GR", timeout=WAIT_MS)


def _take_a_card(page: Page) -> None:
    """Takes the first card by its key, as an agent does; a card goes by itself once it was said, then the next is taken."""
    taken = page.locator(".cards__handled", has_text=re.compile("已采用 [1-9]"))
    for _ in range(TRIES):
        page.locator(".urgent__say, article.card").first.wait_for()
        page.keyboard.press("Alt+Digit1")
        try:
            taken.wait_for(timeout=5_000)
        except PlaywrightTimeout:
            continue
        return
    expect(taken).to_be_visible()


class _playing:  # noqa: N801 - reads as a phrase
    """A call played by the project's own adapter while the block runs; waits for its end."""

    def __init__(self, server: Served, pace: float) -> None:
        self._command = [
            *(sys.executable, "server.py", "replay", str(SAMPLE), "--domain", "heating", "--url", server.url),
            *("--call-id", "browser-1", "--pace", str(pace), "--jsonl", str(server.data / "browser.jsonl")),
        ]

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT)

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        if kind is not None:
            self._process.terminate()
        assert self._process.wait(timeout=180) == 0 or kind is not None
