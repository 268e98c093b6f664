#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A table of cuts over the Gset: lehr's default engine beside dwave-samplers' SA, as Markdown.

    gset_table.py LEHR DATA RECORD SECONDS...

DATA holds gset/NAME.mc.gz and INSTANCES.md with the best known cuts. Each solver has one core, lehr
the first and the peer the second of those that this process may use, and each budget of SECONDS is a
run of its own. Runs end early at the best known cut. Every run is appended to RECORD, a file of JSON
lines, from which a table that was interrupted goes on.

The peer makes reads until its time is up, each about a tenth of it long by its speed in 100 sweeps.
"""

import concurrent.futures
import gzip
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import dimod
import dwave.samplers

READS = 10  # of the peer in a budget
SEED = 1
TARGET_MISSED = 1  # lehr's exit status


def best_known(data):
    rows = re.findall(r"^\| (G\d+) \| \d+ \| \d+ \|[^|]*\| (\d+) \|", (data / "INSTANCES.md").read_text(), re.M)
    return {name: int(cut) for name, cut in rows}


def run_lehr(lehr, core, graph, seconds, target):
    command = [lehr, "solve", graph, "--threads", "1", "--seed", str(SEED), "--time-limit", str(seconds)]
    command += ["--target", str(-target), "--format", "json"]
    pin = {"preexec_fn": lambda: os.sched_setaffinity(0, {core})}
    done = subprocess.run(command, stdout=subprocess.PIPE, **pin)
    if done.returncode not in (0, TARGET_MISSED):
        raise SystemExit(f"{' '.join(command)} failed")
    result = json.loads(done.stdout)
    return int(result["objective"]), result["timing"]["cpu_s"]


def read_edges(graph):
    with gzip.open(graph, "rt") as file:
        next(file)
        return [(int(i), int(j), int(w)) for i, j, w in map(str.split, file)]


def run_peer(core, graph, seconds, target):
    os.sched_setaffinity(0, {core})
    edges = read_edges(graph)
    total = sum(w for _, _, w in edges)
    bqm = dimod.BinaryQuadraticModel.from_ising({}, {(i, j): float(w) for i, j, w in edges})
    sampler = dwave.samplers.SimulatedAnnealingSampler()
    best = 0
    start = time.process_time()
    sampler.sample(bqm, num_reads=1, num_sweeps=100, seed=SEED)
    sweeps = max(100, int(seconds / READS * 100 / (time.process_time() - start)))
    for read in itertools.count():
        if best >= target or time.process_time() - start >= seconds:
            break
        energy = sampler.sample(bqm, num_reads=1, num_sweeps=sweeps, seed=SEED + read).first.energy
        best = max(best, round((total - energy) / 2))
    return best, time.process_time() - start


def table(budgets, known, done):
    columns = [f"{solver} {s} s" for s in budgets for solver in ("lehr", "SA")]
    print("| graph | best known |", " | ".join(columns), "|")
    print("|" + "---|" * (len(columns) + 2))
    for name in known:
        runs = [done.get((name, solver, s)) for s in budgets for solver in ("lehr", "peer")]
        if any(runs):
            cells = [f"{r['cut']} ({r['cpu_s']:.2g} s)" if r else "" for r in runs]
            print(f"| {name} | {known[name]} |", " | ".join(cells), "|")


def main():
    lehr, data, record = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    budgets = [int(s) for s in sys.argv[4:]]
    cores = sorted(os.sched_getaffinity(0))[:2]
    known = best_known(data)
    done = {}
    if record.exists():
        for row in map(json.loads, record.read_text().splitlines()):
            done[row["graph"], row["solver"], row["seconds"]] = row
    jobs = [(s, name) for s in budgets for name in known if (data / f"gset/{name}.mc.gz").exists()]

    def work(solver):
        for seconds, name in jobs:
            if (name, solver, seconds) in done:
                continue
            graph = str(data / f"gset/{name}.mc.gz")
            if solver == "lehr":
                cut, cpu = run_lehr(lehr, cores[0], graph, seconds, known[name])
            else:
                with concurrent.futures.ProcessPoolExecutor(1) as process:
                    cut, cpu = process.submit(run_peer, cores[-1], graph, seconds, known[name]).result()
            row = {"graph": name, "solver": solver, "seconds": seconds, "cut": cut, "cpu_s": cpu}
            done[name, solver, seconds] = row
            with record.open("a") as file:
                file.write(json.dumps(row) + "\n")
            print(json.dumps(row), file=sys.stderr)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(work, solver) for solver in ("lehr", "peer")]:
            future.result()
    table(budgets, known, done)


if __name__ == "__main__":
    main()
