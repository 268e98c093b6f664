#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much sooner two threads are done than one, for every engine: CPU seconds of the busiest thread
for the same work, on one and on two, the best of several runs of each. CPU time of single threads,
with idle ones asleep, hardly depends on what else the machine does; waiting for each other is only
seen where the same thread always waits.

usage: two_threads.py LEHR [SECONDS [ROUNDS [PART OF A CASE'S NAME]]]
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

CASES = [  # name, model, engine, options
    ("anneal, bits, 512 reads", "torus", "anneal", ["--reads", "512"]),
    ("anneal, bits, 1024 reads", "torus", "anneal", []),
    ("anneal, lanes", "glass", "anneal", []),
    ("anneal, rows", "dense", "anneal", []),
    ("tempering, 64 reads", "glass", "tempering", []),
    ("tempering, 128 reads", "glass", "tempering", ["--reads", "128"]),
    ("tempering, population", "glass", "tempering", ["--set", "mode=population"]),
    ("tabu, sparse", "glass", "tabu", []),
    ("tabu, dense", "dense", "tabu", []),
    ("sqa", "glass", "sqa", []),
    ("bifurcation, sparse", "glass", "bifurcation", []),
    ("bifurcation, dense", "dense", "bifurcation", []),
    ("subgraph", "glass", "subgraph", []),
    ("hybrid, bits", "torus", "hybrid", []),
    ("hybrid, lanes", "glass", "hybrid", []),
    ("hybrid, dense", "dense", "hybrid", []),
]


def write_models(folder):
    """A torus of couplings +-1, a Gaussian one, a dense model."""
    rng = random.Random(1)

    def write(name, n, pairs, weight):
        rows = ["%d %d %d\n" % (i + 1, j + 1, weight()) for i, j in pairs]
        with open(os.path.join(folder, name), "w") as f:
            f.write("%d %d\n" % (n, len(rows)))
            f.writelines(rows)

    side, n = 15, 1000
    at = lambda x, y, z: (x % side * side + y % side) * side + z % side
    torus = [(at(x, y, z), other) for x in range(side) for y in range(side) for z in range(side)
             for other in (at(x + 1, y, z), at(x, y + 1, z), at(x, y, z + 1))]
    write("torus.mc", side**3, torus, lambda: rng.choice((-1, 1)))
    write("glass.mc", side**3, torus, lambda: round(100000 * rng.gauss(0, 1)) or 1)
    write("dense.mc", n, [(i, j) for j in range(n) for i in range(j)],
          lambda: rng.choice((-1, 1)) * rng.randint(1, 100))


def run(lehr, model, engine, options, threads):
    """The result, and CPU seconds of the busiest thread without those of reading the file."""
    command = [lehr, "solve", model, "--engine", engine, "--threads", str(threads), "--format",
               "json"] + options
    environment = dict(os.environ, OMP_WAIT_POLICY="passive")
    cpu = {}
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        while process.poll() is None:
            folder = "/proc/%d/task" % process.pid
            try:
                for task in os.listdir(folder):
                    with open("%s/%s/schedstat" % (folder, task)) as f:
                        cpu[task] = int(f.read().split()[0]) * 1e-9
            except (FileNotFoundError, ProcessLookupError, IndexError):
                pass  # it just ended
            time.sleep(0.004)
        out.seek(0)
        result = json.load(out)
        return result, max(cpu.values()) - result["timing"]["read_s"]


def main():
    lehr = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        write_models(folder)
        print("| case | attempts | one thread, s | two, s | ratio |\n|---|---|---|---|---|")
        for name, model, engine, options in CASES:
            if len(sys.argv) > 4 and sys.argv[4] not in name:
                continue
            path = os.path.join(folder, model + ".mc")
            trial, _ = run(lehr, path, engine, options + ["--time-limit", str(seconds / 2)], 1)
            rate = trial["counters"]["attempts"] / trial["timing"]["cpu_s"]
            work = ["--work", "%d" % (rate * seconds)]
            best = [min(run(lehr, path, engine, options + work, k)[1] for _ in range(rounds))
                    for k in (1, 2)]
            print("| %s | %.2g | %.2f | %.2f | %.2f |" % (name, rate * seconds, *best,
                                                         best[0] / best[1]), flush=True)


main()
