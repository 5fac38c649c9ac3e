"""The forms in which people keep a proxy's log: read, or told what they are."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.cli.proxylogged import LOGS, run

LINES = (LOGS / "09-port-in-use-ingress.log").read_text().removesuffix("\n").split("\n")
PLAIN = run(LOGS / "09-port-in-use-ingress.log", "--json")[1]
PROXY, APP = "web/ecs-service-connect-oRK9o/5ad776d8a1f34f0a", "web/app/5ad776d8a1f34f0a"


def events(lines: list[str], stream: str = "") -> list[dict]:
    named = {"logStreamName": stream} if stream else {}
    return [{"timestamp": 1764000000000 + n, "ingestionTime": 1, "message": x, **named} for n, x in enumerate(lines)]


def docker(lines: list[str]) -> str:
    return "".join(
        json.dumps({"log": f"{line}\n", "stream": "stdout", "time": "2026-11-22T13:10:19.0Z"}) + "\n" for line in lines
    )


def in_pieces(line: str) -> str:
    return "".join(json.dumps({"log": piece, "stream": "stdout"}) + "\n" for piece in (line[:50], line[50:] + "\n"))


HALF = len(LINES) // 2
ANSWER = {"events": events(LINES), "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}
READ = {
    "answer of get-log-events": json.dumps(ANSWER, indent=4),
    "in one line": json.dumps(ANSWER),
    "two pages, one after the other": json.dumps({"events": events(LINES[:HALF])})
    + "\n"
    + json.dumps({"events": events(LINES[HALF:])}, indent=2),
    "answer of filter-log-events": json.dumps({"events": events(LINES, PROXY), "searchedLogStreams": []}),
    "filter-log-events, with the application's stream": json.dumps(
        {"events": [*events(["hello", LINES[-1]], APP), *events(LINES, PROXY)]}
    ),
    "messages as JSON": json.dumps(LINES, indent=4),
    "messages as lists of one": json.dumps([[line] for line in LINES]),
    "R5: several lines in one event": json.dumps({"events": events(["\n".join(LINES[:9]), "\n".join(LINES[9:])])}),
    "Docker's json-file": docker(LINES),
    "Docker's json-file, cut in a line": docker(LINES) + '{"log":"[2026-11-22 13:1',
    "Docker's json-file, a line in two pieces": in_pieces(LINES[0]) + docker(LINES[1:]),
    "a list of events": json.dumps(events(LINES)),
    "times and messages as lists": json.dumps([[1764000000000, line] for line in LINES]),
    "copilot svc logs --json": "".join(json.dumps(event) + "\n" for event in events(LINES, PROXY)),
    "times and messages with tabs between": "".join(f"1764000000000\t{line}\n" for line in LINES),
    "messages and times with tabs between": "".join(f"{line}\t1764000000000\n" for line in LINES),
    "copied from the console": "Timestamp\tMessage\n" + "\n".join(f"2026-11-22T13:10:19.084Z\t{x}" for x in LINES),
    "coloured line by line": "".join(f"\x1b[32m{line}\x1b[0m\n" for line in LINES),
    "the level coloured": "\n".join(re.sub(r"\]\[(\w+)\] ", "][\x1b[32m\\1\x1b[m] ", line) for line in LINES),
    "aws logs tail --color on": "".join(
        f"\x1b[32m2026-11-22T13:10:19.084000+00:00\x1b[0m \x1b[36m{PROXY}\x1b[0m {line}\n" for line in LINES
    ),
    "aws logs tail --format short": "".join(f"2026-11-22T13:10:19 {line}\n" for line in LINES),
    "docker logs -t": "".join(f"2026-11-22T13:10:19.084123456Z {line}\n" for line in LINES),
    "UTF-16 of PowerShell": "\ufeff" + "\r\n".join(LINES),
}


def before(prefix: str) -> str:
    return "".join(f"{prefix}{line}\n" for line in LINES)


def told(out: str) -> dict:
    """What is said of a log; the lines of its evidence are shown as they are written."""
    return {
        name: value for name, value in json.loads(out).items() if name not in ("evidence", "lines", "ready_line")
    } | {"ready_lines": len(json.loads(out)["ready_lines"])}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_it_reads_the_form(text: str):
    given = text.encode("utf-16-le") if text.startswith("\ufeff") else text.encode()
    code, out, err = run("-", "--json", given=given)
    assert (code, err) == (1, "")
    assert told(out) == told(PLAIN)


TOLD = {
    "CSV of the console": ("timestamp,message\n1764000000000,time=x\n", "is a CSV export"),
    "CSV of Logs Insights": ("@timestamp,@message\n2026-11-22,x\n", "is a CSV export"),
    "CSV of messages alone": ('@message\n"time=x"\n', "is a CSV export"),
    "CSV of another tool": ("Date,Host,Service,Message\n2026,h,s,x\n", "is a CSV export"),
    "the AWS CLI's text of a page": ("b/1\tf/1\nEVENTS\t1\tx\t1\n", "is a text table of all fields"),
    "all messages in one line": ("\t".join(LINES), "is all messages in one line"),
    "rich text": ("{\\rtf1\\ansi " + LINES[0], "is rich text"),
    "FireLens in an answer": (
        json.dumps({"events": events([json.dumps({"container_name": "p", "log": x}) for x in LINES])}),
        "has lines of a log router (FireLens)",
    ),
    "lines in a field of JSON": (json.dumps({"line": LINES[0], "labels": {}}) + "\n", "has lines within JSON"),
    "Splunk's export as JSON": (
        "".join(json.dumps({"offset": n, "result": {"_raw": line}}) + "\n" for n, line in enumerate(LINES)),
        """has lines within JSON: pipe their field _raw of result: jq -r '.["result"]["_raw"]'""",
    ),
    "events as Python prints them": (repr(events(LINES)), "is an answer as Python prints it"),
    "an answer as Python prints it": (repr({"events": events(LINES)}), "is an answer as Python prints it"),
    "the AWS CLI's text": ("EVENTS\t1764000000000\ttime=x\t1\n", "is a text table of all fields"),
    "the AWS CLI's table": ("-------------\n|GetLogEvents|\n", "is a table of the AWS CLI"),
    "YAML": ("events:\n- message: x\n", "is YAML"),
    "a page of a browser": ("<!doctype html>\n", "is markup"),
    "Logs Insights as JSON": (
        json.dumps({"results": [[{"field": "@message", "value": "x"}]]}),
        "is JSON, and no answer",
    ),
    "docker compose logs": (before("proxy-1  | "), "has something before each line, as 'proxy-1  | '"),
    "cw tail": (before(f"2026-11-22T13:10:19.084Z - {PROXY} - "), "has something before each line"),
    "ecsta logs": (before("2026-11-22T13:10:19Z\tecs-service-connect-oRK9o\t"), "has something before each line"),
    "journalctl": (before("Nov 22 13:10:19 ip-10-0-0-1 docker[1]: "), "has something before each line"),
    "in a quotation": (before("> "), "has something before each line, as '> '"),
    "numbered": ("".join(f"{n:6}\t{line}\n" for n, line in enumerate(LINES)), "has something before each line"),
    "newest line first": ("\n".join(LINES[::-1]), "has its newest line first"),
    "newest event first": (json.dumps({"events": events(LINES[::-1])}), "has its newest line first"),
    "newest line first, with times before": (
        "".join(f"2026-11-22T13:10:19.084Z {line}\n" for line in LINES[::-1]),
        "has its newest line first",
    ),
    "described tasks": (json.dumps({"tasks": []}, indent=4), "is JSON, and no answer"),
    "FireLens": (
        json.dumps({"container_id": "1", "container_name": "p", "source": "stdout", "log": LINES[0]}) + "\n",
        "has lines of a log router (FireLens)",
    ),
    "two tasks": (
        json.dumps({"events": [*events(LINES, PROXY), *events(LINES, PROXY + "2")]}),
        f"has the logs of 2 streams ({PROXY}, {PROXY}2): give one alone",
    ),
    "streams of no proxy": (
        json.dumps({"events": [*events(["a"], "x/a"), *events(["b"], "x/b")]}),
        "has the logs of 2",
    ),
    "an answer that is cut off": (
        json.dumps(ANSWER, indent=4)[:5000],
        "is an answer of CloudWatch Logs that is cut off",
    ),
}


@pytest.mark.parametrize(("text", "said"), TOLD.values(), ids=TOLD)
def test_it_is_told_what_it_is(text: str, said: str):
    code, out, err = run("-", "--json", given=text.encode())
    assert (code, out) == (64, "")
    assert f"standard input {said}" in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("data", "said"),
    [(gzip.compress(b"x"), "is packed with gzip"), (b"\x7fELF" + b"\0\1" * 500, "is not text")],
    ids=["gzip", "a program"],
)
def test_what_is_no_text_is_told_so(data: bytes, said: str, tmp_path: Path):
    file = tmp_path / "proxy.log"
    file.write_bytes(data)
    code, _, err = run(file)
    assert code == 64 and f"{file} {said}" in err


def test_text_of_another_kind_is_unknown_and_says_so():
    code, out, _ = run("-", given=b"hello\nworld\n")
    assert code == 2 and "No line has the form of one of the agent or of Envoy" in out


@pytest.mark.parametrize("form", ["plain", "json", "docker"])
def test_cut_at_any_place_it_never_breaks(form: str):
    text = {"plain": "\n".join(LINES), "json": json.dumps(ANSWER), "docker": docker(LINES)}[form]
    for at in range(0, len(text), max(1, len(text) // 60)):
        code, _, err = run("-", "--json", given=text[:at].encode())
        assert code in (1, 2, 64) and "Traceback" not in err


def test_a_log_that_begins_within_an_access_log_is_a_plain_one():
    for agent in ('{\\"events\\":[]}', "[2026-11-22 13:10:19.314][1][info] [AppNet Agent] x"):
        first = f'{{"start_time":"2026-11-22T13:16:02.171Z","response_code":200,"user_agent":"{agent}"}}'
        assert run("-", "--json", given="\n".join([first, *LINES]).encode())[0] == 1


def test_what_clients_sent_is_nothing_before_each_line():
    """A log whose lines are of requests alone, and one whose first lines are."""
    sent = "[2026-11-22 13:10:19.314][1][info] [AppNet Agent] x"
    requests = [f'{{"start_time":"2026-11-22T13:16:02.171Z","response_code":200,"user_agent":"{sent}"}}'] * 9
    texts = [f'[2026-11-22T13:16:02.171Z] "GET /{sent} HTTP/1.1" 200 - 0 6'] * 9
    for lines in (requests, texts, ["x", *texts, *LINES]):
        assert run("-", "--json", given="\n".join(lines).encode())[0] in (1, 2)


def test_two_clocks_in_one_log_do_not_turn_it_round():
    """Envoy writes local time, the agent UTC (runs)."""
    lines = [
        line if "[AppNet Agent]" in line or n % 2 else line.replace("22 13:", "22 22:") for n, line in enumerate(LINES)
    ]
    assert run("-", "--json", given="\n".join(lines).encode())[0] in (1, 2)


def test_what_a_client_sent_later_is_not_taken_for_colour_or_time():
    """Only what the first lines have is taken off: else a client could have a line begin as the agent's do."""
    draining = "[2026-11-22 13:20:00.000][1][info] [AppNet Agent] Draining Envoy listeners..."
    late = [*LINES, f"\x1b[0m{draining}", f"1764000000000\t{draining}"]
    assert json.loads(run("-", "--json", given="\n".join(late).encode())[1])["verdict"] == "degraded"
