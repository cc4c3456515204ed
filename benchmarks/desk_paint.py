"""How long a new event takes to be painted on the desk in an hour-long call: `python -m benchmarks.desk_paint`.

The built pages in Debian's Chromium, the events by a socket that this program plays: 2,000 utterances are there when
the page opens, then new ones arrive as they do in a call (a draft, a longer draft, the final words). For each event the
page itself notes the time from the message's arrival to the frame after the words are in the document, and from that
frame to its end (a task queued in the frame runs after it was painted). The JavaScript heap is read after a collection,
before and after, and the processor time that the main thread took. Needs `make web`; no model is loaded.
"""

import argparse
import http.server
import json
import statistics
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from playwright.sync_api import CDPSession, Page, WebSocketRoute, sync_playwright

CHROMIUM = "/usr/bin/chromium"
DIST = Path("web/dist")
UTTERANCE_MS = 1800
WORDS = "师傅您好，我家暖气片接口这边一直在滴水，麻烦您帮我看一下什么时候能上门维修"

WATCH = """
(() => {
  // The page reads each message by JSON.parse, first of all: there the clock starts.
  const parse = JSON.parse;
  window.paints = [];
  JSON.parse = (...given) => {
    const event = parse(...given);
    if (event?.mark && event.type === "transcript_updated") {
      const began = performance.now();
      const look = () => {
        const rows = document.querySelectorAll(".row__bubble");
        const last = rows[rows.length - 1]?.textContent ?? "";
        if (!last.includes(event.mark)) return requestAnimationFrame(look);
        setTimeout(() => window.paints.push(performance.now() - began));
      };
      requestAnimationFrame(look);
    }
    return event;
  };
})();
"""


class _Pages(http.server.SimpleHTTPRequestHandler):
    """The built pages; an address of the application gets the start page."""

    def do_GET(self) -> None:
        if self.path.startswith("/v1/"):
            self.send_error(404)
            return
        if "." not in self.path.rpartition("/")[2]:
            self.path = "/index.html"
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _started() -> dict[str, object]:
    names = ("agent_id", "caller_number", "queue")
    return {
        "type": "call_started", "domain": "heating", "started_at": "2026-11-28T08:00:00.000Z", "asr_model": "",
        "intent_model": "", "pack_version": "", "required_fields": [], **dict.fromkeys(names),
    }  # fmt: skip


def _said(number: int, text: str, *, final: bool, mark: str | None = None) -> dict[str, object]:
    start = number * UTTERANCE_MS
    return {
        "type": "transcript_updated", "utterance_id": f"u{number}", "channel": ("agent", "customer")[number % 2],
        "start_ms": start, "end_ms": start + UTTERANCE_MS, "committed": text, "tentative": "", "final": final,
        "raw": text, "confidence": 0.9, "mark": mark,
    }  # fmt: skip


def history(count: int) -> Iterator[dict[str, object]]:
    """The start of a call and what was said in it so far."""
    yield _started()
    for number in range(count):
        yield _said(number, WORDS[: 8 + number % 25], final=True)


def measure(page: Page, socket: WebSocketRoute, first: int, count: int, seq: int) -> int:
    """New utterances, each in three events; waits for each to be painted. The next free number of an event."""
    for number in range(first, first + count):
        for step in (8, 16, 24):
            mark = f"#{number}.{step}#"
            event = _said(number, WORDS[:step] + mark, final=step == 24, mark=mark)
            _send(socket, event, seq)
            seq += 1
            page.wait_for_function("n => window.paints.length >= n", arg=_painted(page) + 1, timeout=10_000)
    return seq


def _painted(page: Page) -> int:
    return int(page.evaluate("window.wanted = (window.wanted ?? 0) + 1")) - 1


def _send(socket: WebSocketRoute, event: dict[str, object], seq: int) -> None:
    at_ms = event.get("end_ms", 0)
    socket.send(json.dumps({"call_id": "c1", "seq": seq, "at_ms": at_ms, **event}, ensure_ascii=False))


def busy_ms(session: CDPSession) -> float:
    """Processor time of the page's main thread so far: unlike the clock it does not count others' work."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def heap_mb(session: CDPSession) -> float:
    """Used JavaScript heap after a collection."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--utterances", type=int, default=2000)
    parser.add_argument("--new", type=int, default=100)
    args = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=str(DIST)))
    threading.Thread(target=server.serve_forever, name="pages", daemon=True).start()
    sockets: list[WebSocketRoute] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page.add_init_script(WATCH)
        page.route_web_socket(lambda url: "/v1/desk" in url, lambda _: None)
        page.route_web_socket(lambda url: "/events" in url, lambda socket: sockets.append(socket))
        page.goto(f"http://127.0.0.1:{server.server_port}/desk?call=c1")
        page.wait_for_selector(".desk")
        page.wait_for_timeout(500)  # the socket is opened by the page in its own time
        seq = 1
        for event in history(args.utterances):
            _send(sockets[0], event, seq)
            seq += 1
        page.wait_for_function(
            "n => document.querySelectorAll('.row__bubble').length >= n", arg=args.utterances, timeout=60_000
        )
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        seq = measure(page, sockets[0], args.utterances, 10, seq)  # the first ones warm the page up
        page.evaluate("window.paints.length = 0; window.wanted = 0")
        before, began_ms = heap_mb(session), busy_ms(session)
        measure(page, sockets[0], args.utterances + 10, args.new, seq)
        paints = [float(one) for one in page.evaluate("window.paints")]
        spent_ms = busy_ms(session) - began_ms
        after = heap_mb(session)
        browser.close()
    server.shutdown()
    cuts = statistics.quantiles(paints, n=100)
    told = {
        "utterances": args.utterances,
        "events": len(paints),
        "paint_ms": {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "max": round(max(paints), 1)},
        "main_thread_ms_per_event": round(spent_ms / len(paints), 1),
        "heap_mb": {"before": round(before, 1), "after": round(after, 1)},
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
