"""Every fault of the local AWS is found by the deployed stack under its check, announced with cause, and resolved."""

from contextlib import suppress

import pytest

from tests.e2e.conftest import Deployed, eventually

FAULTS = {
    "wrong-port": ("SC203", "registered port is 81, expected 80"),
    "wrong-address": ("SC202", "registered address is"),
    "not-registered": ("SC201", "registration in Cloud Map service not-registered is missing"),
    "listener-port-taken": ("SC305", "listener ingress-listener-port-taken is not bound"),
    "listener-rejected": ("SC305", "listener ingress-listener-rejected is rejected"),
    "control-plane-refused": ("SC304", "ecs:Poll"),
    "proxy-crashed": ("SC303", "Envoy is exited"),
    "register-denied": ("SC209", "registration:"),
}


@pytest.fixture(scope="module")
def lived_through(deployed: Deployed) -> None:
    """Every fault on a service of its own, and mended once it was announced: together, for most of it is waiting. On a
    busy machine all of them take longer; none may be given up because it is waited for before the others."""
    laid = {fault: deployed.service(fault, fault, count=2) for fault in FAULTS}

    def mends() -> bool:
        deployed.inbox.look(1)
        for fault in [fault for fault in laid if deployed.arrived(fault, "open")]:
            deployed.mend(fault, laid.pop(fault))
        return not laid

    with suppress(AssertionError):  # the test of that fault fails, not all of them
        eventually(mends, 240)


@pytest.mark.usefixtures("lived_through")
@pytest.mark.parametrize(("fault", "check", "sentence"), [(fault, *told) for fault, told in FAULTS.items()])
def test_a_fault_is_announced_once_and_resolved_once(deployed: Deployed, fault: str, check: str, sentence: str) -> None:
    opened = deployed.heard(fault, "open")
    assert opened.check == check and sentence in opened.text and opened.subject.endswith(f"[{check}]")
    assert deployed.resolved(fault).check == check
    assert deployed.said(fault) == [(check, "open"), (check, "resolved")]


def test_a_ghost_whose_address_is_reused_is_critical_until_it_is_gone(deployed: Deployed) -> None:
    deployed.service("haunted", "ghost-reused")
    deployed.recorded("haunted", "pass")
    deployed.ecs.update_service(cluster="tutorial", service="haunted", forceNewDeployment=True)
    deployed.recorded("haunted", "pass", tasks=2)
    deployed.service("tenant", count=2)
    opened = deployed.heard("haunted", "open")
    assert opened.check == "SC206" and "tenant" in opened.text and "critical" in opened.text
    deployed.exorcise("haunted")
    deployed.sweep()
    assert deployed.heard("haunted", "resolved").check == "SC206"
    assert deployed.said("tenant") == []
