"""Batching windows of DynamoDB streams, which ministack ignores.

AWS: the window opens with the first record that passes the filter, and ends early when a batch is full.
"""

import threading
import time

from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

_poll = lambda_svc._poll_dynamodb_streams
# When the window of each event source mapping ends that is gathering a batch.
_ends: dict[str, float] = {}


def install() -> None:
    """Let ministack honour the batching window of table streams."""
    lambda_svc._poll_dynamodb_streams = poll


def poll() -> bool:
    """Hand on what has waited for its window; returns whether there was anything."""
    for account, region, mapping in lambda_svc._iter_all_esms():
        window = float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        if window and ":dynamodb:" in mapping["EventSourceArn"]:
            with request_scope(account, region):
                gather(mapping, window)
    processed: bool = _poll()
    return processed


def gather(mapping: dict[str, str], window: float) -> None:
    """Keeps ministack from the mapping while its window is open, by the back-off it has for failures."""
    uuid, now = mapping["UUID"], time.time()
    end = _ends.get(uuid)
    if not is_gathering(mapping) or (end is not None and end <= now):
        if end is not None and lambda_svc._esm_backoff_until.get(uuid) == _ends.pop(uuid):
            del lambda_svc._esm_backoff_until[uuid]
    elif end is None and lambda_svc._esm_backoff_until.get(uuid, 0) <= now:
        _ends[uuid] = lambda_svc._esm_backoff_until[uuid] = now + window
        threading.Timer(window, lambda_svc._esm_wake.set).start()


def is_gathering(mapping: dict[str, str]) -> bool:
    """The stream has records for the function, and fewer than make a full batch."""
    table, size = mapping["EventSourceArn"].split("/")[1], int(mapping["BatchSize"])
    position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"])
    if position is None:
        return False
    waiting = dynamodb.stream_records_since(table, position, size)
    return len(waiting) < size and bool(lambda_svc._apply_filter_criteria(waiting, mapping))
