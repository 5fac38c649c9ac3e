"""Importing a handler, beside importing boto3 and the Powertools Logger: what a cold start has in any case.

Run with `.venv/bin/python -m benchmarks.imports`. The budget is 1.3, for importing alone. Clients are made at import
too, so that a warm run has them; what that takes is botocore's own and stands beside it, with the same clients made
without scaudit. Every figure is CPU of a fresh process; all take turns, and the ratios are medians over the rounds.

A layer that was built by a Python of the functions' version carries bytecode. Built by another one it has none that
Lambda's takes, in a folder that cannot be written: then scaudit and Powertools are compiled at every cold start. boto3
is the runtime's and has its bytecode in both cases.
"""

import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import files
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "layers" / "scaudit")]

from tests.builders import REGION  # noqa: E402
from tests.simulation.template import environment  # noqa: E402

BUDGET = 1.3
ROUNDS = 9
BASE = "import boto3\nfrom aws_lambda_powertools import Logger"
HANDLERS = ("verify", "sweep", "notify")
LAYER = ("aws-lambda-powertools", "jmespath", "typing-extensions")
NO_CLIENT = "import boto3\nboto3.client = lambda name, **_: {}\n"


def programs(folder: Path, handler: str) -> dict[str, str]:
    """What is timed, by name. The first two are compared, and the last two."""
    clients = run(folder, handler, NO_CLIENT.format("print(name)") + f"import {handler}")
    makes = "\n".join(f"boto3.client({name!r})" for name in clients)
    return {
        "base": BASE,
        "importing": NO_CLIENT.format(None) + f"import {handler}",
        "base and clients": f"{BASE}\n{makes}",
        "all": f"import {handler}",
    }


def lay_out(folder: Path, *, bytecode: bool) -> Path:
    """The layer and the functions as Lambda lays them out."""
    keep_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "layers" / "scaudit" / "scaudit", folder / "python" / "scaudit", ignore=keep_out)
    for package in LAYER:
        for file in files(package) or ():
            if file.suffix == ".py":
                (folder / "python" / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), folder / "python" / file)
    for handler in HANDLERS:
        shutil.copytree(PROJECT / "functions" / handler, folder / handler, ignore=keep_out)
    if bytecode:
        compileall.compile_dir(folder, quiet=1)
    return folder


def run(folder: Path, handler: str, program: str) -> list[str]:
    """The lines that a fresh process with a handler's environment prints."""
    told = environment(f"{handler.title()}Function") | {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{folder / handler}:{folder / 'python'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": REGION,
    }
    ran = subprocess.run([sys.executable, "-c", program], env=told, check=True, capture_output=True, text=True)
    return ran.stdout.splitlines()


def cpu(folder: Path, handler: str, program: str) -> float:
    """Seconds of CPU that a fresh process spends on a program."""
    timed = f"import time\nbegan = time.process_time()\n{program}\nprint(time.process_time() - began)"
    return float(run(folder, handler, timed)[-1])


def compare(folder: Path, handler: str) -> None:
    """Print one handler's figures."""
    wanted = programs(folder, handler)
    took: dict[str, list[float]] = {name: [] for name in wanted}
    for _ in range(ROUNDS):
        for name, program in wanted.items():
            took[name].append(cpu(folder, handler, program))
    middle = {name: statistics.median(found) * 1000 for name, found in took.items()}
    alone, whole = (
        statistics.median(mine / theirs for mine, theirs in zip(took[ours], took[base], strict=True))
        for ours, base in (("importing", "base"), ("all", "base and clients"))
    )
    print(
        f"  {handler:<7} importing {middle['importing']:4.0f} ms beside {middle['base']:4.0f} ms: {alone:.2f}"
        f" (budget {BUDGET}){'' if alone <= BUDGET else '  NOT KEPT'};"
        f" with its clients {middle['all']:4.0f} ms beside {middle['base and clients']:4.0f} ms: {whole:.2f}"
    )


def main() -> None:
    for what, bytecode in (("by the functions' Python", True), ("by another, so compiled at every start", False)):
        print(f"importing handlers beside boto3 and the Powertools Logger, the layer built {what}")
        with tempfile.TemporaryDirectory() as folder:
            laid_out = lay_out(Path(folder), bytecode=bytecode)
            for handler in HANDLERS:
                compare(laid_out, handler)


if __name__ == "__main__":
    main()
