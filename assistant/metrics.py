"""Numbers for Prometheus, in a registry of their own; an observer that changes nothing. docs/protocol.md lists them."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.events import AssistEvent, CallEnded, CallStarted, PhraseFlagged, PipelineDegraded

HTTP_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""A list answers within some milliseconds; the last steps show a database in trouble."""


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
            case PhraseFlagged():
                self.flags.labels(event.rule_id).inc()
            case PipelineDegraded():
                self.degraded.labels(event.stage, event.code).inc()
            case _:
                return

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)
