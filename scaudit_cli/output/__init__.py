"""Findings as text for people, and as JSON, SARIF and JUnit XML for machines."""

from collections.abc import Callable
from enum import StrEnum
from typing import TextIO

from scaudit_cli.output import json, junit, sarif, text
from scaudit_cli.output.report import Report


class Output(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


WRITE: dict[Output, Callable[[Report, TextIO], None]] = {
    Output.TEXT: text.write,
    Output.JSON: json.write,
    Output.SARIF: sarif.write,
    Output.JUNIT: junit.write,
}
