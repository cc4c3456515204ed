"""A leader sees a call as it comes, reads along, and opens it afterwards; an agent's screen survives a lost network."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import keep
from tests.serving import Served

pytestmark = pytest.mark.browser


def test_a_leader_watches_a_call_and_the_desk_comes_back_after_the_network_was_gone(
    server: Served, page: Page, faults: Callable[[], list[str]]
) -> None:
    page.goto(f"{server.url}/floor")
    expect(page.get_by_role("heading", name="班长台")).to_be_visible()

    page.request.post(f"{server.url}/v1/demo/calls", data={"sample": "gas_leak_emergency", "pace": 2.0})
    row = page.locator("tbody tr", has_text="燃气泄漏").first
    expect(row).to_be_visible()
    expect(row).to_contain_text("紧急故障")
    row.get_by_role("button").click()
    expect(page.locator(".listen .row__bubble").first).to_be_visible()
    keep(page, "floor")
    assert faults() == []

    # Another screen on the same call: the line goes away in the middle of it and comes back.
    page.goto(f"{server.url}/desk")
    expect(page.locator(".row__bubble").first).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator(".head")).to_contain_text("重连中")
    page.context.set_offline(False)
    expect(page.locator(".head")).to_contain_text("已连接")
    expect(page.locator(".head__call")).to_contain_text("已结束")
    call_id = page.get_by_role("link", name="查看录音与全文").get_attribute("href")
    shown = page.locator(".row__bubble").all_inner_texts()

    page.goto(f"{server.url}{call_id}")
    kept = page.locator(".line__text")
    expect(kept.first).to_be_visible()
    # No gap: what the desk shows is what was kept, line for line.
    assert [re.sub(r"\s|不当用语", "", text) for text in shown] == [
        re.sub(r"\s|不当用语", "", text) for text in kept.all_inner_texts()
    ]
