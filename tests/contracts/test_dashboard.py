"""The dashboard: JSON that CloudWatch takes, of metrics and alarms that there are, named with stack and Region."""

import json
import re
from itertools import combinations
from typing import Any

from scaudit.record import NAMESPACE, Metric
from tests.contracts.deployed import RESOURCES, of_type, properties

[(DASHBOARD, ITS)] = of_type("AWS::CloudWatch::Dashboard").items()
TEXT: str = ITS["DashboardBody"]["Fn::Sub"]
WIDGETS: list[dict[str, Any]] = json.loads(TEXT)["widgets"]


def metrics() -> list[list[Any]]:
    return [each for widget in WIDGETS if widget["type"] == "metric" for each in widget["properties"]["metrics"]]


def test_its_name_has_stack_and_region() -> None:
    assert ITS["DashboardName"] == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}
    assert RESOURCES[DASHBOARD]["Condition"] == "HasDashboard"


def test_it_names_only_what_the_stack_has() -> None:
    named = set(re.findall(r"\${([\w:.]+)}", TEXT)) - {"AWS::StackName", "AWS::Region"}
    assert named and {each.partition(".")[0] for each in named} <= RESOURCES.keys()
    assert {each.partition(".")[2] for each in named} == {"Arn", "QueueName"}


def test_every_alarm_that_speaks_is_shown() -> None:
    (alarms,) = [widget["properties"]["alarms"] for widget in WIDGETS if widget["type"] == "alarm"]
    kinds = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
    speaking = {name for kind in kinds for name in of_type(kind) if "AlarmActions" in properties(name)}
    assert len(alarms) == len(speaking) <= 100 and set(alarms) == {f"${{{name}.Arn}}" for name in speaking}


def test_its_metrics_are_those_that_are_written_or_watched() -> None:
    own = {metric for namespace, metric, *_ in metrics() if namespace == NAMESPACE}
    assert own <= set(Metric) and {"TasksVerified", "TasksFailing", "TasksUnknown", "Heartbeat"} <= own
    watched = {(its.get("Namespace"), its.get("MetricName")) for its in of_type("AWS::CloudWatch::Alarm").values()}
    others = {(namespace, metric) for namespace, metric, *_ in metrics() if namespace != NAMESPACE}
    assert len(others) == 2 and others <= watched


def test_a_graph_says_what_it_shows_where_and_how() -> None:
    for widget in WIDGETS:
        if widget["type"] == "metric":
            its = widget["properties"]
            assert its["title"] and its["region"] == "${AWS::Region}" and its["stat"] in ("Sum", "Maximum")
            assert its["period"] % 60 == 0


def test_no_widget_covers_another() -> None:
    """The grid has 24 columns (AWS: dashboard body structure)."""
    cells = [
        {(x, y) for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])}
        for w in WIDGETS
    ]
    assert all(not one & other for one, other in combinations(cells, 2))
    assert all(x < 24 for widget in cells for x, _ in widget)
