"""A boto3 client over a fake AWS: methods by name, paginators, requests held to the real API's shapes."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from botocore.paginate import Paginator
from botocore.session import Session
from botocore.validate import ParamValidator

from scaudit.collect.aws.every_read import ACTIONS, CLIENTS
from tests.fakes.answers import STANDING
from tests.simulation.runs import NotFaked

_session = Session()
_validator = ParamValidator()
Wire = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]
"""What every call passes: it gets the IAM action and what answers."""


@cache
def operations(service: str) -> dict[str, OperationModel]:
    """The operations of a service by the names of boto3's methods."""
    model = _session.get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


@cache
def _named(service: str, operation: str) -> str:
    """The IAM action of a call: its prefix need not be the client's name."""
    declared = {(action.client, action.operation): name for name, action in ACTIONS.items()}
    return declared.get((service, operation), f"{service}:{operation}")


@cache
def _signature(function: Callable[..., object]) -> inspect.Signature:
    """Kept: to ask a function for it takes longer than to answer."""
    return inspect.signature(function)


class NotTaken(NotFaked):
    """A request that boto3 itself does not take."""


class Client:
    """Calls `answers`, which has boto3's methods, over the wire; a declared read that it does not have is answered with
    what stands in tests/fakes/answers.py. Anything else is NotFaked, never an error that could be taken for AWS's."""

    def __init__(self, service: str, answers: object, wire: Wire) -> None:
        self._service, self._answers, self._wire = service, answers, wire

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        if method not in operations(self._service):
            raise NotFaked(f"{self._service}.{method}")
        name = _named(self._service, operations(self._service)[method].name)
        if hasattr(self._answers, method):
            return partial(self._call, name, method, getattr(self._answers, method))
        if name in ACTIONS and name in STANDING:
            return partial(self._call, name, method, None)
        raise NotFaked(f"{name}: neither {type(self._answers).__name__} nor STANDING of tests/fakes/answers.py has it")

    def get_paginator(self, method: str) -> Paginator:
        """botocore's own, over this client."""
        pages = _session.get_component("data_loader").load_service_model(self._service, "paginators-1")
        model = operations(self._service)[method]
        return Paginator(getattr(self, method), pages["pagination"][model.name], model)

    def _call(
        self, name: str, method: str, answer: Callable[..., dict[str, Any]] | None, /, **request: object
    ) -> dict[str, Any]:
        errors = _validator.validate(request, operations(self._service)[method].input_shape)
        if errors.has_errors():
            raise NotTaken(f"{name}: {errors.generate_report()}")
        if answer is None:
            return self._wire(name, lambda: STANDING[name])
        try:
            _signature(answer.__func__).bind(answer.__self__, **request)  # type: ignore[attr-defined]
        except TypeError as error:
            raise NotFaked(f"{name}: {error}") from error
        return self._wire(name, partial(answer, **request))


def clients(answers: Mapping[str, object], wire: Wire) -> dict[str, Client]:
    """A client for every service that scaudit reads."""
    return {name: Client(name, answers.get(name), wire) for name in {*CLIENTS, *answers}}


def refusal(code: str, operation: str, message: str = "") -> ClientError:
    """What boto3 raises when AWS answers with this error."""
    return ClientError({"Error": {"Code": code, "Message": message or code}}, operation)
