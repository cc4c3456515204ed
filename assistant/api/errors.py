"""How a fault is told: over HTTP as problem details (RFC 9457), over a websocket as an error message and a close code.

One table gives both for each `code`; docs/errors.md explains every code for people.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketState

from assistant.errors import AssistantError
from assistant.events import Wire
from assistant.metrics import Metrics

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How one code is told."""

    status: int
    close: int
    """The websocket close code; 4000 and above are ours."""
    title: str


REFUSALS: Mapping[str, Refusal] = {
    "bad_request": Refusal(400, 4400, "The request cannot be understood"),
    "invalid_parameters": Refusal(422, 4400, "A parameter has a wrong value"),
    "bad_call_id": Refusal(400, 4400, "Not a call id"),
    "bad_encoding": Refusal(400, 4400, "Unknown audio encoding"),
    "bad_rate": Refusal(400, 4400, "Sample rate out of range"),
    "bad_layout": Refusal(400, 4400, "Unknown channel layout"),
    "bad_message": Refusal(400, 4400, "A message that is not part of the protocol"),
    "bad_after": Refusal(400, 4400, "The call has not reached that event"),
    "bad_cursor": Refusal(400, 4400, "Not a cursor of this list"),
    "bad_value": Refusal(400, 4400, "A value that cannot be kept"),
    "unauthorized": Refusal(401, 4401, "No valid token"),
    "hello_expected": Refusal(401, 4401, "The first message was not a hello"),
    "bad_login": Refusal(401, 4401, "Wrong login or password"),
    "forbidden": Refusal(403, 4403, "Not allowed to this role"),
    "bad_csrf": Refusal(403, 4403, "The change does not carry the session's CSRF value"),
    "password_change_needed": Refusal(403, 4403, "The one-time password must be changed first"),
    "forbidden_origin": Refusal(403, 4403, "Another site may not do this"),
    "forbidden_host": Refusal(403, 4403, "The server is not known by that name"),
    "own_ticket": Refusal(403, 4403, "Who handled a ticket may not check it"),
    "not_found": Refusal(404, 4404, "Not found"),
    "call_not_found": Refusal(404, 4404, "No such call"),
    "ticket_not_found": Refusal(404, 4404, "No such ticket"),
    "hook_not_found": Refusal(404, 4404, "No such outgoing hook"),
    "message_not_found": Refusal(404, 4404, "No such message of that hook"),
    "recording_not_found": Refusal(404, 4404, "The call has no recording"),
    "user_not_found": Refusal(404, 4404, "No such user"),
    "team_not_found": Refusal(404, 4404, "No such team"),
    "token_not_found": Refusal(404, 4404, "No such token"),
    "sample_not_found": Refusal(404, 4404, "No such sample"),
    "flag_not_found": Refusal(404, 4404, "The call has no such flag"),
    "review_not_found": Refusal(404, 4404, "No such review, sample, appeal or example"),
    "lesson_not_found": Refusal(404, 4404, "No such lesson"),
    "attempt_not_found": Refusal(404, 4404, "No such attempt"),
    "call_not_judged": Refusal(409, 4409, "The call has not ended yet"),
    "appeal_exists": Refusal(409, 4409, "The review has been appealed against"),
    "appeal_step_refused": Refusal(409, 4409, "That step is not open"),
    "lesson_locked": Refusal(409, 4409, "The step before is not passed yet"),
    "attempt_finished": Refusal(409, 4409, "The attempt has been handed in"),
    "quote_not_found": Refusal(422, 4400, "Those words do not stand there"),
    "rule_unknown": Refusal(422, 4400, "No such rule or intent"),
    "criterion_unknown": Refusal(422, 4400, "The score form does not ask that"),
    "unknown_domain": Refusal(404, 4404, "No such domain pack"),
    "demo_off": Refusal(404, 4404, "This server plays no samples"),
    "page_not_built": Refusal(404, 4404, "The pages are not built"),
    "method_not_allowed": Refusal(405, 4400, "Not that method"),
    "call_exists": Refusal(409, 4409, "The call exists already"),
    "leg_exists": Refusal(409, 4409, "That leg of the call is connected already"),
    "leg_mismatch": Refusal(409, 4409, "The leg does not fit the call"),
    "ticket_state": Refusal(409, 4409, "The ticket's status does not allow this"),
    "ticket_merged": Refusal(409, 4409, "The ticket was joined to another"),
    "ticket_merge_invalid": Refusal(409, 4409, "These tickets cannot be joined"),
    "checklist_unsettled": Refusal(409, 4409, "The checklist does not allow this"),
    "call_over": Refusal(409, 4409, "The call is over"),
    "leg_replaced": Refusal(409, 4410, "Another socket has taken over this leg"),
    "ticket_changed": Refusal(412, 4409, "The ticket has been changed since it was read"),
    "user_exists": Refusal(409, 4409, "The login or agent id is taken"),
    "team_exists": Refusal(409, 4409, "There is a team of that name"),
    "last_admin": Refusal(409, 4409, "Nobody would be left who may manage people"),
    "message_too_big": Refusal(413, 4413, "The message is too big"),
    "call_too_long": Refusal(413, 4413, "The call is longer than this server hears"),
    "unsupported_media": Refusal(415, 4400, "None of the offered media can be taken"),
    "range_not_satisfiable": Refusal(416, 4400, "The file has no such range"),
    "ticket_field_invalid": Refusal(422, 4400, "The ticket does not take this value"),
    "weak_password": Refusal(422, 4400, "The password is too easily guessed"),
    "too_many_attempts": Refusal(429, 4429, "Too many wrong passwords"),
    "too_many_calls": Refusal(429, 4429, "This machine hears as many calls as it can"),
    "too_slow": Refusal(503, 4008, "The screen is too slow"),
    "internal_error": Refusal(500, 1011, "A fault of the server"),
    "not_ready": Refusal(503, 4503, "The server is not ready"),
    "shutting_down": Refusal(503, 4503, "The server is shutting down"),
    "store_unavailable": Refusal(503, 4503, "The database does not answer"),
}
"""Every code that a client may be told, and how."""

