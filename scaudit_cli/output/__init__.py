"""Findings as text for people, and as JSON, SARIF and JUnit XML for machines."""

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from scaudit_cli.output.report import Report


class Output(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def write(report: "Report", output: Output, out: TextIO) -> None:
    """Write a report. Only the writer that is asked for is imported: together they take as long as to judge."""
    import_module(f"scaudit_cli.output.{output.value}").write(report, out)
