"""Faults that can be laid on a service from outside, by its tag `local:fault`; read when each of its tasks starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from local.emulator.wire import INVALID, AwsError

TAG = "local:fault"


@dataclass(frozen=True)
class Fate:
    """What goes wrong in the life of one task."""

    port_offset: int = 0
    foreign_address: bool = False
    registers: bool = True
    registration_delay: float = 0.0
    crashes_after: float = 0.0


FAULTS: Mapping[str, Callable[[Fate], Fate]] = {
    "wrong-port": lambda fate: replace(fate, port_offset=1),
    "wrong-address": lambda fate: replace(fate, foreign_address=True),
    "not-registered": lambda fate: replace(fate, registers=False),
}

FAULTS_WITH_SECONDS: Mapping[str, Callable[[Fate, float], Fate]] = {
    "registered-late": lambda fate, seconds: replace(fate, registration_delay=seconds),
    "crash-loop": lambda fate, seconds: replace(fate, crashes_after=seconds),
}


def fate_of(tags: Mapping[str, str]) -> Fate:
    """What the tag asks for. An unknown fault is refused, so that a slip of the pen does not look healthy."""
    fate = Fate()
    for fault in tags.get(TAG, "").split():
        name, _, argument = fault.partition(":")
        if name in FAULTS and not argument:
            fate = FAULTS[name](fate)
        elif name in FAULTS_WITH_SECONDS and argument.replace(".", "", 1).isdigit():
            fate = FAULTS_WITH_SECONDS[name](fate, float(argument))
        else:
            known = ", ".join([*FAULTS, *(f"{name}:SECONDS" for name in FAULTS_WITH_SECONDS)])
            raise AwsError(INVALID, f"{TAG} does not know {fault!r}; it knows {known}.")
    return fate
