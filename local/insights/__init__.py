"""CloudWatch Logs Insights on this machine: what of its query language the saved queries need, and nothing that its
documentation does not have (docs/decisions.md, "Saved queries are run")."""

from local.insights.run import rows, run
from local.insights.terms import Malformed

__all__ = ["Malformed", "rows", "run"]
