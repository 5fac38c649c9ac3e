"""What is kept of texts that may be secret."""

import pytest

from scaudit.model.mentioned_names import digest, digests, ports


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
