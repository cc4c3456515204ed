"""Numbers for Prometheus, in a registry of their own; an observer that changes nothing. docs/protocol.md lists them."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.events import (
    AssistEvent,
    CallEnded,
    CallStarted,
    PhraseFlagged,
    PipelineDegraded,
    PipelineRecovered,
    TranscriptUpdated,
)

HTTP_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""A list answers within some milliseconds; the last steps show a database in trouble."""

LAG_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Words within a second or two help; later ones come after the agent has spoken."""


class Metrics:
    """What the service counts. Labels never hold speech, names or numbers of callers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls_started = self._counter("hotline_calls_started", "Calls begun", "domain")
        self.calls_ended = self._counter("hotline_calls_ended", "Calls ended", "reason")
        self.live_calls = Gauge("hotline_live_calls", "Calls being heard now", registry=self.registry)
        self.events = self._counter("hotline_events", "Events stored", "type")
        self.flags = self._counter("hotline_flags", "Banned phrases flagged", "rule_id")
        self.degraded = self._counter("hotline_degraded", "Times a stage went on with less", "stage", "code")
        self.audio_seconds = self._counter("hotline_audio_seconds", "Seconds of audio received", "channel")
        self.sockets = Gauge("hotline_sockets", "Open websockets", ["door"], registry=self.registry)
        self.socket_refusals = self._counter(
            "hotline_socket_refusals", "Websockets closed by us for a fault", "door", "code"
        )
        self.errors = self._counter("hotline_errors", "Faults told to clients", "code")
        self.finals = self._counter("hotline_finals", "Final utterances", "channel")
        self.degraded_seconds = self._counter(
            "hotline_degraded_seconds", "Seconds of calls that a stage went on with less", "stage"
        )
        self.lag = Histogram(
            "hotline_lag_seconds",
            "How late a stage is: recognise and store by the wall, final and flag by the call's own clock",
            ["stage"],
            buckets=LAG_SECONDS,
            registry=self.registry,
        )
        self.queue = Gauge("hotline_queue_depth", "What waits", ["queue"], registry=self.registry)
        self.asr_load = Gauge("hotline_asr_load", "Degradation step, 0 to 3", registry=self.registry)
        self._less_since_ms: dict[tuple[str, str], int] = {}
        self.http = Histogram(
            "hotline_http_seconds",
            "Time to answer an HTTP request",
            ["route", "status"],
            buckets=HTTP_SECONDS,
            registry=self.registry,
        )

    def observe(self, event: AssistEvent) -> None:
        """Counts a stored event."""
        self.events.labels(event.type).inc()
        match event:
            case CallStarted():
                self.calls_started.labels(event.domain).inc()
                self.live_calls.inc()
            case CallEnded():
                self.calls_ended.labels(event.reason).inc()
                self.live_calls.dec()
                for call_id, stage in [key for key in self._less_since_ms if key[0] == event.call_id]:
                    self._whole_again(call_id, stage, event.at_ms)
            case TranscriptUpdated(final=True):
                self.finals.labels(event.channel).inc()
                self.lag.labels("final").observe(max(0, event.at_ms - event.end_ms) / 1000)
            case PhraseFlagged():
                self.flags.labels(event.rule_id).inc()
                self.lag.labels("flag").observe(max(0, event.at_ms - event.because.end_ms) / 1000)
            case PipelineDegraded():
                self.degraded.labels(event.stage, event.code).inc()
                self._less_since_ms.setdefault((event.call_id, event.stage), event.at_ms)
            case PipelineRecovered():
                self._whole_again(event.call_id, event.stage, event.at_ms)
            case _:
                return

    def watch(self, queue: str, depth: Callable[[], float]) -> None:
        """Asks for a queue's depth whenever the numbers are read."""
        self.queue.labels(queue).set_function(depth)

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)

    def _whole_again(self, call_id: str, stage: str, at_ms: int) -> None:
        since_ms = self._less_since_ms.pop((call_id, stage), None)
        if since_ms is not None:
            self.degraded_seconds.labels(stage).inc((at_ms - since_ms) / 1000)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)
