"""What to look for in a log that is too long to be read whole: a part of every line that this folder takes in."""

import re
from collections.abc import Collection

from scaudit.proxylog.start import ProxyStart

PARTS = (
    "[AppNet Agent]",
    "msg=",
    "[critical]",
    "panic:",
    "fatal error:",
    "goroutine",
    "SIG",
    "http: panic serving",
    "net/http.(*conn)",
    "github.com/aws/",
    "error while loading shared libraries",
    " FATAL ERROR: ",
    "PARSE ERROR: ",
    "unable to bind domain socket",
    "initializing epoch",
    "starting workers",
    "cm init:",
    "all clusters initialized",
    "cds:",
    "lds:",
    "rds: loading",
    "listener '",
    "gRPC config",
    "gRPC mux addWatch",
    "elta config",
    "Config update for",
    "Secret is updated",
    "init manager",
    "change all log levels",
    "caught ENVOY_SIGTERM",
    "shutting down server instance",
    "main dispatch loop exited",
)
"""A line has one of these, or goes on with the names of rejected listeners (`parts_of`)."""
_NAME = re.compile(r"[\w.-]+", re.ASCII)


def parts_of(log: ProxyStart) -> tuple[str, ...]:
    """The parts for a log of which so much is known: a rejection of several listeners goes on in lines that begin with
    the names of the second and later ones. None where a name is none that ECS would give."""
    names = tuple(log.listeners.wanted or ())
    return (*PARTS, *(f"{name}: " for name in names)) if all(map(_NAME.fullmatch, names)) else ()


def has(line: str, parts: Collection[str]) -> bool:
    """Whether a line has one of these parts."""
    return any(part in line for part in parts)
