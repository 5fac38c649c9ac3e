"""How long calls may take."""

from dataclasses import replace

from tests.builders import ADMIN, DEFINITION, NGINX, declared
from tests.checks.worlds.rows import Row, of_service

HTTP = replace(DEFINITION, protocols={"nginx": "http", "admin": ""})


def waiting(seconds: int | None):
    """The service, whose endpoint nginx speaks HTTP, with this timeout."""
    return of_service(declared(definition=HTTP, endpoints=(replace(NGINX, per_request_timeout=seconds), ADMIN)))


FAILING = [Row("an endpoint of HTTP without a timeout (R14)", waiting(None), {"SC114"})]
HEALTHY_ALL_THE_SAME = [
    Row("an endpoint of HTTP with a timeout", waiting(60)),
    Row("an endpoint of HTTP that shall have no limit", waiting(0)),
]
