"""A boto3 client as scaudit sees it: methods by name, paginators, requests held to the real API's shapes."""

import inspect
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from botocore.paginate import Paginator
from botocore.session import Session
from botocore.validate import ParamValidator

from benchmarks.quota.wire import Wire
from tests.simulation.runs import NotFaked

_session = Session()


@cache
def operations(service: str) -> dict[str, OperationModel]:
    """The operations of a service by the names of boto3's methods."""
    model = _session.get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


class Client:
    """Calls `answers`, which has boto3's methods, over the wire. What it does not have is NotFaked, never an error that
    the code under test could take for AWS's."""

    def __init__(self, service: str, answers: object, wire: Wire) -> None:
        self._service, self._answers, self._wire = service, answers, wire

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        if method not in operations(self._service) or not hasattr(self._answers, method):
            raise NotFaked(f"{self._service}.{method}")
        return partial(self._call, method)

    def get_paginator(self, method: str) -> Paginator:
        """botocore's own, over this client."""
        pages = _session.get_component("data_loader").load_service_model(self._service, "paginators-1")
        model = operations(self._service)[method]
        return Paginator(getattr(self, method), pages["pagination"][model.name], model)

    def _call(self, method: str, **request: object) -> dict[str, Any]:
        model, answer = operations(self._service)[method], getattr(self._answers, method)
        errors = ParamValidator().validate(request, model.input_shape)
        if errors.has_errors():
            raise NotFaked(f"{self._service}.{method}: {errors.generate_report()}")
        try:
            inspect.signature(answer).bind(**request)
        except TypeError as error:
            raise NotFaked(f"{self._service}.{method}: {error}") from error
        return self._wire(f"{self._service}:{model.name}", partial(answer, **request))


def refusal(code: str, operation: str, message: str = "") -> ClientError:
    """What boto3 raises when AWS answers with this error."""
    return ClientError({"Error": {"Code": code, "Message": message or code}}, operation)
