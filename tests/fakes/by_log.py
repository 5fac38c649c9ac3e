"""The checks that cannot be answered without the log of a running task's proxy."""

from scaudit.checks import CATALOGUE

BY_LOG = {check.id for check in CATALOGUE if {"proxy_log", "proxy_start", "control_plane"} & {*check.inputs}}
