"""Event buses as targets and receivers across Regions and accounts, where ministack stops at the Region's border.

AWS: of all targets only a bus may be in another Region. The target's role must be allowed to send, and the receiving
bus must let the account send. An event keeps its own Region and account, and goes on to no third bus.
"""

import json
import logging
import time
import uuid
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.iam_evaluator import caller_arn
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, request_scope
from ministack.services import eventbridge

from local.emulator import log_targets, role_rights
from local.emulator.protocol import Json
from local.emulator.regions import DISABLED

SENDER = "events.amazonaws.com"
PUT = "events:PutEvents"

_invoke = eventbridge._invoke_target
_put_targets = eventbridge._put_targets
_put_events = eventbridge._put_events
_log = logging.getLogger(__name__)


def install() -> None:
    """Let rules send to buses of other Regions and accounts, and buses decide who may send to them."""
    eventbridge._invoke_target = invoke
    eventbridge._put_targets = put_targets
    eventbridge._put_events = put_events


def is_bus(arn: str) -> bool:
    """Whether a target's ARN is that of an event bus."""
    return arn.startswith("arn:") and ":event-bus/" in arn


def is_elsewhere(arn: str) -> bool:
    """Whether an ARN names something of another account or Region than those of the request."""
    spec = parse_arn(arn)
    return bool((spec.account_id, spec.region) != (get_account_id(), get_region()))


def invoke(target: Json, event: Json, rule: Json, view: Any = None) -> None:  # noqa: ANN401
    """Hand an event to a target of a rule."""
    if log_targets.is_log_group(target["Arn"]):
        whole = (view or eventbridge._pattern_event_view(event)).event_with_detail()
        log_targets.deliver(target["Arn"], json.dumps(whole), rule["Arn"])
    elif not is_bus(target["Arn"]):
        _invoke(target, event, rule, view)
    elif "_ComesFrom" in event:
        _log.warning("%s not delivered to %s: it comes from another bus", event["EventId"], target["Arn"])
    elif not is_elsewhere(target["Arn"]):
        _invoke(target, {**event, "_ComesFrom": rule["Arn"]}, rule)
    elif refusal := refused(target, rule["Arn"]):
        _log.warning("%s not delivered to %s: %s", event["EventId"], target["Arn"], refusal)
    else:
        receive(target["Arn"], {**event, "_ComesFrom": rule["Arn"]})


def receive(bus_arn: str, event: Json) -> None:
    """Let a bus, wherever it is, pass an event to its own rules. The event stays as its source sent it."""
    spec = parse_arn(bus_arn)
    with request_scope(spec.account_id, spec.region):
        eventbridge._dispatch_event({**event, "EventBusName": name_of(bus_arn)})


def refused(target: Json, rule_arn: str) -> str:
    """Why a bus elsewhere does not take events of a rule's target; empty if it does."""
    arn, role = target["Arn"], target.get("RoleArn", "")
    if not exists(arn):
        return f"Event bus {arn} does not exist."
    if not role_rights.trusts_service(role, SENDER, aws__SourceArn=rule_arn, aws__SourceAccount=get_account_id()):
        return f"{SENDER} may not assume role {role}."
    if not role_rights.may(role, PUT, arn):
        return f"Role {role} is not authorized to perform: {PUT} on resource: {arn}."
    if not lets(arn, role_rights.session(role), aws__SourceArn=rule_arn):
        return f"The resource policy of {arn} does not allow {PUT}."
    return ""


def exists(bus_arn: str) -> bool:
    """Whether there is such a bus."""
    spec = parse_arn(bus_arn)
    with request_scope(spec.account_id, spec.region):
        eventbridge._ensure_default_bus()
        return name_of(bus_arn) in eventbridge._event_buses


def lets(bus_arn: str, caller: str, **keys: str) -> bool:
    """Whether the policy of a bus elsewhere allows a caller to send to it."""
    spec = parse_arn(bus_arn)
    with request_scope(spec.account_id, spec.region):
        policy = eventbridge._event_bus_policies.get(name_of(bus_arn)) or {"Statement": []}
    statements = [{**each, "Principal": principal(each.get("Principal", ""))} for each in policy["Statement"]]
    return role_rights.lets({"Statement": statements}, caller, PUT, bus_arn, **keys)


def name_of(bus_arn: str) -> str:
    """The name in the ARN of a bus."""
    return bus_arn.rsplit("/", 1)[-1]


def principal(given: Any) -> Any:  # noqa: ANN401
    """AWS: PutPermission takes the id of an account for a principal, or everybody."""
    return {"AWS": given} if isinstance(given, str) and given.isdigit() else given


def put_targets(request: Json) -> Any:  # noqa: ANN401
    """PutTargets, with what AWS refuses across Regions refused."""
    bus, _ = eventbridge._event_bus_name_from_ref(request.get("EventBusName", "default"))
    error = target_error(request.get("Targets", []), eventbridge._rule_arn(request.get("Rule"), bus))
    return error_response_json(*error, 400) if error else _put_targets(request)


def target_error(targets: list[Json], rule_arn: str) -> tuple[str, str] | None:
    """The error with which AWS refuses one of the targets of a rule.

    That the receiving bus must let the account send is checked here, too: seen in public, not documented.
    """
    for target in targets:
        if not is_bus(target.get("Arn", "")) or not is_elsewhere(target["Arn"]):
            continue
        spec, role = parse_arn(target["Arn"]), target.get("RoleArn")
        if not role:
            return "ValidationException", "RoleArn is required"
        if spec.region in DISABLED:
            return "ValidationException", f"Region {spec.region} is not enabled for the account."
        if not lets(target["Arn"], role_rights.session(role), aws__SourceArn=rule_arn):
            return "AccessDeniedException", f"{target['Arn']} does not allow {PUT} for this account."
    return None


def put_events(request: Json, allow_aws_source: bool = False) -> Any:  # noqa: ANN401
    """PutEvents, also to a bus of another account in the same Region, whose policy must allow it."""
    entries = request.get("Entries", [])
    foreign = {bus for entry in entries if is_foreign(bus := entry.get("EventBusName") or "")}
    for bus in foreign:
        if not lets(bus, caller_arn()):
            words = f"User: {caller_arn()} is not authorized to perform: {PUT} on resource: {bus} because no "
            return error_response_json("AccessDeniedException", f"{words}resource-based policy allows the action", 400)
    if not foreign:
        return _put_events(request, allow_aws_source)
    answers = [send(entry) if entry.get("EventBusName") in foreign else put_here(entry) for entry in entries]
    return json_response({"FailedEntryCount": sum("ErrorCode" in each for each in answers), "Entries": answers})


def is_foreign(bus: str) -> bool:
    """Whether a bus is one of another account in the Region of the request."""
    return is_bus(bus) and is_elsewhere(bus) and parse_arn(bus).region == get_region()


def put_here(entry: Json) -> Json:
    """The answer for one event to a bus of the own account."""
    answer: Json = json.loads(_put_events({"Entries": [entry]})[2])["Entries"][0]
    return answer


def send(entry: Json) -> Json:
    """The answer for one event to a bus of another account, after its delivery."""
    if entry.get("Source", "").startswith("aws."):
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    event = {
        "EventId": str(uuid.uuid4()),
        "Time": int(time.time()),
        "Account": get_account_id(),
        "Region": get_region(),
        "Resources": [],
        **{key: value for key, value in entry.items() if key in ("Source", "DetailType", "Detail", "Resources")},
    }
    receive(entry["EventBusName"], event)
    return {"EventId": event["EventId"]}
