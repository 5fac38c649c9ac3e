"""What is kept of texts that may be secret."""

import pytest

from scaudit.model.mentioned_names import dials, digest, digests, ports


@pytest.mark.parametrize(
    "url",
    [
        "postgres://app:Tr0ub4dor.3@orders.shop:5432/db",
        "postgres://app:p%40ss@orders.shop:5432/db?user=x",
        "jdbc:postgresql://app:8080@orders.shop:5432",
        "a=http://Tr0ub4dor.3@orders.shop:5432, b",
    ],
)
def test_of_a_url_the_endpoint_is_kept_and_neither_name_nor_password(url: str) -> None:
    found = digests([("environment URL", url)])
    assert found is not None
    (words,) = found.values()
    assert ports(words, "orders.shop") == {digest("orders.shop:5432")}
    secret = {digest(word) for word in ("app", "Tr0ub4dor.3", "tr0ub4dor", "p", "40ss", "8080")}
    kept = {each for word in words for each in word.replace("@", ":").split(":")}
    assert not kept & secret


@pytest.mark.parametrize(
    "text", ["orders@shop.example", "http://orders/path/a@b", "git@orders", "http://orders?who=a@b"]
)
def test_an_at_sign_elsewhere_hides_no_name(text: str) -> None:
    found = digests([("argument", text)])
    assert found and digest("orders") in {word.partition(":")[0] for word in found["argument"]}


@pytest.mark.parametrize(
    ("text", "port", "dialled"),
    [
        ("http://orders", 80, True),
        ("HTTP://orders/v1", 80, True),
        ("https://me:secret@orders?x=1", 443, True),
        ("orders:8080", 8080, True),
        ("http://orders:8080", 80, False),
        ("http://orders:${PORT}", 80, False),
        ("https://orders", 80, False),
        ("tcp://orders", 80, False),
        ("orders", 80, False),
        ("http://other/orders", 80, False),
    ],
)
def test_a_url_without_a_port_means_that_of_its_scheme(text: str, port: int, dialled: bool) -> None:
    found = digests([("place", text)])
    assert found and dials(found["place"], "orders", port) == dialled
    assert ports(found["place"], "orders") <= {digest("orders:8080")}, "nobody wrote another one"
