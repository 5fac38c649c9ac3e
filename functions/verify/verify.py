"""The queue's worker: audits what its messages are about. Settings are read once, clients made once."""

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from scaudit.batch import verify
from scaudit.clock import utc_now
from scaudit.collect.reads import Reads
from scaudit.ledger import Ledger
from scaudit.looks import Edges
from scaudit.publish import write
from scaudit.queue import Queue
from scaudit.settings import VerifySettings
from scaudit.table import Table

logger = Logger()
settings = VerifySettings.read(os.environ)
config = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=3, read_timeout=10)
clients = {name: boto3.client(name, config=config) for name in ("ecs", "servicediscovery", "logs")}
edges = Edges(
    ledger=Ledger(Table(boto3.client("dynamodb", config=config), settings.table)),
    queue=Queue(boto3.client("sqs", config=config), settings.queue_url, settings.dead_letter_queue_url),
    clock=utc_now,
    write=write,
)
known: dict[str, Any] = {}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """An SQS batch; answers which of its messages are to come again (AWS: partial batch responses)."""
    retry = verify(event["Records"], Reads(clients, known), edges, settings)
    return {"batchItemFailures": [{"itemIdentifier": id} for id in retry]}
