"""Says which of the modules in the event can be imported, or how many records came in one batch."""

import importlib
import os
import sys

import boto3


def handler(event, context):
    found = {}
    for name in event["modules"]:
        try:
            found[name] = bool(importlib.import_module(name))
        except ImportError:
            found[name] = False
    return {"greeting": os.environ["GREETING"], "found": found, "executable": sys.executable, "version": sys.version}


def count(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=str(len(event["Records"])))
