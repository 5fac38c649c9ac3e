"""What the deployed stack has on record, as a description tells it to people."""

from rich.console import Console
from rich.text import Text

from scaudit.model import Status
from scaudit.model.sentences import clean
from scaudit.store.overview import Problem
from scaudit_cli.ask.doubts import open_words
from scaudit_cli.ask.form import age
from scaudit_cli.ask.problems import sentence
from scaudit_cli.ask.status_text import explained, tell
from scaudit_cli.describe.description import Description
from scaudit_cli.output.lines import hanging
from scaudit_cli.output.report import Report


def on_record(page: Console, shown: Description, width: int) -> bool:
    """Write it; whether it ends with an empty line, as a problem does."""
    record = shown.record
    page.print(Text("\nOn record", "bold"))
    if isinstance(record, str):
        for part in hanging(f"  not known: {clean(record)}", width):
            page.print(part)
        return False
    swept = [f"{shown.place.cluster} was swept {age(record.at - s.at)} ago" for r in record.regions for s in r.swept]
    page.print(f"  stack {record.stack}: {', '.join(swept) or f'{shown.place.cluster} was not swept yet'}")
    for line in shown.verified:
        page.print(f"  {clean(line)}")
    open_ = [each for region in record.regions for each in region.undecided]
    for each in open_:
        page.print(f"  {open_words(each)}")
    if not (record.problems or open_):
        page.print("  nothing against it is on record")
    for problem in record.problems:
        if _is_judged_so(shown.report, problem):
            tell(page, record, problem, "", indent="  ", says="as judged now, below")
        else:
            tell(page, record, problem, explained(problem), indent="  ")
    return bool(record.problems)


def _is_judged_so(report: Report, problem: Problem) -> bool:
    """Whether what is on record is what is judged now, in the same words."""
    now = ((f.id, f.endpoint, m) for f in report.findings if f.status is Status.FAIL for m in f.messages)
    return (problem.subject.check, problem.subject.endpoint, sentence(problem)) in now
