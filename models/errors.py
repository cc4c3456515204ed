"""What can be wrong with model files. Every message says what to do next.

ModelError
├── ModelUnknownError     model_unknown      the name is neither in the catalogue nor a folder
├── ModelMissingError     model_missing      no source on this machine has the file
├── ModelCorruptError     model_corrupt      a file is not the one the catalogue pins
└── ModelStorageError     model_storage      the cache cannot be written (disk full, no permission)
"""


class ModelError(Exception):
    """Base of all model file errors; `code` is documented in docs/errors.md."""

    code = "model_error"


class ModelUnknownError(ModelError):
    """The name is neither in the catalogue nor a folder."""

    code = "model_unknown"


class ModelMissingError(ModelError):
    """No source on this machine has the file."""

    code = "model_missing"


class ModelCorruptError(ModelError):
    """A file is not the one the catalogue pins."""

    code = "model_corrupt"


class ModelStorageError(ModelError):
    """The cache cannot be written."""

    code = "model_storage"
