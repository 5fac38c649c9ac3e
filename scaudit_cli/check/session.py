"""The caller's own AWS: credentials, Regions and endpoints as the AWS CLI finds them, and clients for the reads."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError
from botocore.session import Session

from scaudit.collect.aws.pace import Pace
from scaudit.collect.aws.reads import Way
from scaudit_cli.settings import AWS, NO_CREDENTIALS, region_of, sentence
from scaudit_cli.usage import Refused

CALLS_AT_ONCE = 24
"""Calls that one Region may have under way."""
_CONFIG = Config(
    retries={"mode": "adaptive", "max_attempts": 4},
    connect_timeout=3,
    read_timeout=10,
    max_pool_connections=CALLS_AT_ONCE,
)
_ENABLED = ["ENABLED", "ENABLED_BY_DEFAULT"]


class Unreachable(Exception):
    """Nothing in this Region answers, and why."""


class Clients(dict[str, Any]):
    """The clients of one Region by the names of their services, each made when it is first asked for. Raises
    Unreachable while no call has ever been answered: whoever mistyped an endpoint waits for no retries."""

    def __init__(self, session: Session, region: str) -> None:
        super().__init__()
        self._session, self._region = session, region
        self._lock = Lock()
        self._answered = False

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        """Make a client. Threads share it."""
        with self._lock:
            if name not in self:
                self[name] = self._made(name)
        return self[name]

    def _made(self, name: str) -> Any:  # noqa: ANN401
        client: Any = self._session.create_client(name, region_name=self._region, config=_CONFIG)
        url = client.meta.endpoint_url
        if name == "servicediscovery" and not (urlsplit(url).hostname or "").endswith(AWS):
            # DiscoverInstances goes to the host data-..., which only AWS has.
            alone = _CONFIG.merge(Config(inject_host_prefix=False))
            client = self._session.create_client(name, region_name=self._region, config=alone)
        client.meta.events.register_first("needs-retry", self._see)
        client.meta.events.register("before-parse.cloudwatch-logs.FilterLogEvents", plain_events)
        return client

    def _see(self, caught_exception: object = None, **_: object) -> None:
        if not isinstance(caught_exception, ConnectionError):
            self._answered = True
        elif not self._answered:
            raise Unreachable(sentence(caught_exception))


def plain_events(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Read log events as they stand in the JSON: they hold strings and numbers alone, of which botocore would make the
    same, member by member, for four times the CPU. Whatever has another form is left to botocore."""
    if response_dict["status_code"] != 200:
        return
    body = response_dict["body"]
    try:
        told = json.loads(body)
        events = told.pop("events")
        plain = b"null" not in body or not any(None in event.values() for event in events)
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    if plain:
        customized_response_dict["events"] = events
        response_dict["body"] = json.dumps(told).encode()


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except ClientError as error:  # of a role that the profile has it take
        raise Refused(f"the AWS settings are not usable: {error}") from None
    except BotoCoreError as error:
        raise Refused(f"the AWS settings are not usable: {sentence(error)}") from None


def open_session(profile: str) -> Session:
    """The session of a profile, or of the environment. Raises Refused when there is no such, or no credentials."""
    with _usable():
        session = Session(profile=profile or None)
        _finds_models_quickly(session)
        if (credentials := session.get_credentials()) is None:
            raise Refused(NO_CREDENTIALS)
        credentials.get_frozen_credentials()  # a sign-in that is over is told now, and not by every call
    return session


def _finds_models_quickly(session: Session) -> None:
    """botocore looks into the folders of all of its 440 services, twice, before it loads the model of one: 25 ms of
    CPU. The names of the folders do."""
    loader: Any = session.get_component("data_loader")
    folders = [Path(path) for path in loader.search_paths]
    loader.list_available_services = lambda _: [
        each.name for folder in folders if folder.is_dir() for each in folder.iterdir()
    ]


def ways_of(session: Session) -> Callable[[str], Way]:
    """The way to each Region, made once: the logs of one may be in another. Raises Refused when the settings do not
    do."""
    known: dict[str, Way] = {}
    lock = Lock()

    def way(region: str) -> Way:
        with lock:
            if region not in known:
                made = Clients(session, region)
                with _usable():
                    _ = made["ecs"]
                known[region] = Way(made, Pace(region, workers=1))
        return known[region]

    return way


def enabled_regions(session: Session) -> list[str]:
    """Every Region that is enabled for the account (AWS: account:ListRegions). Raises Refused."""
    found: list[str] = []
    try:
        client: Any = session.create_client("account", region_name=region_of(session), config=_CONFIG)
        for page in client.get_paginator("list_regions").paginate(RegionOptStatusContains=_ENABLED):
            found += [each["RegionName"] for each in page["Regions"]]
    except ClientError as error:
        told = error.response["Error"]
        raise Refused(
            f"account:ListRegions is refused ({told.get('Code')}): name the Regions, each with --region"
        ) from None
    except BotoCoreError as error:
        raise Refused(f"the Regions of the account could not be listed: {sentence(error)}") from None
    return sorted(found)
