"""Quality staff find a flagged sentence, hear it and read the record: the real server, the built pages, Chromium."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Served

pytestmark = pytest.mark.browser


def test_a_flag_in_the_queue_leads_to_its_sound(
    server: Served, page: Page, ended_call: str, faults: Callable[[], list[str]]
) -> None:
    page.goto(f"{server.url}/qa?rule_id=not_my_job")
    row = page.locator("tbody tr", has_text="不归我管").first
    expect(row).to_contain_text("我帮您转接")
    assert faults() == []

    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/calls/[^?]+\?t=\d+"))
    play = page.get_by_role("button", name="播放", exact=True)
    expect(play).to_be_enabled()
    # The address names the moment: the player stands there, and the line is marked.
    expect(page.locator("li.line.is-heard")).to_contain_text("不归我管")

    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    page.keyboard.press("Space")
    expect(play).to_be_visible()
    assert faults() == []


def test_a_click_on_a_word_moves_the_player_there(server: Served, page: Page, ended_call: str) -> None:
    page.goto(f"{server.url}/calls/{ended_call}")
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_enabled()
    line = page.locator("li.line").nth(4)
    started = line.locator(".line__time").inner_text()

    line.locator(".line__text").click(position={"x": 2, "y": 10})

    expect(page.locator(".waves__clock")).to_contain_text(re.compile(rf"^{started[:4]}"))
    expect(line).to_have_class(re.compile("is-heard"))


def test_what_was_said_is_found_in_all_calls(
    server: Served, page: Page, ended_call: str, faults: Callable[[], list[str]]
) -> None:
    page.goto(f"{server.url}/qa?part=search")
    page.get_by_role("searchbox").fill("漏水")
    page.keyboard.press("Enter")

    hit = page.locator("tbody tr", has_text="漏水").first
    expect(hit.locator("mark")).to_have_text("漏水")
    assert faults() == []
    hit.get_by_role("link").click()
    expect(page.get_by_role("heading", name="通话详情")).to_be_visible()
