"""Lines in the agent's and Envoy's own templates, and changes to recorded logs."""

from tests.proxylog.transcripts import lines_of

HEALTHY, OLD = lines_of("01"), lines_of("01c")
AFTER = "[2026-11-22 13:20:{:02}.000]"
XDS = "[./source/common/config/grpc_stream.h:163] StreamAggregatedResources gRPC config stream"


def agent(text: str, level: str = "info", second: int = 0, process: int = 1) -> str:
    return f"{AFTER.format(second)}[{process}][{level}] [AppNet Agent] {text}"


def envoy(text: str, level: str = "info", component: str = "config", second: int = 0, process: int = 14) -> str:
    return f"{AFTER.format(second)}[{process}][{level}][{component}] [source/common/x.cc:1] {text}"


def closed(second: int, code: int = 13, reason: str = "", since: str = "", process: int = 14) -> str:
    line = f"[warning][config] {XDS} to unix:///x.sock closed{since}: {code}, {reason}"
    return f"{AFTER.format(second)}[{process}]{line}"


def without(lines: list[str], *words: str) -> list[str]:
    return [line for line in lines if not any(word in line for word in words)]


def changed(lines: list[str], old: str, new: str) -> list[str]:
    assert any(old in line for line in lines)
    return [line.replace(old, new) for line in lines]
