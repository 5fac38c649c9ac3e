"""The page: what is wrong, what is not known, the picture, every endpoint, and what was looked at."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from scaudit.model.sentences import some
from scaudit_cli.ask.form import age, count, minute
from scaudit_cli.map.callers import Caller, Callers
from scaudit_cli.map.markup import Html, html, together
from scaudit_cli.map.model import Map, Row, Trouble
from scaudit_cli.map.picture import picture

TOLD = 20
"""So many problems are written out; the table has them all."""
_STYLE = Html(Path(__file__).with_name("page.css").read_text())
_NOT_KNOWN = html('<span class="none">not known</span>')
_HEADS = (
    "state", "endpoint", "service", "alias:port", "registered", "running / desired", "clients", "stale clients",
    "worst finding", "since",
)  # fmt: skip


def page(shown: Map) -> str:
    """The whole file. It needs no network, and forbids the browser to use one."""
    rows = sorted(shown.rows, key=lambda row: (-row.state, row.place, row.endpoint or ""))
    return html(
        """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Service Connect map: {summary}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>Service Connect map</h1>
<p>{source}, {at}</p>
<p class="summary {state}">{summary}</p>
</header>
<main>
{troubles}{doubts}<section aria-labelledby="picture">
<h2 id="picture">Who names whom</h2>
{picture}
</section>
<section aria-labelledby="endpoints">
<h2 id="endpoints">Endpoints</h2>
{table}
</section>
<section aria-labelledby="looked">
<h2 id="looked">What was looked at</h2>
{looked_at}
</section>
</main>
</body>
</html>
""",
        style=_STYLE,
        source=shown.source,
        at=minute(shown.at),
        summary=shown.summary,
        state=shown.state.name.lower(),
        troubles=_troubles(shown),
        doubts=_doubts(shown.doubts),
        picture=picture(rows),
        table=_table(rows, shown.at),
        looked_at=_list(shown.looked_at),
    )


def _troubles(shown: Map) -> Html:
    more = len(shown.troubles) - TOLD
    return html(
        '<section aria-labelledby="wrong">\n<h2 id="wrong">What is wrong</h2>\n{troubles}{more}</section>\n',
        troubles=together(_trouble(each, shown.at) for each in shown.troubles[:TOLD])
        or html("<p>Nothing was found{but}.</p>\n", but=", but not all was looked at" if shown.doubts else ""),
        more=html("<p>And {more} more: see the table.</p>\n", more=more) if more > 0 else "",
    )


def _trouble(trouble: Trouble, at: datetime) -> Html:
    facts = [f"since {_since(trouble.since, at)}"] if trouble.since else []
    return html(
        '<article class="{state}">\n<h3><span class="word">{word}</span> <bdi>{place}</bdi> <bdi>{about}</bdi></h3>\n'
        "<p>{sentence}</p>\n{fix}{facts}</article>\n",
        state=trouble.state.name.lower(),
        word=trouble.state.word,
        place=trouble.place.name,
        about=f"{trouble.subject.check} {trouble.subject.endpoint}".strip(),
        sentence=trouble.sentence,
        fix=html("<p>Fix: {fix}</p>\n", fix=trouble.fix) if trouble.fix else "",
        facts=html('<p class="facts">{facts}</p>\n', facts=", ".join([*facts, *trouble.facts]))
        if facts or trouble.facts
        else "",
    )


def _doubts(doubts: tuple[str, ...]) -> Html:
    if not doubts:
        return Html()
    return html(
        '<section aria-labelledby="doubts">\n<h2 id="doubts">What is not known</h2>\n{doubts}\n</section>\n',
        doubts=_list(doubts),
    )


def _list(sentences: Iterable[str]) -> Html:
    listed = together(html("<li>{sentence}</li>\n", sentence=each) for each in sentences)
    return html("<ul>\n{listed}</ul>", listed=listed) if listed else html("<p>Nothing.</p>")


def _table(rows: list[Row], at: datetime) -> Html:
    if not rows:
        return html("<p>No endpoint is known.</p>")
    return html(
        '<table role="table">\n<caption>{count}, the worst first. Clients are the services of the namespace whose task '
        "definition names the endpoint; one that is stale was deployed before the endpoint was there, and cannot "
        'resolve it. Who calls by a name that is made at run time is not seen.</caption>\n<thead role="rowgroup">'
        '<tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{rows}</tbody>\n</table>',
        count=count(len(rows), "row"),
        heads=together(html('<th scope="col" role="columnheader">{head}</th>', head=head) for head in _HEADS),
        rows=together(_row(row, at) for row in rows),
    )


def _row(row: Row, at: datetime) -> Html:
    """The cells for _HEADS; what does not apply is a hyphen, and what is not known says so."""
    serves = row.endpoint != ""
    tasks = None if row.running is None else f"{row.running} / {row.desired}"
    aliases = None if row.aliases is None else ", ".join(row.aliases) or "-"
    cells = (
        row.place.name,
        aliases if serves else "-",
        row.registered if serves else "-",
        tasks,
        _clients(row.callers) if serves else "-",
        _stale(row.callers) if serves else "-",
        row.says or "-",
        _since(row.since, at) if row.since else None if row.says else "-",
    )
    return html(
        '<tr role="row" class="{state}"><td role="cell" class="word">{word}</td>'
        '<th scope="row" role="rowheader">{endpoint}</th>{cells}</tr>\n',
        state=row.state.name.lower(),
        word=row.state.word,
        endpoint=_NOT_KNOWN
        if row.endpoint is None
        else row.endpoint or html('<span class="none">serves nothing</span>'),
        cells=together(
            html('<td role="cell">{cell}</td>', cell=_NOT_KNOWN if cell is None else cell) for cell in cells
        ),
    )


def _clients(callers: Callers | None) -> Html | None:
    if callers is None:
        return None
    named = [f"{each.name}{_how(each)}" for each in callers.known]
    return _counted(named, sure=not callers.hidden)


def _how(caller: Caller) -> str:
    if caller.calls:
        return " (calls)" if caller.named else " (calls without naming it)"
    return "" if caller.certain else " (perhaps)"


def _stale(callers: Callers | None) -> Html | None:
    if callers is None:
        return None
    sure = not callers.hidden and all(each.stale is not None for each in callers.known)
    return _counted([each.name for each in callers.known if each.stale], sure=sure)


def _counted(names: list[str], *, sure: bool) -> Html | None:
    """How many, and which; never "0" where not all was looked at."""
    if not names:
        return Html("0") if sure else None
    more = Html("") if sure else html(' <span class="none">or more</span>')
    return html("{count}{more}: {names}", count=len(names), more=more, names=some(names))


def _since(moment: datetime, at: datetime) -> str:
    return f"{minute(moment)} ({age(at - moment)})"
