"""The simulated AWS over HTTP, for whole processes that are to be measured: `python -m benchmarks.quota.served`.

Every call takes `delay` seconds longer. ECS and Logs speak JSON, and Cloud Map what the caller's botocore does: JSON,
or CBOR (Smithy RPC v2). An answer that was given once is given again as it was: an estate that stands still.
"""

import io
import json
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "layers" / "scaudit"))

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.parsers import RpcV2CBORParser

from benchmarks.quota.cloudmap import CloudMap
from benchmarks.quota.ecs import ECS
from benchmarks.quota.estate import Estate
from benchmarks.quota.generate import alike, generate
from benchmarks.quota.logs import Logs
from tests.builders import ACCOUNT, NOW
from tests.simulation.clock import Clock

_TARGETS = {"AmazonEC2ContainerServiceV20141113": "ecs", "Route53AutoNaming_v20170314": "servicediscovery"}
_TARGETS |= {"Logs_20140328": "logs"}


class ListedCloudMap(CloudMap):
    """Cloud Map that also lists its namespaces."""

    def list_namespaces(
        self, *, MaxResults: int = 100, NextToken: str = "", Filters: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """All, or those of a name."""
        every = [self.get_namespace(Id=each)["Namespace"] for each in sorted(self._estate.namespaces)]
        for wanted in Filters:
            every = [each for each in every if each["Name"] in wanted["Values"]]
        begin = int(NextToken or 0)
        more = {"NextToken": str(begin + MaxResults)} if begin + MaxResults < len(every) else {}
        return {"Namespaces": every[begin : begin + MaxResults]} | more


class Served(ThreadingHTTPServer):
    """An estate behind an address. `delay` is in seconds; `calls` counts by IAM action."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, estate: Estate) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        clock = Clock(NOW)
        self._answers: dict[str, object] = {
            "ecs": ECS(estate, clock),
            "servicediscovery": ListedCloudMap(estate, clock),
            "logs": Logs(estate, clock),
        }
        self._given: dict[tuple[str, str, bytes], tuple[int, str, bytes]] = {}
        self._lock = threading.Lock()
        self.delay = 0.0
        self.calls: Counter[str] = Counter()

    def answer(self, target: str, body: bytes, *, cbor: bool) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        words, _, operation = target.partition(".")
        service = _TARGETS[words]
        with self._lock:
            self.calls[f"{service}:{operation}"] += 1
        time.sleep(self.delay)
        with self._lock:
            key = service, operation, body
            if key not in self._given:
                self._given[key] = self._made(service, operation, body, cbor=cbor)
            return self._given[key]

    def _made(self, service: str, operation: str, body: bytes, *, cbor: bool) -> tuple[int, str, bytes]:
        kind = "application/cbor" if cbor else "application/x-amz-json-1.1"
        asked = _of_cbor(body) if cbor else json.loads(body or b"{}")
        try:
            told = getattr(self._answers[service], xform_name(operation))(**asked)
        except ClientError as error:
            said = {"__type": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
            return 400, kind, _cbor(said) if cbor else json.dumps(said).encode()
        return 200, kind, _cbor(told) if cbor else json.dumps(told, default=datetime.timestamp).encode()


class Handler(BaseHTTPRequestHandler):
    """`GET /calls` tells, and forgets, what was asked; `GET /delay/SECONDS` sets how much longer a call takes."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Served

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = self.path.split("/")
        if cbor := len(parts) == 5 and parts[1] == "service":
            target = f"{parts[2]}.{parts[4]}"
        elif "X-Amz-Target" in self.headers:
            target = self.headers["X-Amz-Target"]
        else:  # STS speaks the query protocol
            return self._say(200, "text/xml", _WHO)
        return self._say(*self.server.answer(target, body, cbor=cbor))

    def do_GET(self) -> None:
        if self.path == "/calls":
            told, self.server.calls = self.server.calls, Counter()
            return self._say(200, "application/json", json.dumps(told).encode())
        self.server.delay = float(self.path.rsplit("/", 1)[1])
        return self._say(200, "text/plain", b"")

    def _say(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if kind == "application/cbor":
            self.send_header("smithy-protocol", "rpc-v2-cbor")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: calls are counted."""


_WHO = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/somebody</Arn><UserId>U</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>""".encode()


def _of_cbor(body: bytes) -> Mapping[str, Any]:
    if not body:
        return {}
    read: Mapping[str, Any] = RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body)))
    return read


def _cbor(value: object) -> bytes:
    """A value as CBOR (RFC 8949); a moment has tag 1."""
    head = _head
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case str():
            raw = value.encode()
            return head(3, len(raw)) + raw
        case datetime():
            return b"\xc1" + _cbor(value.astimezone(UTC).timestamp())
        case list() | tuple():
            return head(4, len(value)) + b"".join(map(_cbor, value))
        case dict():
            return head(5, len(value)) + b"".join(_cbor(k) + _cbor(v) for k, v in value.items())
    raise TypeError(f"no CBOR for {type(value)}")


def _head(major: int, number: int) -> bytes:
    for size, (code, form) in {24: (None, "B"), 1 << 8: (24, ">B"), 1 << 16: (25, ">H"), 1 << 32: (26, ">I")}.items():
        if number < size:
            begin = bytes([major << 5 | (number if code is None else code)])
            return begin if code is None else begin + struct.pack(form, number)
    return bytes([major << 5 | 27]) + struct.pack(">Q", number)


ESTATES = {
    "shared": partial(alike, 20, 10, together=True),
    "own": partial(alike, 20, 10, together=False),
    "whole": partial(generate, 50, 40, 10),
}


def main() -> None:
    """Serve an estate by its name until standard input ends; the first line printed is the address."""
    served = Served(ESTATES[sys.argv[1]]())
    threading.Thread(target=served.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{served.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
