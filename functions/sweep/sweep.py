"""The schedule's worker: has every Region looked at, so that what no event showed is seen all the same."""

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from scaudit.audit.sweep import sweep
from scaudit.queue.queue import Queue
from scaudit.settings import SweepSettings

logger = Logger()
settings = SweepSettings.read(os.environ)
queue = Queue(boto3.client("sqs"), settings.queue_url)


def handler(event: dict[str, Any], context: object) -> None:
    """The schedule's event, whatever is in it. A failure is retried by the schedule and ends in its dead letters."""
    sweep(queue, settings)
