"""Starts the real server as its own process on a free loopback port, with the real models, and stops it properly."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

START_S = 120.0
STOP_S = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    url: str
    data: Path
    pid: int

    @property
    def sockets(self) -> str:
        """The address for websockets."""
        return self.url.replace("http://", "ws://")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(data: Path, **settings: str) -> Iterator[Served]:
    """The server until left; its output goes to `data/server.log` and into the failure when it does not start."""
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    environment |= {"HOTLINE_PORT": str(port), "HOTLINE_DATA_DIR": str(data), **settings}
    log = data / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "server.py"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield Served(f"http://127.0.0.1:{port}", data, process.pid)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server was not ready in {START_S} s:\n{log.read_text()[-3000:]}")
