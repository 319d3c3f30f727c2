"""`touchcost schema`: what an editor needs to know of rule files."""

from typing import Annotated

import typer

from connector.config.schema import config_schema
from connector.rulefiles.schema import rule_file_schema
from connector.terminal.screen import say_json


def schema(
    *,
    config: Annotated[bool, typer.Option("--config", help="Of config.yaml instead of rule files.")] = False,
) -> None:
    """Print the JSON Schema of rule files, so that an editor names keys and marks slips while you write.

    Example: touchcost schema > rules.schema.json
    """
    say_json(config_schema() if config else rule_file_schema())
