"""A person comes in with a one-time password, sees only what is theirs, and leaves; the real server with access control."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Served, served

pytestmark = pytest.mark.browser

TOKEN = "a-token-of-this-test-only"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("guarded"), HOTLINE_AUTH="on", HOTLINE_TOKEN=TOKEN) as running:
        yield running


def test_a_new_agent_sets_a_password_and_sees_the_pages_of_an_agent(
    guarded: Served, page: Page, faults: Callable[[], list[str]]
) -> None:
    person = {"login": "li.na", "name": "李娜", "roles": ["agent"], "agent_id": "a01"}
    made = page.request.post(
        f"{guarded.url}/v1/users", data=person, headers={"authorization": f"Bearer {TOKEN}"}
    )
    once = made.json()["one_time_password"]

    page.goto(f"{guarded.url}/tickets")
    assert faults() == []
    page.get_by_label("账号").fill("li.na")
    page.get_by_label("密码").fill("not-the-password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("不对")

    page.get_by_label("密码").fill(once)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("新密码").fill("plum-river-window-9")
    page.get_by_role("button", name="设置并进入").click()
    # The page that was asked for first, and in the rail what an agent works on.
    expect(page.get_by_role("heading", name="工单")).to_be_visible()
    rail = page.get_by_role("navigation", name="主导航")
    expect(rail.get_by_role("link", name="坐席台")).to_be_visible()
    expect(rail.get_by_role("link", name="班长台")).to_be_hidden()

    rail.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    page.goto(f"{guarded.url}/qa")
    expect(page.get_by_label("账号")).to_be_visible()
