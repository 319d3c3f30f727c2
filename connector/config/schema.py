"""JSON Schema of config.yaml, for editors that read it through yaml-language-server."""

from typing import Any

from connector.config.models import FileKeys, HelpdeskKeys
from connector.yaml.schema import DRAFT, schema_of


def config_schema() -> dict[str, Any]:
    """The schema, draft 2020-12. It knows which keys stand where; their values are for `touchcost check`."""
    helpdesk = schema_of(HelpdeskKeys)
    schema = schema_of(FileKeys)
    names = {**schema.pop("$defs", {}), **helpdesk.pop("$defs", {})}
    # Each of its keys may stand in `defaults` or beside the helpdesks.
    helpdesk.pop("required", None)
    names["HelpdeskKeys"] = helpdesk
    one = {"$ref": "#/$defs/HelpdeskKeys"}
    schema["properties"] |= {
        "defaults": {"anyOf": [one, {"type": "null"}]},
        "helpdesks": {"anyOf": [{"type": "string"}, {"type": "array", "items": one}]},
    }
    return {**schema, "$schema": DRAFT, "title": "touchcost config.yaml", "$defs": names}
