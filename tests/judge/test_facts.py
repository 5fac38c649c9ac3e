"""Facts that are made of others: what registrations share, and what a task definition mentions."""

from dataclasses import replace

import pytest

from scaudit.judge.registrations import shared
from scaudit.judge.tasks import expected_port
from scaudit.model import Instance, Moot
from scaudit.model.mentioned_names import MOST_WORDS, digest, digests, parents, ports
from tests.builders import DEFINITION, NGINX, TASK

A, B, C = "a" * 32, "b" * 32, "c" * 32
HERE = {id: Instance(id, "10.9.9.9", "32768") for id in (A, B, C)}


def test_each_running_task_is_told_of_all_the_others_at_its_address_and_port() -> None:
    told = {id: found.others for id, found in shared(HERE, {A, B, C}).items() if found}
    assert told == {A: (B, C), B: (A, C), C: (A, B)}
    assert shared(HERE, {A}) == {A: None}
    assert shared({}, {A}) == {}


@pytest.mark.parametrize("override", [None, 8443])
def test_in_a_mode_without_service_connect_no_port_is_expected(override: int | None) -> None:
    """SC103 tells of the mode; what would be registered there nobody knows."""
    endpoint = replace(NGINX, ingress_port_override=override)
    assert isinstance(expected_port(TASK, endpoint, replace(DEFINITION, network_mode="host")), Moot)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("redis://:secret@cache.shop:6379/0", "cache.shop"),
        ("orders", "orders"),
        ("http://ORDERS.Shop.", "orders.shop"),
        ('{"hosts":["a_b.shop","c-d.shop"]}', "a_b.shop"),
        ("--host=c-d.shop,x", "c-d.shop"),
    ],
)
def test_a_name_is_found_as_a_word_in_a_value(value: str, word: str) -> None:
    mentions = digests([("environment X of web", value)])
    assert mentions is not None and digest(word) in mentions["environment X of web"]


@pytest.mark.parametrize("value", ["my-orders", "orders.shop", "orders2", "preorders"])
def test_a_part_of_a_word_is_not_that_word(value: str) -> None:
    mentions = digests([("command of web", value)])
    assert mentions is not None and digest("orders") not in mentions["command of web"]


def test_values_are_not_kept() -> None:
    mentions = digests([("environment PASSWORD of web", "hunter2 secret.word"), ("command of web", "")])
    assert mentions is not None and set(mentions) == {"environment PASSWORD of web"}
    assert not any("hunter2" in word or "secret" in word for word in mentions["environment PASSWORD of web"])


@pytest.mark.parametrize(("words", "kept"), [(MOST_WORDS, True), (MOST_WORDS + 1, False)])
def test_more_words_than_can_be_kept_are_none_at_all(words: int, kept: bool) -> None:
    half = words // 2
    places = [("command of a", range(half)), ("command of b", range(half, words))]
    mentions = digests([(place, " ".join(f"w{n}" for n in numbers)) for place, numbers in places])
    assert (mentions is not None) is kept


@pytest.mark.parametrize(
    ("value", "followed"),
    [
        ("http://orders:8080/v1", ["8080"]),
        ("orders:8080,orders:81", ["8080", "81"]),
        ("orders:08080", ["8080"]),
        ("//orders:80", ["80"]),
        ("library/orders:42", []),
        ("orders:42-alpine", []),
        ("orders: 80", []),
        ("orders:123456", []),
        ("orders", []),
    ],
)
def test_a_port_is_what_follows_a_name_and_is_no_tag_of_an_image(value: str, followed: list[str]) -> None:
    words = digests([("command of web", value)]) or {}
    assert ports(words.get("command of web", ()), "orders") == {digest(f"orders:{port}") for port in followed}


@pytest.mark.parametrize(("value", "found"), [("orders.prod.local", {"prod.local"}), ("10.0.0.1", set()), ("a", set())])
def test_what_follows_the_first_dot_of_a_name_may_be_a_namespace(value: str, found: set[str]) -> None:
    assert parents(digests([("command of web", value)]) or {}) == set(map(digest, found))
