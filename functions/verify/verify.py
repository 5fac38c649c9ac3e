"""The queue's worker: audits what its messages are about. Settings are read once, clients made once."""

import os
from functools import partial
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from scaudit.audit.batch import verify
from scaudit.audit.context import Edges
from scaudit.clock import utc_now
from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.regions import Regions
from scaudit.queue.queue import Queue
from scaudit.record import write
from scaudit.settings import VerifySettings
from scaudit.store.ledger import Ledger
from scaudit.store.memory import Memory
from scaudit.store.table import Table

logger = Logger()
settings = VerifySettings.read(os.environ)
config = Config(retries={"mode": "adaptive", "max_attempts": 4}, connect_timeout=3, read_timeout=10)
make: Any = partial(boto3.client, config=config)  # typed by literal names alone
table = Table(make("dynamodb"), settings.table)
queue = Queue(make("sqs"), settings.queue_url, settings.dead_letter_queue_url)
memory, pace = partial(Memory, table=table, clock=utc_now), partial(Pace, workers=settings.concurrency)
regions = Regions(make, pace, memory)
edges = Edges(table, Ledger(table), queue, utc_now, write)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401
    """An SQS batch; answers which of its messages are to come again (AWS: partial batch responses)."""
    reads = partial(regions.reads, left=lambda: context.get_remaining_time_in_millis() / 1000)
    retry = verify(event["Records"], reads, edges, settings)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in retry]}
