"""Which log lines of a function become metrics."""

import json

import pytest

from local.emulator.emf import metrics


def line(**changes):
    metrics = [{"Name": "Beats", "Unit": "Count"}, {"Name": "Lag"}]
    directive = {"Namespace": "heart", "Dimensions": [[]], "Metrics": metrics, **changes}
    return json.dumps({"Beats": 2, "Lag": 0.5, "room": "left", "_aws": {"CloudWatchMetrics": [directive]}})


def test_a_line_in_the_format_is_its_metrics():
    assert list(metrics(line())) == [("heart", "Beats", 2.0, "Count", {}), ("heart", "Lag", 0.5, "None", {})]


def test_each_set_of_dimensions_is_a_metric_of_its_own():
    found = metrics(line(Dimensions=[[], ["room"]], Metrics=[{"Name": "Beats"}]))
    assert [dimensions for *_, dimensions in found] == [{}, {"room": "left"}]


@pytest.mark.parametrize(
    "text", ["START RequestId: 1", "", "[]", "7", '{"Beats": 1}', '{"_aws": {}}', line(Metrics=[{"Name": "Gone"}])]
)
def test_what_is_not_in_the_format_is_only_a_log_line(text):
    assert list(metrics(text)) == []
