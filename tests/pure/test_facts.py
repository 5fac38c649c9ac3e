"""Facts that are made of others: who shares a registration, and what a task definition mentions."""

import pytest

from scaudit.facts import sharers
from scaudit.mentions import MOST_WORDS, digest, digests
from scaudit.model import Instance

A, B, C = "a" * 32, "b" * 32, "c" * 32
SAME = {A: Instance(A, "10.9.9.9", "32768"), B: Instance(B, "10.9.9.9", "32768")}


@pytest.mark.parametrize(
    ("registered", "running", "shared"),
    [
        (SAME, {A, B}, {A: (B,), B: (A,)}),
        (SAME, {A}, {A: ()}),
        ({**SAME, B: Instance(B, "10.9.9.9", "32769")}, {A, B}, {A: (), B: ()}),
        ({**SAME, B: Instance(B, "10.9.9.8", "32768")}, {A, B}, {A: (), B: ()}),
        ({**SAME, C: Instance(C, "10.9.9.9", "32768")}, {A, B, C}, {A: (B, C), B: (A, C), C: (A, B)}),
        ({}, {A}, {}),
    ],
    ids=["both run", "one is gone", "another port", "another address", "three", "not registered"],
)
def test_only_running_tasks_share_an_address_and_port(
    registered: dict[str, Instance], running: set[str], shared: dict[str, tuple[str, ...]]
) -> None:
    assert sharers(registered, running) == shared


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
