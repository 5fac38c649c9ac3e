"""What holds for each test of the command."""

from functools import cache

from typer import testing

testing._get_command = cache(testing._get_command)
"""Typer builds all commands anew for each invocation, though they do not change: a sixth of these tests' time."""
