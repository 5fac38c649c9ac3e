"""Which checks cannot be answered without something, by what they ask for."""

from scaudit.checks import CATALOGUE
from scaudit.model import Severity

OF_THE_LOG = {"proxy_log", "proxy_settings", "proxy_start", "listeners", "control_plane", "configuration"}
BY_LOG = {check.id for check in CATALOGUE if OF_THE_LOG & {*check.inputs}}
"""The log of a running task's proxy."""
BY_NEIGHBOURS = {
    check.id
    for check in CATALOGUE
    if check.of_neighbours and "namespace" not in check.inputs and check.severity > Severity.INFO
}
"""The other services of a namespace that is gone; whoever asks for the namespace itself knows that it is."""
