"""What a Service Connect proxy's log says of its start: the only place that knows the agent's and Envoy's words."""

from typing import TYPE_CHECKING, Any

from scaudit.proxylog.events import lines_of
from scaudit.proxylog.start import ControlPlane, Exit, Line, Listeners, Outcome, ProxyStart

if TYPE_CHECKING:
    from scaudit.proxylog.reading import Reading, read_proxy_log

__all__ = [
    "ControlPlane",
    "Exit",
    "Line",
    "Listeners",
    "Outcome",
    "ProxyStart",
    "Reading",
    "lines_of",
    "read_proxy_log",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """What reads is imported for who reads: its patterns take longer to compile than files to lint."""
    if name not in ("Reading", "read_proxy_log"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scaudit.proxylog import reading

    return getattr(reading, name)
