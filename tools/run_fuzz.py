"""Run each fuzz target for a while, add what was run to the ledger, and fail on a finding.

In: the targets of fuzz/ (cargo-fuzz, which needs a nightly Rust). Out: one line a target, and fuzz/LEDGER.tsv with the
executions of each target summed over all runs that were kept. Whatever a target finds is left in fuzz/artifacts/.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FUZZ = PROJECT / "fuzz"
LEDGER = FUZZ / "LEDGER.tsv"
CARGO_FUZZ_VERSION = "0.13.2"
HEAD = "target\texecutions\tseconds\tfindings\n"


def environment(tools: Path) -> dict[str, str]:
    """The environment with cargo-fuzz on its PATH; it is installed below `tools` where there is none."""
    variables = dict(os.environ)
    variables["PATH"] = os.pathsep.join([str(tools / "bin"), variables.get("PATH", "")])
    found = subprocess.run(["cargo", "fuzz", "--version"], env=variables, capture_output=True)
    if found.returncode:
        install = ["cargo", "install", "--quiet", "--locked", "--root", str(tools)]
        subprocess.run([*install, "cargo-fuzz", "--version", CARGO_FUZZ_VERSION], env=variables, check=True)
    return variables


def read_ledger() -> dict[str, tuple[int, int, int]]:
    """Executions, seconds and findings by target."""
    rows = LEDGER.read_text(encoding="utf-8").splitlines()[1:] if LEDGER.exists() else []
    cells = [row.split("\t") for row in rows]
    return {name: (int(executions), int(seconds), int(findings)) for name, executions, seconds, findings in cells}


def write_ledger(ledger: dict[str, tuple[int, int, int]]) -> None:
    """Write the ledger, sorted by target."""
    rows = ["\t".join([name, *map(str, sums)]) + "\n" for name, sums in sorted(ledger.items())]
    LEDGER.write_text(HEAD + "".join(rows), encoding="utf-8")


def executions_in(log: str) -> int:
    """How often libFuzzer ran the target, by what it printed last."""
    done = re.findall(r"^Done (\d+) runs", log, re.MULTILINE)
    seen = re.findall(r"^#(\d+)\s", log, re.MULTILINE)
    return int(done[-1]) if done else max((int(count) for count in seen), default=0)


def main() -> int:
    """Run the targets; gives the exit status."""
    parser = argparse.ArgumentParser(description="Run each fuzz target for a while.")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs")
    parser.add_argument("--tools", type=Path, default=Path("target/tools"), help="where cargo-fuzz is installed to")
    parser.add_argument("targets", nargs="*", help="which targets; all by default")
    options = parser.parse_args()
    if not (FUZZ / "Cargo.toml").exists():
        print("There is no fuzz/Cargo.toml: no target to run.", file=sys.stderr)
        return 1

    variables = environment(options.tools.resolve())
    fuzz = ["cargo", "+nightly", "fuzz"]
    listed = subprocess.run([*fuzz, "list"], cwd=PROJECT, env=variables, capture_output=True, text=True, check=True)
    targets = options.targets or listed.stdout.split()
    # All are built before the first runs: a build takes minutes, and is no time of fuzzing.
    subprocess.run([*fuzz, "build"], cwd=PROJECT, env=variables, check=True)

    seeds = FUZZ / "make_seeds.py"
    if seeds.exists():
        # Right files to begin with; what earlier runs found out stays beside them.
        subprocess.run([sys.executable, str(seeds)], cwd=PROJECT, check=True)

    ledger = read_ledger()
    failed = []
    for target in targets:
        command = [*fuzz, "run", target, "--", f"-max_total_time={options.seconds}", "-timeout=2", "-rss_limit_mb=1024"]
        began = time.monotonic()
        ran = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, errors="replace")
        executions = executions_in(ran.stderr)
        found = ran.returncode != 0
        sums = ledger.get(target, (0, 0, 0))
        ledger[target] = (sums[0] + executions, sums[1] + round(time.monotonic() - began), sums[2] + found)
        write_ledger(ledger)
        print(f"{target:20} {executions:>12,} executions  {'FINDING' if found else 'no finding'}", flush=True)
        if found:
            failed.append(target)
            print("\n".join(ran.stderr.splitlines()[-40:]), file=sys.stderr)
    if failed:
        print(f"Findings in: {', '.join(failed)} (fuzz/artifacts/)", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
