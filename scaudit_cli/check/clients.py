"""Clients of the caller's own AWS: credentials, Region and endpoints as boto3 finds them."""

from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from scaudit.collect.aws.every_read import CLIENTS
from scaudit_cli.usage import Refused

_CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 4}, connect_timeout=3, read_timeout=10)
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


def clients() -> tuple[str, dict[str, Any]]:
    """The Region, and a client for each service that is read. Raises Refused when the settings do not do."""
    try:
        session = boto3.Session()
        make: Any = session.client  # typed by literal names alone
        made: dict[str, Any] = {name: make(name, config=_CONFIG) for name in CLIENTS}
        if not (urlsplit(made["servicediscovery"].meta.endpoint_url).hostname or "").endswith(_AWS):
            # DiscoverInstances goes to the host data-..., which only AWS has.
            alone = _CONFIG.merge(Config(inject_host_prefix=False))
            made["servicediscovery"] = session.client("servicediscovery", config=alone)
    except BotoCoreError as error:
        raise Refused(f"the AWS settings are not usable: {error}") from None
    return str(session.region_name), made
