"""The table stream's worker: announces what is new about the incidents whose members changed."""

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from scaudit.announce.notify import Edges, notify
from scaudit.announce.pool import Pool
from scaudit.clock import utc_now
from scaudit.queue.queue import Queue
from scaudit.record import write
from scaudit.settings import NotifySettings
from scaudit.store.ledger import Ledger
from scaudit.store.table import Table

logger = Logger()
settings = NotifySettings.read(os.environ)
table = Table(boto3.client("dynamodb"), settings.table)
queue = Queue(boto3.client("sqs"), settings.queue_url, settings.dead_letter_queue_url)
# The bus is the user's: one that hangs must not take the time in which alerts are marked as sent, or they are repeated.
brief = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
bus = boto3.client("events", region_name=settings.event_bus_region, config=brief) if settings.event_bus else None
edges = Edges(Ledger(table), Pool(table), queue, boto3.client("sns"), bus, utc_now, write)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of stream records; answers from which of them the stream is to be read again."""
    retry = notify(event["Records"], edges, settings)
    return {"batchItemFailures": [{"itemIdentifier": number} for number in retry]}
