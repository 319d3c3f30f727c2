"""JSON Schema of a file's keys, for editors that read it through yaml-language-server."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from connector.yaml.keys import Keys

DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _WithoutDefaults(GenerateJsonSchema):
    """A key that may be left out stands in no list of required ones; what it is then, its description says."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def get_title_from_name(self, name: str) -> str:
        """The key itself: an editor shows it anyway."""
        return name


def schema_of(keys: type[Keys]) -> dict[str, Any]:
    """The schema of a mapping, draft 2020-12, with those of all mappings in it under `$defs`."""
    return keys.model_json_schema(schema_generator=_WithoutDefaults)
