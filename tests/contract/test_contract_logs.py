"""Speech and personal data never reach a log, at any level, in any form, whatever door they come through."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from doors import close_code, hear, serve, tell

from asr.engines.scripted import ScriptedEngine
from assistant.cli.serve import configure_logging
from assistant.loglines import TEXT_FORMAT, JsonLines
from assistant.settings import Settings

SECRETS = ("暖气片漏得满屋子都是", "欧阳暖暖", "13800135246", "幸福家园十二号楼", "fake-secret-token-0001")


class Kept(logging.Handler):
    """Every line in both forms."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._forms = (JsonLines(), logging.Formatter(TEXT_FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [form.format(record) for form in self._forms]


@pytest.fixture
def kept() -> Iterator[Kept]:
    root, handler = logging.getLogger(), Kept()
    before, level = list(root.handlers), root.level
    configure_logging(Settings(log_level="debug"))
    logging.getLogger("httpx").setLevel(
        logging.WARNING
    )  # the test's own client, which is no part of the server
    root.addHandler(handler)
    yield handler
    root.handlers[:] = before
    root.setLevel(level)


async def test_speech_names_numbers_and_tokens_stay_out_of_the_log(tmp_path: Path, kept: Kept) -> None:
    speech = f"我叫{SECRETS[1]}，家里{SECRETS[0]}，电话{SECRETS[2]}，住{SECRETS[3]}。"
    sentence = {"sentence_id": "s1", "channel": "customer", "text": speech, "start_ms": 0, "end_ms": 9_000}
    token = SECRETS[4]
    path = f"/v1/calls/private/sentences?domain=heating&token={token}"
    async with serve(tmp_path, engine=ScriptedEngine(()), token=token) as server:
        async with server.socket(path) as sender:
            await tell(sender, type="hello", caller_number=SECRETS[2])
            await tell(sender, type="sentence", **sentence)
            await hear(sender, "stored")
            await tell(sender, type="sentence", text=speech, channel=speech)
            await hear(sender, "error")
            await close_code(sender)
        async with server.socket(f"/v1/calls/private/events?token={token}") as screen:
            await tell(screen, type="edit_field", command_id="1", field="caller_name", value=SECRETS[1])
            await hear(screen, "command_result")
            await tell(screen, type="edit_field", command_id="2", nonsense=SECRETS[1])
            await hear(screen, "error")
        async with httpx.AsyncClient(base_url=server.url) as web:
            for query in (f"?domain=heating&token={token}", "?domain=heating"):
                body = {"sentences": [sentence, {"text": speech}]}
                await web.post(f"/v1/calls/private/sentences{query}", json=body)
            await web.get(f"/v1/search?q={SECRETS[1]}&token={token}")
            await web.post(f"/v1/calls/private/end?token={token}")

    whole = "\n".join(kept.lines)
    assert "call.closed" in whole
    assert [secret for secret in SECRETS if secret in whole] == []


def test_a_line_for_the_collector_has_the_message_s_fields() -> None:
    record = logging.LogRecord(
        "a", logging.INFO, "", 1, "call.closed call=%s duration_ms=%d", ("c1", 900), None
    )

    line = json.loads(JsonLines().format(record))

    assert (line["event"], line["call"], line["duration_ms"], line["level"]) == (
        "call.closed",
        "c1",
        900,
        "info",
    )


def test_a_traceback_is_told_by_its_kind_only() -> None:
    error = ValueError(SECRETS[0])
    record = logging.LogRecord("a", logging.ERROR, "", 1, "failed", (), (ValueError, error, None))

    line = JsonLines().format(record)

    assert SECRETS[0] not in line
    assert json.loads(line)["exception"] == "ValueError"
