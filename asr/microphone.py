"""Sound devices as a live call, through sounddevice (PortAudio). The device's callback only hands over copies."""

import queue
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from asr.audio import SAMPLE_RATE, Channel, Pcm
from asr.errors import DeviceError

BLOCK_MS = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """A block from a device."""

    channel: Channel
    pcm: Pcm


def list_devices() -> str:
    """The devices as PortAudio names them, a line each.

    Raises:
        DeviceError: PortAudio is not installed.
    """
    return str(_library().query_devices())


@contextmanager
def microphones(devices: dict[Channel, int | None]) -> Iterator["queue.Queue[Heard]"]:
    """Opens a device per channel and yields the queue their blocks arrive in.

    The queue holds ten minutes; a reader that slow has stopped, and the newest block is then dropped.

    Raises:
        DeviceError: no such device, or it cannot record.
    """
    library = _library()
    blocks: queue.Queue[Heard] = queue.Queue(maxsize=6000 * len(devices))
    with ExitStack() as stack:
        for channel, device in devices.items():
            try:
                stream = library.InputStream(
                    samplerate=SAMPLE_RATE,
                    channels=1,
                    dtype="int16",
                    device=device,
                    blocksize=SAMPLE_RATE * BLOCK_MS // 1000,
                    callback=_handover(blocks, channel),
                )
            except (library.PortAudioError, ValueError) as error:
                raise DeviceError(
                    f"录音设备 {device} 打不开: {error}。可用设备:\n{library.query_devices()}"
                ) from error
            stack.enter_context(stream)
        yield blocks


def _handover(blocks: "queue.Queue[Heard]", channel: Channel) -> Any:
    def take(data: Any, frames: int, time: Any, status: Any) -> None:
        if not blocks.full():
            blocks.put_nowait(Heard(channel, data[:, 0].copy()))

    return take


def _library() -> Any:
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(
            "没有找到 PortAudio。Debian/Ubuntu 请运行: apt-get install libportaudio2"
        ) from error
    return sounddevice
