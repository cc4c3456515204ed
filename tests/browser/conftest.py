"""What every story in the browser needs: the real server, Debian's Chromium, a call to look at, axe."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.conftest import ROOT
from tests.serving import Served, served

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WAIT_MS = 60_000

expect.set_options(
    timeout=WAIT_MS
)  # on a busy machine a page takes its time; a story is about what, not when


@pytest.fixture(autouse=True)
def _no_leaked_tasks() -> None:
    """In place of the one for all tests: Playwright's own loop runs from story to story, and no story starts a task."""


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all stories."""
    with served(tmp_path_factory.mktemp("screens")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all stories; each has pages of its own."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _is_fault(message: ConsoleMessage) -> bool:
    # Who asks for a session and has none is told so: that is an answer.
    return message.type == "error" and not str(message.location.get("url", "")).endswith("/v1/session")


def _is_lost(request: Request) -> bool:
    # What the page itself drops is no failure: an icon when it is left, a range of sound that the player has passed.
    return request.failure != "net::ERR_ABORTED"


@pytest.fixture
def problems() -> list[str]:
    """What the page complained about."""
    return []


@pytest.fixture
def page(chromium: Browser, problems: list[str]) -> Iterator[Page]:
    """A screen of the smallest size in use; any failed request or script error fails the test."""
    page = chromium.new_page(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page.set_default_timeout(WAIT_MS)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if _is_fault(message) else None)
    page.on("requestfailed", lambda request: problems.append(request.url) if _is_lost(request) else None)
    yield page
    page.close()
    assert problems == []


@pytest.fixture(scope="package")
def ended_call(server: Served) -> str:
    """A call that was heard to its end, with one banned phrase in it."""
    sample = ROOT / "audio_samples" / "heating_leak_angry.flac"
    command = [
        *(sys.executable, "server.py", "replay", str(sample), "--domain", "heating", "--url", server.url),
        *("--call-id", "ended-1", "--pace", "8", "--jsonl", str(server.data / "ended.jsonl")),
    ]
    subprocess.run(command, cwd=ROOT, check=True, timeout=180)
    with urllib.request.urlopen(f"{server.url}/v1/calls/ended-1", timeout=10) as answer:
        assert json.load(answer)["flags"]
    return "ended-1"


@pytest.fixture
def faults(page: Page, problems: list[str]) -> Callable[[], list[str]]:
    """Asks axe for what is wrong with the page as it stands."""

    def ask() -> list[str]:
        # By the debugger: the page's own policy lets nobody else's script in. axe tries inline styles, which that
        # policy refuses and which axe does not need: that complaint is not the page's.
        before = list(problems)
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        found = page.evaluate(
            "async tags => (await axe.run({ runOnly: tags })).violations"
            ".map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 120)).join(' · ')}`)",
            WCAG,
        )
        problems[:] = before
        assert isinstance(found, list)
        return found

    return ask
