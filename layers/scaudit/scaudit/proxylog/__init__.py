"""What a Service Connect proxy's log says of its start: the only place that knows the agent's and Envoy's words."""

from scaudit.proxylog.events import lines_of
from scaudit.proxylog.reading import Reading, read_proxy_log
from scaudit.proxylog.start import ControlPlane, Exit, Line, Listeners, Outcome, ProxyStart

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
