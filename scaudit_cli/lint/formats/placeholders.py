"""Values that a template engine fills in before the deployment."""

import re
from typing import Any

from scaudit_cli.lint.opens import placeholder

_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}"  # ecspresso, Jinja, Go templates
    r"|\$\{[^}]*\}|\$[A-Za-z_]\w*"  # envsubst, Terraform's templatefile, GitHub's ${{ }}
    r"|\$\([^)]*\)|\{%.*?%\}|<%.*?%>|\[\[.*?\]\]"  # Azure Pipelines, Jinja's blocks, ERB and EJS, confd and others
    r"|<[A-Za-z][^<>]*>"  # <IMAGE1_NAME> of CodeDeploy, <your-namespace>
    r"|\b[A-Z0-9_]*(?:PLACEHOLDER|(?:CHANGE|REPLACE|FILL)_?(?:ME|WITH|IN))[A-Z0-9_]*\b"
    r"|#\{[^}]*\}|\b__[A-Z][A-Z0-9_]*__\b|@[A-Z][A-Z0-9_]*@|%[A-Z][A-Z0-9_]*%"
)


def settled(node: Any) -> Any:  # noqa: ANN401
    """The node; a text with a placeholder is open: no name of ECS has these characters."""
    return placeholder(node) if isinstance(node, str) and _PLACEHOLDER.search(node) else node
