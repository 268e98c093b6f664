# SPDX-License-Identifier: Apache-2.0
"""dwave-samplers' SimulatedAnnealingSampler on the problems of one file, timed like lehr's engine.

    dwave_sa.py FILE READS SWEEPS

FILE holds any number of problems: a line `n m spin|binary offset`, then m lines `i j weight` (i == j:
linear). Only the calls of sample() are timed. Prints one JSON object.
"""

import json
import sys
import time

import dimod
import dwave.samplers


def read_problems(path):
    with open(path) as file:
        while line := file.readline():
            n, m, vartype, offset = line.split()
            bqm = dimod.BinaryQuadraticModel(
                {i: 0.0 for i in range(int(n))},
                {},
                float(offset),
                "SPIN" if vartype == "spin" else "BINARY",
            )
            for _ in range(int(m)):
                i, j, weight = file.readline().split()
                if i == j:
                    bqm.add_linear(int(i), float(weight))
                else:
                    bqm.add_quadratic(int(i), int(j), float(weight))
            yield bqm


def main():
    path, reads, sweeps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    problems = list(read_problems(path))
    sampler = dwave.samplers.SimulatedAnnealingSampler()
    attempts, energies = 0, []
    wall, cpu = time.perf_counter(), time.process_time()
    for seed, bqm in enumerate(problems):
        result = sampler.sample(bqm, num_reads=reads, num_sweeps=sweeps, seed=seed)
        attempts += reads * sweeps * bqm.num_variables
        energies.append(result.first.energy)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        json.dumps(
            {
                "name": "dwave-samplers " + dwave.samplers.__version__ + " SimulatedAnnealingSampler",
                "models": len(problems),
                "reads": reads,
                "sweeps": sweeps,
                "wall_s": wall,
                "cpu_s": cpu,
                "attempts": attempts,
                "attempts_per_s": attempts / cpu,
                "models_per_s": len(problems) / cpu,
                "mean_energy": sum(energies) / len(energies),
            }
        )
    )


main()
