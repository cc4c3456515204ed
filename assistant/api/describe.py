"""The HTTP interface as OpenAPI, from which the screens' TypeScript is generated: `python -m assistant.api.describe`."""

import json
import sys
from typing import Any

from fastapi import FastAPI

from assistant.api.app import ROUTERS
from assistant.floor import FloorChanged, FloorSnapshot


def interface() -> dict[str, Any]:
    """OpenAPI of every route, with the floor's messages among its schemas: OpenAPI itself knows no websockets."""
    app = FastAPI(title="Hotline Assistant", version="1")
    for router in ROUTERS:
        app.include_router(router)
    described = app.openapi()
    schemas: dict[str, Any] = described["components"]["schemas"]
    for message in (FloorSnapshot, FloorChanged):
        shape = message.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas |= shape.pop("$defs", {})
        schemas[message.__name__] = shape
    return described


if __name__ == "__main__":
    sys.stdout.write(json.dumps(interface(), ensure_ascii=False, indent=2, sort_keys=True) + "\n")
