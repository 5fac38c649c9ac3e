"""Calls between services, as the proxies of the clients count them."""

from scaudit.values import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A service (cluster, service) called the endpoint of a discovery name."""

    cluster: str
    service: str
    endpoint: str
