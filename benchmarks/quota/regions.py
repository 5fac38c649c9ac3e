"""The same AWS in another Region: its answers carry that Region's name, wherever the fakes have the first one's."""

from functools import wraps
from typing import Any

from tests.builders import REGION


class There:
    """Calls `answers` as if they were in another Region."""

    def __init__(self, answers: object, region: str) -> None:
        self._answers, self._region = answers, region

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401
        answer = getattr(self._answers, method)

        @wraps(answer)
        def called(**request: object) -> Any:  # noqa: ANN401
            return _named(answer(**_named(request, self._region, REGION)), REGION, self._region)

        return called


def _named(value: Any, before: str, after: str) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return value.replace(before, after)
    if isinstance(value, dict):
        return {key: _named(one, before, after) for key, one in value.items()}
    if isinstance(value, list):
        return [_named(one, before, after) for one in value]
    return value
