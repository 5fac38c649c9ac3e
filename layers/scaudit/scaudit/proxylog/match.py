"""Which wanted listener an added one is: by name, else by port, else by count alone."""

from collections.abc import Collection, Mapping


def key_of(name: str, wanted: Mapping[str, int]) -> str:
    """The wanted listener that a name stands for, or nothing. Besides ECS's own names there are ones that end in the
    port, such as `lds_ingress_0.0.0.0_42106` (App Mesh)."""
    if name in wanted:
        return name
    port = name[len(name.rstrip("0123456789")) :]
    return next((key for key, number in wanted.items() if number and str(number) == port), "")


def missing(wanted: Mapping[str, int], added: Collection[str], blamed: Collection[str]) -> tuple[str, ...]:
    """The wanted listeners that are not there. Names that match nothing stand in by count, unless some name matches:
    then another name is another listener (one with a port override is not among the wanted)."""
    if all(map(added.__contains__, wanted)):
        return ()
    there = {key_of(name, wanted) for name in added}
    left = [key for key in wanted if key not in there]
    if len(left) < len(wanted):
        return tuple(left)
    fit = sum(any(_may_be(name, key) for key in left) for name in added)
    known = [key for key in left if key in blamed]
    if fit >= len(left):
        return ()
    if fit == 0 or len(known) == len(left) - fit:
        return tuple(left if fit == 0 else known)
    return (f"{len(left) - fit} of {', '.join(left)}",)


def is_unwanted(name: str, wanted: Mapping[str, int] | None, added: Collection[str]) -> bool:
    """Whether a listener is one that nothing asks for: all that are wanted are there, and it is none of them. An
    incoming one, where no incoming one is named, may be that of an endpoint with a port override (ECS agent: it is not
    among the wanted then)."""
    if wanted is None or key_of(name, wanted) or missing(wanted, added, ()):
        return False
    return not ("ingress" in name and not any("ingress" in key for key in wanted))


def is_egress(name: str, wanted: Mapping[str, int]) -> bool:
    """The control plane takes the outgoing listener away when the namespace has no client alias left (seen); taking an
    incoming one away is a loss. ECS's key for the outgoing one is `egress` (three public logs)."""
    return (key_of(name, wanted) or name) == "egress"


def wants_incoming(wanted: Mapping[str, int]) -> bool:
    """Whether a listener for calls to the task is among the wanted: a client alone has none."""
    return any(not is_egress(name, wanted) for name in wanted)


def _may_be(name: str, key: str) -> bool:
    towards = [way for way in ("ingress", "egress") if way in name]
    return len(towards) != 1 or ("egress" if key == "egress" else "ingress") == towards[0]
