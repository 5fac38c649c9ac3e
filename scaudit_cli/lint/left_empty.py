"""Texts that a request leaves empty."""

from collections.abc import Iterator

from scaudit.model import Severity
from scaudit_cli.lint.fit import Complaint, Fitted

_SAMPLES = 5


def left_empty(fitted: Fitted) -> Iterator[Complaint]:
    """`aws ecs create-service --generate-cli-skeleton` writes every field, and empty what one is to fill in."""
    for required, told, severity in (
        (True, "required, and left empty", None),
        (False, "left empty, to fill in or take out (not confirmed on AWS that ECS refuses it)", Severity.WARNING),
    ):
        paths = [path for path, needed in fitted.left_empty.items() if needed is required]
        more = f" and {len(paths) - _SAMPLES} more" if len(paths) > _SAMPLES else ""
        if paths:
            line = fitted.lines[paths[0]]
            yield Complaint(paths[0], f"{told}: {', '.join(paths[:_SAMPLES])}{more}", severity, line)
