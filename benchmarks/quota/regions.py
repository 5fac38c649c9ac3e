"""The same AWS in another Region: its answers carry that Region's name, wherever the fakes have the first one's."""

from functools import wraps
from types import MethodType
from typing import Any

from tests.builders import REGION


class There:
    """Calls `answers` as if they were in another Region."""

    def __init__(self, answers: object, region: str) -> None:
        self._answers, self._region = answers, region

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401
        answer, region = getattr(self._answers, method), self._region

        @wraps(answer.__func__)
        def called(_: object, **request: object) -> Any:  # noqa: ANN401
            return _named(answer(**_named(request, region, REGION)), REGION, region)

        bound = self.__dict__[method] = MethodType(called, self)
        return bound


def _named(value: Any, before: str, after: str) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return value.replace(before, after)
    if isinstance(value, dict):
        return {key: _named(one, before, after) for key, one in value.items()}
    if isinstance(value, list):
        return [_named(one, before, after) for one in value]
    return value
