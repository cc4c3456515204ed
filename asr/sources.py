"""Recordings on disk as two channels on one clock. WAV, FLAC, MP3, OGG/Opus through libsndfile; anything else through FFmpeg (PyAV)."""

import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import av
import numpy as np
import soundfile

from asr.audio import Channel, Pcm
from asr.errors import AudioEmptyError, AudioFormatError, AudioNotFoundError, AudioTruncatedError


class Mono(StrEnum):
    """Whom a one-channel recording holds."""

    AGENT = "agent"
    CUSTOMER = "customer"
    MIXED = "mixed"
    """Both in one channel: shown as the customer, and nobody's conduct is judged."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole recording. All channels have the same length and rate."""

    path: Path
    rate: int
    channels: dict[Channel, Pcm]
    is_mixed: bool = False

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds."""
        return max((len(pcm) for pcm in self.channels.values()), default=0) * 1000 // self.rate


def read_recording(path: Path, mono: Mono | None = None) -> Recording:
    """The recording as 16-bit channels at its own rate. Two channels: left is the agent, right the customer.

    Raises:
        AudioError: with what is wrong and what to do.
    """
    if not path.exists():
        raise AudioNotFoundError(f"找不到文件: {path}")
    if not path.is_file():
        raise AudioFormatError(f"不是文件: {path}")
    if path.stat().st_size == 0:
        raise AudioEmptyError(f"文件是空的: {path}")
    _refuse_cut_wav(path)
    pcm, rate = _decode(path)
    if len(pcm) == 0:
        raise AudioEmptyError(f"文件里没有声音: {path}")
    count = pcm.shape[1]
    if count == 2:
        channels = {Channel.AGENT: pcm[:, 0].copy(), Channel.CUSTOMER: pcm[:, 1].copy()}
        return Recording(path, rate, channels)
    if count == 1:
        side = Channel.AGENT if mono is Mono.AGENT else Channel.CUSTOMER
        return Recording(path, rate, {side: pcm[:, 0].copy()}, is_mixed=mono in (None, Mono.MIXED))
    raise AudioFormatError(f"{path} 有 {count} 个声道；只支持双声道（左坐席、右客户）或单声道。")


def _decode(path: Path) -> tuple[Pcm, int]:
    try:
        with soundfile.SoundFile(str(path)) as source:
            declared = source.frames
            pcm = source.read(dtype="int16", always_2d=True)
            rate = int(source.samplerate)
    except soundfile.LibsndfileError as error:
        return _decode_any(path, error)
    if 0 < declared < (1 << 40) and len(pcm) < declared:
        raise AudioTruncatedError(
            f"文件不完整: {path} 应有 {declared / rate:.1f} 秒，只读到 {len(pcm) / rate:.1f} 秒。请重新取得完整文件。"
        )
    return pcm, rate


def _decode_any(path: Path, first: Exception) -> tuple[Pcm, int]:
    """FFmpeg knows the formats that libsndfile does not (m4a, amr, wma …)."""
    pieces: list[Pcm] = []
    rate = 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise AudioFormatError(f"文件里没有声音: {path}")
            stream = container.streams.audio[0]
            rate = stream.rate or 0
            layout = "stereo" if stream.channels == 2 else "mono"
            convert = av.AudioResampler(format="s16", layout=layout, rate=rate)
            for frame in container.decode(stream):
                for ready in convert.resample(frame):
                    block = ready.to_ndarray().reshape(-1, 2 if layout == "stereo" else 1)
                    pieces.append(block.astype(np.int16))
    except av.FFmpegError:
        if path.suffix.lower() in {".wav", ".flac", ".mp3", ".ogg", ".opus"} and _looks_like_audio(path):
            raise AudioTruncatedError(f"文件损坏或不完整: {path}（{first}）。请重新取得完整文件。") from first
        raise AudioFormatError(f"不是能识别的录音: {path}。支持 WAV、FLAC、MP3、OGG/Opus。") from first
    if not pieces:
        raise AudioEmptyError(f"文件里没有声音: {path}")
    return np.concatenate(pieces), rate


def _looks_like_audio(path: Path) -> bool:
    with path.open("rb") as source:
        head = source.read(12)
    return (
        head[:4] in (b"RIFF", b"fLaC", b"OggS")
        or head[:3] == b"ID3"
        or head[:2] in (b"\xff\xfb", b"\xff\xf3")
    )


def _refuse_cut_wav(path: Path) -> None:
    """Libsndfile reads a cut WAV without a word, so its size is compared with what its header promises."""
    with path.open("rb") as source:
        head = source.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return
        while len(chunk := source.read(8)) == 8:
            name, size = struct.unpack("<4sI", chunk)
            if name == b"data":
                left = path.stat().st_size - source.tell()
                # Writers that stream leave the size open: all ones, or zero.
                if size not in (0, 0xFFFFFFFF, 0x7FFFFFFF) and left < size:
                    raise AudioTruncatedError(
                        f"文件不完整: {path} 声明 {size} 字节声音，只有 {left} 字节。请重新取得完整文件。"
                    )
                return
            source.seek(size + size % 2, 1)
