# SPDX-License-Identifier: Apache-2.0
"""What lehr wrote, seen by h5py, xarray and netCDF4; energies are recomputed."""
import json

import h5py
import netCDF4
import numpy as np
import xarray as xr


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def check_batch():
    """Every energy of the result, recomputed from the input's columns."""
    with h5py.File("batch.h5") as f, h5py.File("result.h5") as g:
        b, r = f["batch"], g["result"]
        assert text(f.attrs["lehr_layout"]) == "1.0" and text(f.attrs["generator"]).startswith("lehr ")
        n, lp, qp = b["n"][:], b["linear_ptr"][:], b["quad_ptr"][:]
        linear, row, col, value = b["linear"][:], b["row"][:], b["col"][:], b["quad_val"][:]
        assert h5py.check_string_dtype(r["name"].dtype).length is None
        assert [text(x) for x in r["name"][:2]] == ["item-000000", "item-000001"]
        assert r["bits"].dtype == np.uint8 and r["energy_int"].dtype == np.int64
        bits, ptr = r["bits"][:], r["bits_ptr"][:]
        for k in range(len(n)):
            x = np.unpackbits(bits[ptr[k]:ptr[k + 1]], bitorder="little")[:n[k]].astype(np.int64)
            s, t = slice(lp[k], lp[k + 1]), slice(qp[k], qp[k + 1])
            energy = linear[s] @ x + (value[t] * x[row[t]] * x[col[t]]).sum()
            exact = b["scale"][k] * (energy + b["offset"][k])
            assert exact == r["energy"][k], (k, exact, r["energy"][k])
        assert json.loads(text(r.attrs["options"]))["reads"] >= 1
        assert r["reads_ptr"][-1] == len(r["read_energy"])
        assert b["quad_val"].chunks and b["quad_val"].fletcher32 and b["quad_val"].shuffle


def check_labelled():
    """Dimensions have names and scales in both netCDF readers."""
    with xr.open_dataset("result.h5", group="result") as d:
        assert d.energy.dims == ("name",) and d.name.values[0] == "item-000000"
        assert d.bits_ptr.dims == ("item_edge",) and d.read_energy.dims == ("read",)
        assert not [x for x in d.sizes if "phony" in x]
        best = d.energy.to_series().idxmin()
        assert best.startswith("item-")
    with netCDF4.Dataset("result.h5") as d:
        assert d["result/energy"].dimensions == ("name",)
        assert d["result/status"].flag_meanings.split()[2] == "optimal"
    with xr.open_dataset("result.h5.timing.h5", group="timing") as d:
        assert (d.wall_s >= 0).all() and d.wall_s.attrs["units"] == "s"


def check_missing():
    """int64 energies stay int64 in xarray and netCDF4, also where one is missing."""
    for path, missing in (("result.h5", 0), ("failed.h5", 1)):
        with xr.open_dataset(path, group="result") as d:
            assert d.energy_int.dtype == np.int64, d.energy_int.dtype
            assert int((d.energy_int < d.energy_int.attrs["valid_min"]).sum()) == missing
            assert int(np.isnan(d.energy).sum()) == missing
        with netCDF4.Dataset(path) as d:
            values = d["result/energy_int"][:]
            assert values.dtype == np.int64 and np.ma.count_masked(values) == missing


def check_described():
    """Root attributes of every file."""
    for path in ("batch.h5", "result.h5", "model.h5", "solution.h5", "series.h5",
                 "result.h5.timing.h5"):
        with h5py.File(path) as f:
            for name in ("lehr_layout", "title", "source", "generator"):
                assert text(f.attrs[name]), (path, name)


def check_qubin():
    """The model as QUBOTools reads it: 1-based positions, full coefficients."""
    with h5py.File("solution.h5") as f:
        form = f["model/form"]
        n = int(form["dimension"][()])
        scale, offset = form["scale"][()], form["offset"][()]
        assert text(form["sense"][()]) == "min" and text(form["domain"][()]) == "bool"
        q = np.zeros((n, n))
        q[form["linear/i"][:] - 1, form["linear/i"][:] - 1] = form["linear/v"][:]
        q[form["quadratic/i"][:] - 1, form["quadratic/j"][:] - 1] = form["quadratic/v"][:]
        assert (form["quadratic/i"][:] < form["quadratic/j"][:]).all()
        best = min(scale * (x @ q @ x + offset)
                   for k in range(2 ** n)
                   for x in [np.array([k >> i & 1 for i in range(n)])])
        state = f["solution/data/state"][:]
        for x, value in zip(state, f["solution/data/value"][:]):
            assert scale * (x @ q @ x + offset) == value
        assert f["solution/data/value"][0] == best
        attributes = f["lehr/solution"].attrs
        assert text(attributes["status"]) == "optimal" and attributes["proven"] == 1
        assert attributes["bound"] == best
    with h5py.File("greedy.h5") as f:
        assert np.isnan(f["lehr/solution"].attrs["bound"])


def check_exact():
    """Facts of the tn engine, against enumeration of the model beside them."""
    with h5py.File("tn.h5") as f:
        form, solution = f["model/form"], f["lehr/solution"]
        n = int(form["dimension"][()])
        q = np.zeros((n, n))
        q[form["linear/i"][:] - 1, form["linear/i"][:] - 1] = form["linear/v"][:]
        q[form["quadratic/i"][:] - 1, form["quadratic/j"][:] - 1] = form["quadratic/v"][:]
        states = np.array([[k >> i & 1 for i in range(n)] for k in range(2 ** n)])
        energy = form["scale"][()] * (((states @ q) * states).sum(axis=1) + form["offset"][()])
        assert int(text(solution.attrs["degeneracy"])) == (energy == energy.min()).sum()
        weight = np.exp(-solution.attrs["beta"] * (energy - energy.min()))
        log_z = np.log(weight.sum()) - solution.attrs["beta"] * energy.min()
        assert np.isclose(solution.attrs["log_z"], log_z)
        weight /= weight.sum()
        assert np.allclose(solution["marginals"][:], weight @ states)
        pairs = solution["pair_marginals"]
        for i, j, p in zip(pairs["i"][:], pairs["j"][:], pairs["probability"][:]):
            both = 2 * states[:, i] + states[:, j]
            assert np.allclose(p, [weight[both == k].sum() for k in range(4)])
        assert len(pairs["i"]) == len(form["quadratic/v"])
        lowest = solution["lowest"]
        assert np.allclose(lowest["value"][:], np.sort(energy)[:5])
        bits = np.unpackbits(lowest["bits"][:], axis=1, bitorder="little")[:, :n].astype(np.int64)
        assert np.allclose(energy[bits @ (1 << np.arange(n))], lowest["value"][:])
        for value, count in zip(lowest["value"][:], lowest["degeneracy"].asstr()[:]):
            assert not count or int(count) == (energy == value).sum()


check_batch()
check_exact()
check_labelled()
check_missing()
check_described()
check_qubin()
print("h5py", h5py.__version__, "xarray", xr.__version__, "netCDF4", netCDF4.__version__)
