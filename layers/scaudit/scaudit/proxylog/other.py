"""Lines that are neither the agent's nor in Envoy's own format: access logs, and Envoy's log in another format."""

import re

from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Mark

_FARTHEST = 4000
_OF_A_REQUEST = ('"response_code"', '"response_flags"', '"bytes_received"', '"start_time"', '"connection_termination')
"""Fields of the access logs as JSON; that of TCP has no response code (AWS: Service Connect access logs)."""
_OF_ENVOY = re.compile(
    r':\s?"(?:trace|debug|info|warning|error|critical)"|initializing epoch |cm init: |starting main dispatch loop'
    r"|add/update listener |starting workers"
)
"""The level of a line of JSON, whatever its field is called, or words of a start: Envoy's `application_log_config` and
`--log-format` give its log any format. Clients may write them, too: they count only where Envoy never says in its own
format that it waits for its control plane."""


def tell(life: Life, line: Mark, text: str) -> None:
    """Take in a line from after a start of Envoy."""
    run, text = life.run, text[:_FARTHEST]
    if (text[0] == "[" and text[11:12] == "T" and text[24:27] == "Z] ") or (
        text[0] == "{" and any(field in text for field in _OF_A_REQUEST)
    ):
        run.served = run.served or line
    elif not (run.ready or run.foreign) and _OF_ENVOY.search(text):
        run.foreign = line
