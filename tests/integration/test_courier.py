"""Messages about tickets reach a real HTTP server, are tried again when it fails, and are given up in the end."""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.courier import AT_ONCE, Courier
from assistant.store.base import PageRequest
from assistant.store.database import Database
from assistant.store.outbox import MessageState
from assistant.store.ticketing import Doer
from assistant.tickets.commands import Assign
from assistant.tickets.hooks import TRIES, Hook, Shape, signature
from tests.fakes.desk import Desk

WAIT_S = 20.0


@dataclass
class Receiver:
    """A server that answers as it is told and keeps what it got."""

    url: str
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    got: list[tuple[dict[str, str], str, str]] = field(default_factory=list)
    """Headers, path, body."""
    news: "queue.Queue[str]" = field(default_factory=queue.Queue)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.got.append((headers, self.path, body))
            told.news.put(body)
            status, answer = told.answers.pop(0) if told.answers else (200, b'{"errcode":0}')
            self.send_response(status)
            if status == 302:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def write(change: Callable[..., Any], *args: Any, **kwargs: Any) -> Awaitable[Any]:
    return asyncio.to_thread(change, *args, **kwargs)


def courier(desk: Desk) -> Courier:
    return Courier(desk.book, desk.hooks, write, desk.clock, {"heating.leak": "漏水及跑冒滴漏"})


def hook(url: str, shape: Shape = Shape.STANDARD, secret: str = "whsec_MDEyMzQ1Njc4OWFiY2RlZg==") -> Hook:
    return Hook("", "工单系统", shape, url, secret, frozenset(), False)


async def test_a_message_arrives_signed(database: Database, receiver: Receiver) -> None:
    desk = Desk(database)
    made = desk.hooks.add(hook(f"{receiver.url}/in"))
    desk.take("c1")

    assert await courier(desk).carry() == 1
    assert await courier(desk).carry() == 0

    ((headers, path, body),) = receiver.got
    assert path == "/in"
    expected = signature(made.secret, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == expected
    (message,) = desk.hooks.messages(made.hook_id, PageRequest()).items
    assert (message.state, message.tries) == (MessageState.DELIVERED, 1)


@pytest.mark.parametrize("answer", [(500, b""), (302, b""), (429, b"later")])
async def test_a_failed_message_is_tried_again_later_under_the_same_id(
    database: Database, receiver: Receiver, answer: tuple[int, bytes]
) -> None:
    desk = Desk(database)
    made = desk.hooks.add(hook(receiver.url))
    desk.take("c1")
    receiver.answers = [answer]

    await courier(desk).carry()
    (message,) = desk.hooks.messages(made.hook_id, PageRequest()).items
    assert (message.state, message.fault) == (MessageState.WAITING, f"HTTP {answer[0]}")
    assert await courier(desk).carry() == 0

    desk.later(seconds=11)
    await courier(desk).carry()
    assert desk.hooks.messages(made.hook_id, PageRequest()).items[0].state is MessageState.DELIVERED
    assert len({headers["webhook-id"] for headers, _, _ in receiver.got}) == 1


async def test_a_robot_that_says_no_in_its_answer_is_tried_again(
    database: Database, receiver: Receiver
) -> None:
    desk = Desk(database)
    made = desk.hooks.add(hook(f"{receiver.url}/robot/send?access_token=t", Shape.DINGTALK, "SECabc"))
    desk.take("c1")
    receiver.answers = [(200, b'{"errcode":310000,"errmsg":"sign not match"}')]

    await courier(desk).carry()
    assert desk.hooks.messages(made.hook_id, PageRequest()).items[0].state is MessageState.WAITING
    desk.later(seconds=11)
    await courier(desk).carry()
    assert desk.hooks.messages(made.hook_id, PageRequest()).items[0].state is MessageState.DELIVERED
    assert "&sign=" in receiver.got[0][1]
    assert "13800135246" not in receiver.got[0][2]


async def test_where_nobody_listens_the_message_is_given_up_at_last_and_can_be_sent_again(
    database: Database, receiver: Receiver
) -> None:
    desk = Desk(database)
    made = desk.hooks.add(hook("http://127.0.0.1:9/nobody"))
    desk.take("c1")
    for _ in range(TRIES):
        assert await courier(desk).carry() == 1
        desk.later(hours=2)

    (dead,) = desk.hooks.messages(made.hook_id, PageRequest(), MessageState.DEAD).items
    assert dead.fault == "ConnectError"
    desk.hooks.replace(Hook(made.hook_id, "", made.shape, receiver.url, made.secret, made.events, False))
    desk.hooks.replay(made.hook_id, dead.message_id)
    await courier(desk).carry()
    assert len(receiver.got) == 1


async def test_a_round_is_bounded_and_takes_the_longest_waiting_first(
    database: Database, receiver: Receiver
) -> None:
    desk = Desk(database)
    desk.hooks.add(hook(receiver.url))
    for number in range(AT_ONCE + 2):
        desk.take(f"c{number}")
        desk.later(seconds=1)

    assert await courier(desk).carry() == AT_ONCE
    assert await courier(desk).carry() == 2
    assert '"c0"' in "".join(body for _, _, body in receiver.got[:AT_ONCE])


async def test_while_it_runs_messages_go_out_and_clocks_are_watched(
    database: Database, receiver: Receiver
) -> None:
    desk = Desk(database)
    desk.hooks.add(hook(receiver.url))
    desk.take("c1")
    desk.book.change("c1", Assign(assignee="fitter"), Doer("leader"))
    desk.book.watch()
    desk.later(days=1)

    async with courier(desk).running():
        while "ticket.clock_breached" not in await asyncio.to_thread(receiver.news.get, timeout=WAIT_S):
            pass

    kinds = [line.type for line in desk.book.lines("c1", 0, 100)]
    assert kinds.count("clock_breached") == len([kind for kind in kinds if kind.startswith("clock_")])
