"""The bill of make bench: its arithmetic, and that what it takes from the template is there."""

import json
from collections import Counter

from pytest import approx

from benchmarks.bill import DAYS, IDLE_POLLS, METRICS, PRICES, SWEEPS, month
from scaudit.record import Metric
from tests.contracts.deployed import ROOT, properties

QUIET = Counter({"read units": 10, "log bytes": 1000, "runs": 1, "ms waited at 512 MB": 2000, "us of cpu at 512 MB": 0})
USED = {"quiet": QUIET, "day": QUIET, "deployment": Counter({"read units": 3, "messages": 2, "events": 2})}


def test_a_month_is_what_its_sweeps_and_deployments_use() -> None:
    quiet, deployed = (month(USED, 12, 5, deployed=each) for each in (False, True))
    more = {line: deployed[line] - quiet[line] for line in quiet}
    assert quiet["read units"] == approx(DAYS * SWEEPS * 10 / 1e6 * 0.125)
    assert more["read units"] == approx(DAYS * 5 * 3 / 1e6 * 0.125)
    assert more["queue requests"] == approx(DAYS * 5 * 12 / 1e6 * 0.4)
    assert quiet["queue requests"] == approx(IDLE_POLLS / 1e6 * 0.4) and quiet["alarms"] == approx(1.2)
    assert quiet["GB-s"] == approx(DAYS * SWEEPS * 2 * 0.5 * PRICES["GB-s"]["dollars"])


def test_a_sweep_of_a_day_is_not_counted_as_a_quiet_one() -> None:
    dearer = month(USED | {"day": QUIET + Counter({"read units": 90})}, 12, 5, deployed=False)
    more = dearer["read units"] - month(USED, 12, 5, deployed=False)["read units"]
    assert more == approx(DAYS * 90 / 1e6 * 0.125)


def test_it_counts_the_metrics_that_there_are() -> None:
    assert len(Metric) == METRICS


def test_every_price_says_where_it_is_from() -> None:
    told = json.loads((ROOT / "benchmarks" / "prices.json").read_text())
    assert told["looked_up"] and all(price["source"] and price["dollars"] > 0 for price in told["prices"].values())
    assert properties("AuditLog")["RetentionInDays"] == {"Ref": "AuditRetentionDays"}