HTTP_CODES: Mapping[int, str] = {404: "not_found", 405: "method_not_allowed", 413: "message_too_big"}
"""Codes for the faults that the framework finds by itself."""

FAILED = "the server failed on this request; its log says more"


class RefusedError(AssistantError):
    """A door says no. `code` is one of `REFUSALS`."""

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.headers = dict(headers or {})


class ErrorMessage(Wire):
    """The last message before a close that the server starts (or, for a bad command, an answer)."""

    type: str = "error"
    code: str
    message: str


def refusal_of(code: str) -> Refusal:
    """How a code is told; one that no client is meant to see is an internal error."""
    return REFUSALS.get(code, REFUSALS["internal_error"])


def problem(
    code: str, detail: str, headers: Mapping[str, str] | None = None, faults: Sequence[Mapping[str, str]] = ()
) -> JSONResponse:
    """The HTTP answer for a fault."""
    refusal = refusal_of(code)
    body: dict[str, object] = {
        "type": f"urn:hotline:error:{code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": detail,
        "code": code,
    }
    if faults:
        body["faults"] = list(faults)
    return JSONResponse(body, refusal.status, dict(headers or {}), "application/problem+json")


async def refuse_socket(socket: WebSocket, code: str, message: str) -> None:
    """Tells a fault and closes; a socket that is not open yet is opened first, since a refusal must carry its code."""
    if socket.application_state is WebSocketState.CONNECTING:
        await socket.accept()
    if socket.application_state is WebSocketState.CONNECTED:
        await socket.send_text(ErrorMessage(code=code, message=message).model_dump_json())
        await socket.close(refusal_of(code).close, code)


async def tell_fault(connection: HTTPConnection, error: Exception) -> JSONResponse | None:
    """Answers for an error of ours, on either kind of connection."""
    if not isinstance(error, AssistantError):
        raise error
    code, message = error.code, str(error)
    if code not in REFUSALS:
        logger.error("api.failed code=%s", code)
        code, message = "internal_error", FAILED
    _count(connection, code)
    if isinstance(connection, WebSocket):
        await refuse_socket(connection, code, message)
        return None
    return problem(code, message, error.headers if isinstance(error, RefusedError) else None)


async def tell_http_fault(request: HTTPConnection, error: Exception) -> JSONResponse:
    """Answers for a fault that the framework found."""
    if not isinstance(error, HTTPException):
        raise error
    code = HTTP_CODES.get(error.status_code, "bad_request" if error.status_code < 500 else "internal_error")
    _count(request, code)
    return problem(code, error.detail, error.headers)


async def tell_bad_parameters(request: Request, error: Exception) -> JSONResponse:
    """Answers for parameters of a wrong form, naming each but repeating none of its value."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "what": str(fault["msg"])}
        for fault in error.errors()
    ]
    _count(request, "invalid_parameters")
    return problem(
        "invalid_parameters", "; ".join(f"{one['where']}: {one['what']}" for one in faults), None, faults
    )


async def tell_crash(_request: Request, _error: Exception) -> JSONResponse:
    """Answers for what nobody foresaw; the traceback goes to the log only."""
    return problem("internal_error", FAILED)


def _count(connection: HTTPConnection, code: str) -> None:
    metrics: Metrics = connection.app.state.parts.metrics
    metrics.errors.labels(code).inc()
