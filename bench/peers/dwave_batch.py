# SPDX-License-Identifier: Apache-2.0
"""A loop of dwave-samplers' SimulatedAnnealingSampler over the models of a batch file (docs/batch.md).

    dwave_batch.py FILE MODELS READS SWEEPS

Timed: reading the arrays of the first MODELS models, building each as a BinaryQuadraticModel with
from_numpy_vectors, and sample(). Prints one JSON object.
"""

import json
import sys
import time

import dimod
import dwave.samplers
import h5py
import numpy


def models(path, count):
    with h5py.File(path) as file:
        batch = file["batch"]
        linear_ptr = batch["linear_ptr"][: count + 1]
        quad_ptr = batch["quad_ptr"][: count + 1]
        linear = batch["linear"][: linear_ptr[-1]]
        row, col, value = (batch[name][: quad_ptr[-1]] for name in ("row", "col", "quad_val"))
        offset, scale = batch["offset"][:count], batch["scale"][:count]
        vartype = batch["vartype"][:count]
    for k in range(count):
        own = slice(linear_ptr[k], linear_ptr[k + 1])
        pairs = slice(quad_ptr[k], quad_ptr[k + 1])
        yield dimod.BinaryQuadraticModel.from_numpy_vectors(
            linear[own] * scale[k],
            (row[pairs], col[pairs], value[pairs] * scale[k]),
            offset[k] * scale[k],
            "SPIN" if vartype[k] else "BINARY",
        )


def main():
    path, count, reads, sweeps = sys.argv[1], *map(int, sys.argv[2:5])
    sampler = dwave.samplers.SimulatedAnnealingSampler()
    attempts, energies = 0, []
    wall, cpu = time.perf_counter(), time.process_time()
    for seed, bqm in enumerate(models(path, count)):
        result = sampler.sample(bqm, num_reads=reads, num_sweeps=sweeps, seed=seed)
        attempts += reads * sweeps * bqm.num_variables
        energies.append(result.first.energy)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        json.dumps(
            {
                "name": "dwave-samplers " + dwave.samplers.__version__ + " SimulatedAnnealingSampler",
                "models": count,
                "reads": reads,
                "sweeps": sweeps,
                "wall_s": wall,
                "cpu_s": cpu,
                "attempts": attempts,
                "models_per_s": count / cpu,
                "mean_energy": float(numpy.mean(energies)),
            }
        )
    )


main()
