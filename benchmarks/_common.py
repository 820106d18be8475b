"""Time contestants in processes of their own, in turns, and say how they compare.

This file runs in every contestant's process too, python-fasthtml's environment among them: standard
library only.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "_bench"

# In a contestant's process ---------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What a contestant can do: `show` it once, `time` so many samples of so many calls."""

    show: Callable[[], str]  # What it answers, for comparison
    time: Callable[[int, int], list[float]]  # calls a sample, samples → seconds a call


def time_calls(function: Callable[[], object], calls: int, samples: int) -> list[float]:
    """Return the seconds that a call of `function` takes, for each of so many `samples`."""
    times = []
    for _ in range(samples):
        start = process_time()
        for _ in range(calls):
            function()
        times.append((process_time() - start) / calls)
    return times


def serve(cases: Mapping[str, Case], uses: Iterable[str]) -> None:
    """Do what `Contestant` asks for, a line of JSON each; print goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    versions = {"Python": platform.python_version(), **{name: version(name) for name in uses}}
    print(json.dumps(versions), file=answers, flush=True)
    gc.freeze()  # What the imports made is nobody's work to look through again
    for line in sys.stdin:
        request = json.loads(line)
        case = cases[request["case"]]
        if request["samples"]:
            gc.collect()
            answer: object = case.time(request["calls"], request["samples"])
        else:
            answer = case.show()
        print(json.dumps(answer), file=answers, flush=True)


def serve_render(
    table: Callable[[list], str],
    numbers: Callable[[list], str],
    page: Callable[[list], str],
    uses: Iterable[str],
) -> None:
    """Offer the cases of `render.py`, made by three functions of the content."""
    from contestants import content

    def case(function: Callable[[list], str], data: list) -> Case:
        def call() -> str:
            return function(data)

        return Case(lambda: str(call()), lambda calls, samples: time_calls(call, calls, samples))

    serve(
        {
            "table": case(table, content.rows()),
            "numbers": case(numbers, content.numbers()),
            "page": case(page, content.products()),
        },
        uses,
    )


REQUESTS: dict[str, tuple[str, str, dict[str, str], bytes]] = {
    # Case → method, URL, headers, body
    "async": ("GET", "/async/Ada/7?times=6", {}, b""),
    "sync": ("GET", "/sync/Ada/7?times=6", {}, b""),
    "fragment": ("GET", "/fragment/Ada/7?times=6", {"hx-request": "true"}, b""),
    "page": ("GET", "/page/Ada/7?times=6", {}, b""),
    "form": (
        "POST",
        "/form",
        {"content-type": "application/x-www-form-urlencoded", "content-length": "30"},
        b"name=Ada&number=7&times=6&x=%26",
    ),
}


def serve_requests(app: Callable, uses: Iterable[str]) -> None:
    """Offer the cases of `request.py`, answered by an ASGI application, on one event loop."""
    import asyncio

    runner = asyncio.Runner()

    def case(method: str, url: str, headers: dict[str, str], body: bytes) -> Case:
        path, _, query = url.partition("?")
        given = {"host": "localhost", "accept": "text/html", "user-agent": "benchmark", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
        }
        request = {"type": "http.request", "body": body, "more_body": False}

        async def call() -> list[dict]:
            messages: list[dict] = []

            async def receive() -> dict:
                return request

            async def send(message: dict) -> None:
                messages.append(message)

            await app(dict(scope), receive, send)
            return messages

        async def show() -> str:
            start, *parts = await call()
            text = b"".join(part.get("body", b"") for part in parts).decode()
            return f"{start['status']} {text}"

        async def time(calls: int, samples: int) -> list[float]:
            times = []
            for _ in range(samples):
                start = process_time()
                for _ in range(calls):
                    await call()
                times.append((process_time() - start) / calls)
            return times

        return Case(
            lambda: runner.run(show()), lambda calls, samples: runner.run(time(calls, samples))
        )

    serve({name: case(*request) for name, request in REQUESTS.items()}, uses)


# In the benchmark's process --------------------------------------------------------------------


class Contestant:
    """A process that runs `script`, asked over pipes to show or to time a case; use with `with`."""

    def __init__(
        self, python: Path | str, script: str, *arguments: str, packages: Sequence[str] = ()
    ) -> None:
        self.samples: dict[str, list[float]] = {}
        self.process = subprocess.Popen(
            [python, HERE / "contestants" / script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join([str(HERE), *packages]), "PYTHONHASHSEED": "0"},
        )
        self.versions: dict[str, str] = self._answer()

    def _answer(self) -> object:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended with exit code {self.process.wait()}.")
        return json.loads(line)

    def _ask(self, case: str, calls: int, samples: int) -> object:
        request = {"case": case, "calls": calls, "samples": samples}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def show(self, case: str) -> str:
        """Return what the contestant answers in `case`."""
        return self._ask(case, 0, 0)

    def time(self, case: str, calls: int, seconds: float) -> None:
        """Take as many samples of `case` as take about so many `seconds`, three at least."""
        known = self.samples.setdefault(case, [])
        if not known:
            known += self._ask(case, calls, 3)
        known += self._ask(case, calls, max(3, int(seconds / calls / min(known))))

    def __enter__(self) -> Contestant:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@dataclass(frozen=True)
class Target:
    """An upper bound of ours: `ours` may take `limit` times what `other` takes in `case`."""

    name: str
    case: str
    other: str  # "": `limit` is in milliseconds, for the median
    limit: float
    which: int = 0  # 0: of the least times, 1: of the medians

    def found(self, results: Results) -> float:
        """Return what `limit` bounds."""
        if not self.other:
            return results.times[self.case]["ours"][1] * 1e3
        return results.ratio(self.case, "ours", self.other, self.which)


@dataclass
class Results:
    """Least and median seconds a call: case → contestant → (least, median)."""

    first: str  # The contestant whose time counts as 1
    times: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def ratio(self, case: str, name: str, to: str, which: int = 0) -> float:
        """Return how many times as long as `to` the contestant `name` takes; `which` 1: medians."""
        return self.times[case][name][which] / self.times[case][to][which]


def compare(
    contestants: Mapping[str, Callable[[], Contestant]],
    cases: Mapping[str, int],  # Name → calls a sample
    normal: Callable[[str, str], object],  # (case, answer) → what has to be equal
    rounds: int,
    seconds: float,  # Spent on one contestant, in one case, in one round
) -> Results:
    """Let `contestants` answer alike, then time them in turns, so that noise meets all of them.

    Raises `SystemExit` if two answers differ. The first contestant is the measure.
    """
    with ExitStack() as stack:
        running = {name: stack.enter_context(make()) for name, make in contestants.items()}
        first = next(iter(running))
        for case in cases:
            wanted = normal(case, running[first].show(case))
            for name, contestant in running.items():
                found = normal(case, contestant.show(case))
                if found != wanted:
                    raise SystemExit(_difference(case, first, wanted, name, found))
        print(f"All {len(running)} give the same answers: {', '.join(cases)}.", flush=True)
        for _ in range(rounds):
            for case, calls in cases.items():
                for contestant in running.values():
                    contestant.time(case, calls, seconds)
        results = Results(first)
        for name, contestant in running.items():
            results.versions |= contestant.versions
            for case, samples in contestant.samples.items():
                results.times.setdefault(case, {})[name] = min(samples), median(samples)
    return results


def _difference(case: str, first: str, wanted: object, name: str, found: object) -> str:
    one, two = (str(x) for x in (wanted, found))
    at = len(os.path.commonprefix([one, two]))
    start = max(0, at - 60)
    return (
        f"In {case!r}, {name} does not answer as {first} does, so times mean nothing:\n"
        f"  {first}: ...{one[start : at + 60]!r}\n  {name}: ...{two[start : at + 60]!r}"
    )


def ticks() -> tuple[int, int]:
    """Return what other machines had of these processors, and all there was (Linux, proc(5))."""
    try:
        fields = Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]
    except OSError:
        return 0, 0
    return int(fields[7]), sum(map(int, fields))


_BEGAN = ticks()


def say_what_was_stolen() -> float:
    """Print, and return, the share of processors that other machines had since the start."""
    taken, all_there_was = (now - then for now, then in zip(ticks(), _BEGAN, strict=True))
    share = taken / all_there_was if all_there_was else 0.0
    if share > 0.02:
        print(f"\nOther machines on this host had {share:.0%} of its processors meanwhile.")
    return round(share, 3)


def report(name: str, results: Results, targets: Sequence[Target], **more: object) -> None:
    """Print times, ratios and verdicts, and write them, and `more`, to `_bench/NAME.json`."""
    for case, times in results.times.items():
        print(f"\n{case:<24} {'least':>10} {'median':>10}   times {results.first} (by medians)")
        for contestant, (least, middle) in sorted(times.items(), key=lambda item: item[1]):
            ratio = results.ratio(case, contestant, results.first)
            by_median = results.ratio(case, contestant, results.first, 1)
            print(
                f"  {contestant:<22} {_readable(least):>10} {_readable(middle):>10}"
                f" {ratio:7.2f} ({by_median:.2f})"
            )
    verdicts = []
    print(f"\n{'target':<50} {'limit':>7} {'found':>7}")
    for target in targets:
        found = target.found(results)
        verdict = "met" if found <= target.limit else "missed"
        words = f"{target.case}: {target.name}"
        print(f"  {words:<48} {target.limit:7.4g} {found:7.4f}   {verdict}")
        verdicts.append(
            {"case": target.case, "name": target.name, "other": target.other}
            | {"limit": target.limit, "found": found, "met": found <= target.limit}
        )
    stolen = say_what_was_stolen()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    content = {
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "stolen": stolen,
        "versions": results.versions,
        "measure": results.first,
        "seconds": {
            case: {name: {"least": t[0], "median": t[1]} for name, t in times.items()}
            for case, times in results.times.items()
        },
        "targets": verdicts,
        **more,
    }
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"\nWritten to {path.relative_to(HERE.parent)}.")


def _readable(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"


def options(doc: str, more: Mapping[str, str] | None = None) -> Namespace:
    """Read the command line that all benchmarks share, and `more`: flags and what they mean."""
    parser = ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a few seconds, for a first look")
    parser.add_argument("--rounds", type=int, help="turns of each contestant")
    for flag, meaning in (more or {}).items():
        parser.add_argument(flag, action="store_true", help=meaning)
    return parser.parse_args()


def fasthtml_python() -> str:
    """Return the Python that has python-fasthtml, in an environment made on first use.

    It needs another fastcore than nbdev does. `dev.py bench` hands its own in FASTHTML_PYTHON.
    """
    if given := os.environ.get("FASTHTML_PYTHON"):
        return given
    sys.path.append(str(HERE.parent))
    import dev

    return str(dev.fasthtml_environment())
