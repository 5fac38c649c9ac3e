"""What was made of an answer is held to the types that it declares."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from scaudit.collect.aws.answers import service_of, task_of
from scaudit.collect.aws.typed import hold, listed, text, token_of
from scaudit.model import Task
from tests.fakes import answers


def pairs(_: object) -> tuple[list[tuple[str, int]], Mapping[str, str | None]]:
    raise NotImplementedError


def test_what_real_answers_make_fits() -> None:
    hold(task_of(answers.task()), task_of)
    hold(service_of(answers.service()), service_of)
    hold(([("a", 1)], {"x": None, "y": "z"}), pairs)


@pytest.mark.parametrize(
    "odd", [([("a", "1")], {}), ([("a",)], {}), ([], {"x": 1}), ([], {1: "x"}), ((), {}), None, [[], {}]], ids=repr
)
def test_what_is_of_another_type_is_refused(odd: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        hold(odd, pairs)


@pytest.mark.parametrize(
    ("member", "value"),
    [("version", "5"), ("created_at", None), ("zone", ["a"]), ("proxy_host_ports", ("80",)), ("reasons", ["x"])],
)
def test_the_member_that_does_not_fit_is_named(member: str, value: Any) -> None:
    odd: Task = replace(task_of(answers.task()), **{member: value})
    with pytest.raises(TypeError, match=f"^{member} is "):
        hold(odd, task_of)


def test_no_list_no_text_and_no_token_are_not_taken_for_empty_ones() -> None:
    assert token_of({}) == token_of({"nextToken": None}) == ""
    for refuse in (lambda: token_of({"nextToken": []}), lambda: listed(""), lambda: listed({}), lambda: text(None)):
        with pytest.raises(TypeError):
            refuse()
