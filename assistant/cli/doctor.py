"""`doctor`: checks this machine and says what to do about each fault."""

import argparse
import socket
import sys
from collections.abc import Callable, Iterator

from asr.errors import DeviceError
from asr.microphone import list_devices
from assistant.cli.parts import all_packs, model_store, packs_root
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.store.sql import open_store
from models.errors import ModelError

Check = Callable[[Settings], str]


class FaultError(Exception):
    """Something must be mended; the message says how."""


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all is well, 1 when something must be mended. A missing sound device is only a remark."""
    faults = 0
    for name, check, matters in _checks():
        try:
            sys.stdout.write(f"[好] {name}: {check(settings)}\n")
        except (FaultError, ModelError, AssistantError, DeviceError, OSError) as error:
            sys.stdout.write(f"[{'坏' if matters else '注意'}] {name}: {error}\n")
            faults += matters
    return 1 if faults else 0


def _checks() -> Iterator[tuple[str, Check, bool]]:
    yield "Python", _python, True
    yield "语音模型", lambda settings: str(model_store(settings).verify(settings.asr_model)), True
    yield "文本模型", lambda settings: str(model_store(settings).verify(settings.intent_model)), True
    yield (
        "业务包",
        lambda settings: "、".join(
            f"{pack.name} {pack.version}" for pack in all_packs(packs_root(settings)).values()
        ),
        True,
    )
    yield "数据库", _database, True
    yield "端口", _port, True
    yield "页面", _pages, True
    yield (
        "录音设备",
        lambda settings: list_devices().replace("\n", "; ") or "没有设备（只影响 listen）",
        False,
    )


def _python(settings: Settings) -> str:
    return sys.version.split()[0]


def _database(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store_url)
    try:
        store.check()
    finally:
        store.close()
    return "可用" if settings.database_url else f"SQLite，在 {settings.data_dir}"


def _port(settings: Settings) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise FaultError(
                f"{settings.host}:{settings.port} 用不了（{error.strerror}）。请停掉占用它的程序，或用 HOTLINE_PORT 换一个。"
            ) from error
    return f"{settings.host}:{settings.port} 空闲"


def _pages(settings: Settings) -> str:
    if not (settings.web_dir / "index.html").is_file():
        raise FaultError("页面还没有构建。请运行: make web")
    return str(settings.web_dir)
