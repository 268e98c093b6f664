# SPDX-License-Identifier: Apache-2.0
"""dwave-samplers' TreeDecompositionSolver (orang) on an Ising list: the exact peer of engine tn.

    dwave_tree.py FILE

FILE: lines "i j weight" after a line "n entries energy", # before comments. Prints one JSON object.
"""

import json
import resource
import sys
import time

import dimod
from dwave.samplers import TreeDecompositionSolver


def read(path):
    with open(path) as file:
        rows = [line.split() for line in file if not line.startswith("#")]
    linear, quadratic = {}, {}
    for i, j, weight in rows[1:]:
        if i == j:
            linear[int(i)] = float(weight)
        else:
            quadratic[int(i), int(j)] = float(weight)
    return dimod.BinaryQuadraticModel(linear, quadratic, 0.0, "SPIN")


def main():
    bqm = read(sys.argv[1])
    cpu = time.process_time()
    best = TreeDecompositionSolver().sample(bqm).first
    print(
        json.dumps(
            {
                "energy": best.energy,
                "cpu_s": time.process_time() - cpu,
                "peak_memory_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            }
        )
    )


main()
