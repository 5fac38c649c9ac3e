"""The embedded metric format: metrics in the log lines of functions."""

import json
from collections.abc import Iterator


def metrics(line: str) -> Iterator[tuple[str, str, float, str, dict[str, str]]]:
    """Namespace, name, value, unit and dimensions of each metric of a line; one not in the format is only a line."""
    try:
        document = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for keys in directive["Dimensions"]:
                dimensions = {key: str(document[key]) for key in keys}
                for metric in directive["Metrics"]:
                    name, unit = metric["Name"], metric.get("Unit", "None")
                    yield directive["Namespace"], name, float(document[name]), unit, dimensions
    except (ValueError, LookupError, TypeError):
        return
