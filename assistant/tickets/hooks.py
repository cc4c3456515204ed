"""What other systems are told about tickets, in which shape, how it is signed, and when it is tried again. Pure.

Signed as Standard Webhooks 1.0 (standardwebhooks.com) for programs; DingTalk and WeCom robots get their own messages,
DingTalk's with its own signature (加签). Robots write into group chats, so they never get fields or words of a ticket.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

from assistant.tickets.entries import Entry
from assistant.tickets.state import Ticket

TRIES = 10
"""The last is about two and a half hours after the first."""
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)
GONE = 410
"""The receiver wants no more of it."""

SECRET_PREFIX = "whsec_"


class Shape(StrEnum):
    """Who is spoken to."""

    STANDARD = "standard"
    DINGTALK = "dingtalk"
    WECOM = "wecom"


class Fate(StrEnum):
    """What became of a try."""

    DELIVERED = "delivered"
    AGAIN = "again"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Hook:
    """An address to be told."""

    hook_id: str
    name: str
    shape: Shape
    url: str
    secret: str
    events: frozenset[str]
    """Such as ticket.assigned; empty for all."""
    with_fields: bool
    """Whether the ticket's fields, which are personal, go along; never to a robot."""
    enabled: bool = True

    def wants(self, event: str) -> bool:
        """Whether it is told of this."""
        return self.enabled and (not self.events or event in self.events)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent by POST."""

    url: str
    headers: Mapping[str, str]
    content: bytes


TOLD: Mapping[str, str] = {
    "registered": "新工单，待派单",
    "field_edited": "内容有更正",
    "region_set": "地区已设定",
    "assigned": "已派单",
    "started": "已开始处理",
    "finished": "处理完毕，待回访验收",
    "commented": "有新的备注",
    "urged": "用户催办",
    "called_back": "已回访",
    "user_confirmed": "用户已确认",
    "reopened": "重新打开",
    "archived": "已归档",
    "merged_into": "并入另一张工单",
    "took_in": "并入了一张重复工单",
    "unmerged": "撤销合并",
    "gave_back": "撤销合并",
    "item_settled": "核对单有进展",
    "clock_warned": "时限将到",
    "clock_breached": "已超过时限：请解释、道歉、补偿",
}
"""What each line of a history is called in a chat."""

_PLAIN = {
    "assignee",
    "handler",
    "how",
    "result",
    "told_user",
    "clock",
    "due_at",
    "script_id",
    "ticket_id",
    "item",
    "done",
    "field",
}
"""Parts of a line that hold no words of anybody."""


def event_name(entry: Entry) -> str:
    """What a hook calls this line."""
    return f"ticket.{entry.type}"


def notice(hook: Hook, ticket: Ticket, entry: Entry) -> str:
    """What a hook is told of a line, as JSON: `type`, `timestamp`, `data`."""
    with_fields = hook.with_fields and hook.shape is Shape.STANDARD
    line = entry.model_dump(mode="json", exclude={"fields"} if with_fields else None)
    data: dict[str, Any] = {
        "ticket_id": ticket.ticket_id,
        "number": ticket.number,
        "call_id": ticket.call_id,
        "domain": ticket.domain,
        "status": ticket.status,
        "version": ticket.version,
        "intent": ticket.value("intent"),
        "class": ticket.value("class"),
        "priority": ticket.priority,
        "special_care": bool(ticket.value("special_care")),
        "region": ticket.region,
        "assignee": ticket.assignee,
        "urges": ticket.urges,
        "line": {name: value for name, value in line.items() if with_fields or name in _PLAIN},
    }
    if with_fields:
        data["fields"] = {name: held.value for name, held in ticket.fields.items()}
    told = {"type": event_name(entry), "timestamp": entry.at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False)


def request(hook: Hook, message_id: str, body: str, now: datetime, names: Mapping[str, str]) -> Request:
    """The POST that tells a hook; `names` are those of intents, for people."""
    match hook.shape:
        case Shape.STANDARD:
            seconds = str(int(now.timestamp()))
            headers = {
                "content-type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": seconds,
                "webhook-signature": signature(hook.secret, message_id, seconds, body),
            }
            return Request(hook.url, headers, body.encode())
        case Shape.DINGTALK:
            title, text = _chat(json.loads(body), names)
            message = {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
            return Request(_dingtalk(hook, now), {"content-type": "application/json"}, _json(message))
        case Shape.WECOM:
            _, text = _chat(json.loads(body), names)
            message = {"msgtype": "markdown", "markdown": {"content": text}}
            return Request(hook.url, {"content-type": "application/json"}, _json(message))


def signature(secret: str, message_id: str, seconds: str, body: str) -> str:
    """As Standard Webhooks 1.0 signs: HMAC-SHA256 over id, time and body, joined by dots."""
    content = f"{message_id}.{seconds}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(secret_key(secret), content, hashlib.sha256)).decode()


def secret_key(secret: str) -> bytes:
    """The key in a secret: base64 after whsec_, else the text itself.

    Raises:
        ValueError: it begins with whsec_ but is not base64.
    """
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("after whsec_ comes base64") from error


def _dingtalk(hook: Hook, now: datetime) -> str:
    if not hook.secret:
        return hook.url
    stamp = str(int(now.timestamp() * 1000))
    signed = hmac.digest(hook.secret.encode(), f"{stamp}\n{hook.secret}".encode(), hashlib.sha256)
    return f"{hook.url}&timestamp={stamp}&sign={quote_plus(base64.b64encode(signed).decode())}"


def _chat(told: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str]:
    data = told["data"]
    line = data["line"]
    what = TOLD[told["type"].removeprefix("ticket.")]
    title = f"工单 {data['number']}：{what}"
    rows = [f"### {title}", f"- 状态：{data['status']}"]
    if data["intent"]:
        rows.append(f"- 业务：{names.get(data['intent'], data['intent'])}")
    if data["priority"]:
        rows.append(f"- 紧急程度：{data['priority']} 级")
    if data["special_care"]:
        rows.append("- 需要特殊关怀，请优先处理")
    if data["assignee"]:
        rows.append(f"- 承办：{data['assignee']}")
    if data["urges"]:
        rows.append(f"- 已催办 {data['urges']} 次")
    if "clock" in line:
        rows.append(f"- 时限：{line['clock']}，{line['due_at']}")
    return title, "\n".join(rows)


def _json(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def fate(shape: Shape, status: int, answer: bytes, tries: int) -> Fate:
    """What an answer means after so many tries. Robots say in the body what went wrong (errcode)."""
    if status == GONE:
        return Fate.DEAD
    if 200 <= status < 300 and (shape is Shape.STANDARD or _robot_took_it(answer)):
        return Fate.DELIVERED
    return after_failure(tries)


def after_failure(tries: int) -> Fate:
    """Whether it is worth another try."""
    return Fate.AGAIN if tries < TRIES else Fate.DEAD


def _robot_took_it(answer: bytes) -> bool:
    try:
        said = json.loads(answer)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("errcode") == 0


def delay(tries: int, jitter: float) -> timedelta:
    """How long to wait after so many tries: doubling, at most an hour, less up to half by `jitter` (0 to 1).

    Jitter keeps what failed together from coming back together.
    """
    doubled: int = 2 ** min(tries - 1, 20)
    whole = min(FIRST_DELAY * doubled, LONGEST_DELAY)
    return whole * (1 - 0.5 * jitter)
