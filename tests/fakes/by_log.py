"""The checks that cannot be answered without the log of a running task's proxy."""

from scaudit.checks import CATALOGUE

OF_THE_LOG = {"proxy_log", "proxy_settings", "proxy_start", "listeners", "control_plane", "configuration"}
BY_LOG = {check.id for check in CATALOGUE if OF_THE_LOG & {*check.inputs}}
