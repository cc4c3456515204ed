"""What other systems are told: shapes, signatures, when it is tried again."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.store.base import PageRequest
from assistant.store.database import Database
from assistant.store.errors import HookNotFoundError, MessageNotFoundError
from assistant.store.outbox import MessageState
from assistant.store.ticketing import Doer
from assistant.tickets.commands import Assign, Comment, Start, Urge
from assistant.tickets.entries import ENTRY
from assistant.tickets.errors import TicketStateError
from assistant.tickets.hooks import (
    LONGEST_DELAY,
    TOLD,
    TRIES,
    Fate,
    Hook,
    Shape,
    delay,
    fate,
    notice,
    request,
    signature,
)
from tests.fakes.desk import Desk
from tests.fakes.tickets import ToldTicket

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


def hook(
    shape: Shape = Shape.STANDARD, *events: str, with_fields: bool = False, secret: str = SECRET
) -> Hook:
    return Hook(
        "", "工单系统", shape, "http://127.0.0.1:9/in?token=t", secret, frozenset(events), with_fields
    )


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks specification and its libraries."""
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        '{"test": 2432232314}',
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_program_gets_the_signed_notice() -> None:
    told = ToldTicket()
    (line,) = told.do(Assign(assignee="fitter"), "leader")
    body = notice(hook(), told.ticket, line)

    sent = request(hook(), "msg_1", body, NOW, {})

    assert sent.headers["webhook-id"] == "msg_1"
    assert sent.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = f"msg_1.{sent.headers['webhook-timestamp']}.".encode() + sent.content
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert sent.headers["webhook-signature"] == f"v1,{expected}"
    told_body = json.loads(sent.content)
    assert (told_body["type"], told_body["data"]["line"]) == ("ticket.assigned", {"assignee": "fitter"})


def test_nothing_personal_leaves_unless_it_was_asked_for() -> None:
    told = ToldTicket()
    (line,) = told.do(Comment(text="张先生说下午在家"), "a01")

    plain = notice(hook(), told.ticket, line)
    full = notice(hook(with_fields=True), told.ticket, line)
    chat = notice(hook(Shape.DINGTALK, with_fields=True), told.ticket, line)

    for text in ("13800135246", "张建国", "幸福家园", "下午在家"):
        assert text not in plain
        assert text in full
        assert text not in chat


def test_dingtalk_gets_markdown_and_its_own_signature() -> None:
    told = ToldTicket()
    (line,) = told.do(Urge(), "a01")
    robot = hook(Shape.DINGTALK, secret="SECabc")

    sent = request(robot, "msg_1", notice(robot, told.ticket, line), NOW, {"heating.leak": "漏水及跑冒滴漏"})

    query = parse_qs(urlsplit(sent.url).query)
    stamp = str(int(NOW.timestamp() * 1000))
    signed = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert query == {"token": ["t"], "timestamp": [stamp], "sign": [base64.b64encode(signed).decode()]}
    message = json.loads(sent.content)
    assert message["msgtype"] == "markdown"
    assert "用户催办" in message["markdown"]["title"]
    assert "漏水及跑冒滴漏" in message["markdown"]["text"]


def test_wecom_gets_markdown() -> None:
    told = ToldTicket()
    (line,) = told.do(Assign(assignee="一组"), "leader")
    robot = hook(Shape.WECOM)

    message = json.loads(request(robot, "m", notice(robot, told.ticket, line), NOW, {}).content)

    assert message["msgtype"] == "markdown"
    assert "承办：一组" in message["markdown"]["content"]


def test_every_kind_of_line_has_words_for_a_chat() -> None:
    kinds = {ref.removeprefix("#/$defs/") for ref in ENTRY.json_schema()["discriminator"]["mapping"].values()}

    assert len(kinds) == len(TOLD)
    assert set(ENTRY.json_schema()["discriminator"]["mapping"]) == set(TOLD)


