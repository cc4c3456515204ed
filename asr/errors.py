"""What can go wrong between sound and words.

AsrError
├── AudioError
│   ├── AudioNotFoundError     audio_not_found     the file is not there
│   ├── AudioEmptyError        audio_empty         the file has no bytes or no sound
│   ├── AudioFormatError       audio_format        the bytes are not sound we can read
│   └── AudioTruncatedError    audio_truncated     the file ends before it said it would
├── DeviceError                audio_device        no such sound device, or it failed
└── EngineError                engine_failed       the recogniser failed on a window
    ├── EngineBusyError        engine_busy         more work than it can take
    └── EngineHungError        engine_hung         it does not come back from a window
"""


class AsrError(Exception):
    """Base of the layer's errors; `code` is documented in docs/errors.md."""

    code = "asr_error"


class AudioError(AsrError):
    """The sound given cannot be used."""

    code = "audio_error"


class AudioNotFoundError(AudioError):
    """The file is not there."""

    code = "audio_not_found"


class AudioEmptyError(AudioError):
    """The file has no bytes or no sound."""

    code = "audio_empty"


class AudioFormatError(AudioError):
    """The bytes are not sound we can read."""

    code = "audio_format"


class AudioTruncatedError(AudioError):
    """The file ends before it said it would."""

    code = "audio_truncated"


class DeviceError(AsrError):
    """No such sound device, or it failed."""

    code = "audio_device"


class EngineError(AsrError):
    """The recogniser failed on a window."""

    code = "engine_failed"


class EngineBusyError(EngineError):
    """More work than the recogniser can take."""

    code = "engine_busy"


class EngineHungError(EngineError):
    """The recogniser does not come back from a window."""

    code = "engine_hung"
