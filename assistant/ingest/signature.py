"""Checks the signature that Genesys Cloud puts on an AudioHook connection; knows no socket and no clock.

HTTP message signatures as AudioHook uses them: HMAC-SHA256 over the parts that `Signature-Input` names, in its order.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping

from assistant.ingest.errors import DoorError

REQUIRED = frozenset(
    {
        "@request-target",
        "@authority",
        "audiohook-organization-id",
        "audiohook-session-id",
        "audiohook-correlation-id",
        "x-api-key",
    }
)
"""What a signature must cover; one over less could be moved to another session."""
CLOCK_S = 30
"""How far the two clocks may differ."""

_INPUT = re.compile(r'(?P<label>[a-z][a-z0-9_-]*)=(?P<params>\((?P<parts>(?:"[^"]*" ?)*)\)(?P<rest>;.*)?)')
_NUMBER = re.compile(r";\s*(created|expires)=(\d{1,12})(?=;|$)")


def check_signature(headers: Mapping[str, str], target: str, secret: bytes, now_s: float) -> None:
    """Passes a connection that holds a valid signature.

    Args:
        headers: of the request, names in small letters.
        target: path and query as they were asked for.
        secret: the client secret, decoded.
        now_s: seconds since 1970.

    Raises:
        DoorError: unauthorized.
    """
    found = _INPUT.fullmatch(headers.get("signature-input", "").strip())
    if found is None:
        raise _refusal("the connection is not signed")
    parts = re.findall(r'"([^"]*)"', found["parts"])
    if not set(parts) >= REQUIRED:
        raise _refusal("the signature leaves something out")
    given = {"@request-target": target, "@authority": headers.get("host", "")}
    lines = [f'"{part}": {given.get(part, headers.get(part, ""))}' for part in parts]
    lines.append(f'"@signature-params": {found["params"]}')
    wanted = hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(_signature(headers.get("signature", ""), found["label"]), wanted):
        raise _refusal("the signature is not right")
    times = {name: int(value) for name, value in _NUMBER.findall(found["rest"] or "")}
    if not times.get("created", 1 << 60) - CLOCK_S <= now_s <= times.get("expires", 0) + CLOCK_S:
        raise _refusal("the signature is too old, or the clocks differ")


def _signature(header: str, label: str) -> bytes:
    coded = header.strip().removeprefix(f"{label}=")
    if len(coded) < 2 or coded[0] != ":" or coded[-1] != ":":
        return b""
    try:
        return base64.b64decode(coded[1:-1], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _refusal(message: str) -> DoorError:
    return DoorError(message, "unauthorized")
