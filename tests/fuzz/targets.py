"""Every parser that bytes from outside reach, and the faults it may answer with. Anything else is a find."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from assistant.commands import COMMAND
from assistant.errors import AssistantError
from assistant.ingest import audiohook, audiosocket, chanwebsocket, freeswitch, sentences, twilio
from assistant.ingest.native import SampleReader
from assistant.ports import Encoding, Layout

FIXTURES = Path(__file__).parents[1] / "fixtures/doors"
EXPECTED = (AssistantError, ValidationError)


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """A socket hands text on only when it is UTF-8."""
    return lambda data: read(data.decode("utf-8", "replace"))


def _audiosocket(data: bytes) -> object:
    reader = audiosocket.FrameReader(audiosocket.read_rates(""))
    middle = len(data) // 2
    return [reader.read(data[:middle]), reader.read(data[middle:])]


def _samples(data: bytes) -> object:
    return [
        SampleReader(encoding, layout).read(part)
        for encoding in Encoding
        for layout in Layout
        for part in (data[:1], data[1:])
    ]


TARGETS: Mapping[str, Callable[[bytes], object]] = {
    "twilio": _text(twilio.parse_message),
    "audiohook": _text(lambda text: audiohook.Session().hear(text)),
    "freeswitch": _text(freeswitch.read_metadata),
    "chan_websocket": _text(chanwebsocket.parse_notice),
    "audiosocket": _audiosocket,
    "sentences": sentences.LATER.validate_json,
    "hello": sentences.FIRST.validate_json,
    "batch": sentences.Batch.model_validate_json,
    "command": COMMAND.validate_json,
    "samples": _samples,
}


def seeds(name: str) -> list[bytes]:
    """Well-formed messages to start from."""
    made = {
        "sentences": [
            b'{"type":"sentence","sentence_id":"s1","channel":"agent","text":"\xe6\x82\xa8\xe5\xa5\xbd","start_ms":0,"end_ms":900}'
        ],
        "hello": [b'{"type":"hello","agent_id":"1","metadata":{"a":1}}'],
        "batch": [b'{"sentences":[{"sentence_id":"s1","channel":"customer","text":"x"}]}'],
        "command": [b'{"type":"edit_field","command_id":"1","field":"phone","value":"1"}'],
        "audiosocket": [b"\x01\x00\x10" + bytes(range(16)) + b"\x10\x00\x04\x01\x02\x03\x04\x00\x00\x00"],
        "samples": [bytes(range(64))],
    }
    files = {
        "twilio": "*o.jsonl",
        "audiohook": "audiohook.jsonl",
        "freeswitch": "freeswitch*",
        "chan_websocket": "chan*",
    }
    if name in files:
        return [
            line for file in sorted(FIXTURES.glob(files[name])) for line in file.read_bytes().splitlines()
        ]
    return made[name]
