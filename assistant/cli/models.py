"""`models`: what models there are, fetching and verifying them."""

import argparse
import sys

from assistant.cli.parts import model_store
from assistant.settings import Settings
from models.catalogue import read_catalogue
from models.errors import ModelError


def models(args: argparse.Namespace, settings: Settings) -> int:
    """0 when what was asked for is there and intact, else 2."""
    store = model_store(settings)
    if args.action is None:
        for spec in read_catalogue().values():
            where = "、".join(spec.packages) or f"{spec.hub}@{(spec.revision or '')[:8]}"
            digest = next((file.sha256 for file in spec.files if file.path.endswith(".bin")), None) or "-"
            sys.stdout.write(
                f"{spec.name:16}{spec.kind:6}{spec.size >> 20:5d} MB  {spec.licence:8}{where}\n{'':16}SHA-256 {digest}\n"
            )
        return 0
    names = args.names or [*settings.asr_models, settings.intent_model]
    failed = False
    for name in names:
        try:
            folder = store.resolve(name) if args.action == "fetch" else store.verify(name)
            sys.stdout.write(f"{name}: 完好 {folder}\n")
        except ModelError as error:
            sys.stderr.write(f"{name}: {error}\n")
            failed = True
    return 2 if failed else 0