@pytest.mark.parametrize(
    ("shape", "status", "answer", "tries", "expected"),
    [
        (Shape.STANDARD, 200, b"", 1, Fate.DELIVERED),
        (Shape.STANDARD, 204, b"", 1, Fate.DELIVERED),
        (Shape.STANDARD, 302, b"", 1, Fate.AGAIN),
        (Shape.STANDARD, 500, b"", TRIES - 1, Fate.AGAIN),
        (Shape.STANDARD, 500, b"", TRIES, Fate.DEAD),
        (Shape.STANDARD, 410, b"", 1, Fate.DEAD),
        (Shape.DINGTALK, 200, b'{"errcode":0,"errmsg":"ok"}', 1, Fate.DELIVERED),
        (Shape.DINGTALK, 200, b'{"errcode":310000}', 1, Fate.AGAIN),
        (Shape.WECOM, 200, b"<html>", 1, Fate.AGAIN),
        (Shape.WECOM, 200, b"[]", 1, Fate.AGAIN),
    ],
)
def test_what_an_answer_means(shape: Shape, status: int, answer: bytes, tries: int, expected: Fate) -> None:
    assert fate(shape, status, answer, tries) is expected


@given(st.integers(1, 1000), st.floats(0, 1))
def test_tries_come_ever_later_within_bounds(tries: int, jitter: float) -> None:
    assert timedelta(seconds=5) <= delay(tries, jitter) <= LONGEST_DELAY
    assert delay(tries + 1, jitter) >= delay(tries, jitter)


def test_a_message_is_stored_with_the_change_or_not_at_all(database: Database) -> None:
    desk = Desk(database)
    wanted = desk.hooks.add(hook(Shape.STANDARD, "ticket.assigned", "ticket.urged"))
    everything = desk.hooks.add(hook(Shape.WECOM))
    desk.take("c1")
    for command in (Assign(assignee="x"), Assign(assignee="y"), Start()):
        desk.book.change("c1", command, Doer("leader"))
    with pytest.raises(TicketStateError):
        desk.book.change("c1", Start(), Doer("leader"))

    told = [message.event for message in desk.hooks.messages(wanted.hook_id, PageRequest()).items]
    assert told == ["ticket.assigned", "ticket.assigned"]
    assert len(desk.hooks.messages(everything.hook_id, PageRequest()).items) == 4


def test_messages_fail_later_and_later_until_they_are_given_up_and_can_be_sent_again(
    database: Database,
) -> None:
    desk = Desk(database)
    made = desk.hooks.add(hook())
    desk.take("c1")
    (message_id,) = [one.message_id for one, _ in desk.hooks.due(10)]
    waits = []
    for tries in range(1, TRIES + 1):
        ((message, _),) = desk.hooks.due(10)
        desk.hooks.settle([(message, fate(made.shape, 500, b"", tries), "500")], lambda: 0.0)
        assert desk.hooks.due(10) == ()
        (waiting,) = desk.hooks.messages(made.hook_id, PageRequest()).items
        waits.append(datetime.fromisoformat(waiting.next_at) - desk.now)
        desk.now = datetime.fromisoformat(waiting.next_at)

    (dead,) = desk.hooks.messages(made.hook_id, PageRequest(), MessageState.DEAD).items
    assert (dead.tries, dead.fault) == (TRIES, "500")
    assert waits[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]

    desk.hooks.replay(made.hook_id, message_id)
    ((message, _),) = desk.hooks.due(10)
    desk.hooks.settle([(message, Fate.DELIVERED, "")], lambda: 0.0)
    assert desk.hooks.due(10) == ()
    desk.later(days=8)
    assert desk.hooks.forget_delivered() == 1


def test_hooks_are_kept_changed_and_forgotten(database: Database) -> None:
    desk = Desk(database)
    made = desk.hooks.add(hook())
    off = Hook(made.hook_id, "停用", made.shape, made.url, made.secret, made.events, False, enabled=False)

    assert desk.hooks.replace(off) == desk.hooks.hook(made.hook_id)
    desk.take("c1")
    assert desk.hooks.due(10) == ()
    desk.hooks.remove(made.hook_id)
    assert desk.hooks.hooks() == ()
    for ask in (
        lambda: desk.hooks.hook("x"),
        lambda: desk.hooks.remove("x"),
        lambda: desk.hooks.replace(off),
    ):
        with pytest.raises(HookNotFoundError):
            ask()
    with pytest.raises(MessageNotFoundError):
        desk.hooks.replay(made.hook_id, "msg_none")
