"""CloudWatch Logs Insights, of which ministack answers a part: it leaves out what it does not know of a query. Here all
of a query is run, or it is refused; and what the stack saves of them is listed."""

import json
import uuid
from datetime import UTC, datetime

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs
from ministack.services.cloudformation import provisioners

from local.emulator.protocol import Action, AwsError, Json
from local.emulator.wire import call_logs
from local.insights import Malformed, rows

MOST_ROWS = 10_000
"""AWS: StartQuery, limit."""
TYPE = "AWS::Logs::QueryDefinition"
Made = tuple[str, dict[str, str]]

_saved: dict[tuple[str, str], dict[str, Json]] = {}


def install() -> None:
    """Have ministack's CloudFormation keep saved queries."""
    provisioners._RESOURCE_HANDLERS.setdefault(TYPE, {"create": create, "update": update, "delete": delete})


async def start_query(request: Json) -> Json:
    """The query is over when this answers."""
    answer = await call_logs("StartQuery", request)
    kept = cloudwatch_logs._queries[answer["queryId"]]
    groups = cloudwatch_logs._resolve_query_log_groups(request)
    found = cloudwatch_logs._collect_query_records(groups, kept["startTime"], kept["endTime"])
    try:
        answered = rows(request["queryString"], [(each["_timestamp_ms"], each["@message"]) for each in found])
    except Malformed as error:
        raise AwsError(
            "MalformedQueryException", f"the local AWS runs a part of Logs Insights (local/insights): {error}"
        ) from None
    kept["results"] = [shown(row) for row in answered[: request.get("limit", MOST_ROWS)]]
    return answer


def shown(row: Json) -> list[Json]:
    """A row as GetQueryResults has it: every value is a string."""
    return [{"field": name, "value": text(name, value)} for name, value in row.items()]


def text(name: str, value: object) -> str:
    """AWS: GetQueryResults, example; the moment of an event is in UTC."""
    if name == "@timestamp" and isinstance(value, int):
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M:%S}.{value % 1000:03}"
    return value if isinstance(value, str) else json.dumps(value)


def here() -> dict[str, Json]:
    """The saved queries of the account and Region of the request, by id."""
    return _saved.setdefault((get_account_id(), get_region()), {})


async def describe_query_definitions(request: Json) -> Json:
    """All in one page."""
    prefix = request.get("queryDefinitionNamePrefix", "")
    return {"queryDefinitions": [each for each in here().values() if each["name"].startswith(prefix)]}


def create(logical_id: str, properties: Json, stack_name: str) -> Made:
    """Keep a saved query."""
    return update(str(uuid.uuid4()), {}, properties, stack_name)


def update(physical_id: str, old: Json, new: Json, stack_name: str) -> Made:
    """Keep a saved query under its id."""
    names = {"logGroupNames": new["LogGroupNames"]} if new.get("LogGroupNames") else {}
    here()[physical_id] = {
        "queryDefinitionId": physical_id,
        "name": new["Name"],
        "queryString": new["QueryString"],
        **names,
    }
    return physical_id, {}


def delete(physical_id: str, properties: Json) -> None:
    """Forget a saved query."""
    here().pop(physical_id, None)


ACTIONS: dict[str, Action] = {"StartQuery": start_query, "DescribeQueryDefinitions": describe_query_definitions}
