"""Whose namespaces are gone through, and by whom: those of this account, once a batch."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from scaudit.audit import namespaces
from scaudit.audit.namespaces import due, look_at_namespace
from scaudit.judge.rules import Rules
from scaudit.store.memory import Memory
from tests.builders import DEPLOYMENT, NOW, REGION, SERVICE

OWN = f"arn:aws:servicediscovery:{REGION}:{SERVICE.account}:namespace/ns-own"


@pytest.mark.parametrize(
    ("namespace", "asked"),
    [(OWN, [OWN]), (OWN.replace(SERVICE.account, "999999999999"), []), ("shop", []), ("", [])],
    ids=["its own", "that another account shares", "a bare name", "none"],
)
def test_only_a_namespace_of_this_account_is_gone_through_and_once(
    namespace: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []

    def left_services(_reads: Any, _cluster: str, _account: str, arn: str, *_: Any) -> dict[str, Any]:
        listed.append(arn)
        return {}

    monkeypatch.setattr(namespaces, "left_services", left_services)
    monkeypatch.setattr(namespaces, "namespace_now", lambda *_: None)
    reads = SimpleNamespace(once={}, memory=Memory(REGION, None, lambda: NOW))
    context: Any = SimpleNamespace(include=("*",), reads=reads, rules=Rules(), wanted=SimpleNamespace(at_once=False))
    service = replace(SERVICE, deployments=(replace(DEPLOYMENT, namespace=namespace),))
    for _ in range(2):
        for arn, name in due(context, [service, service], NOW).items():
            list(look_at_namespace(context, "tutorial", arn, NOW, name))
    assert listed == asked
