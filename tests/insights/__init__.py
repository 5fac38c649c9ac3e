"""CloudWatch Logs Insights on this machine: what of its query language the saved queries need, and nothing that its
documentation does not have (docs/decisions.md, "Saved queries are run")."""

from tests.insights.run import Malformed, run

__all__ = ["Malformed", "run"]
