# SPDX-License-Identifier: Apache-2.0
"""Opens the series that test_series_peers.c wrote, as a user would, and writes one back.

usage: series_peers.py WRITTEN.h5 BACK.nc   (exit 77: a package is missing)
"""
import sys

try:
    import h5py
    import netCDF4  # noqa: F401
    import h5netcdf  # noqa: F401
    import numpy as np
    import xarray as xr
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

written, back = sys.argv[1:]
for engine in ("h5netcdf", "netcdf4"):
    with xr.open_dataset(written, engine=engine) as d:
        assert d.demand.dims == ("time", "zone") and d.demand.dtype == np.float64
        assert d.demand_flag.dims == ("time", "zone") and d.demand_flag.dtype == np.int8
        assert d.temperature.dims == ("time", "station")
        assert d.holiday.dims == ("time",)
        assert d.time_bnds.dims == ("time", "bnds")
        assert d.demand.units == "MW" and d.demand.cell_methods == "time: mean"
        assert list(d.zone.values) == ["north", "Zürich-Süd"], d.zone.values
        assert str(d.time.values[0]) == "2024-01-01T00:00:00.000000000"
        assert np.isnan(d.demand.values[5]).all() and d.demand_flag.values[5, 0] == 2
        assert list(d.demand_flag.flag_values) == [0, 1, 2, 3]
        assert d.attrs["time_zone"] == "UTC" and d.attrs["Conventions"] == "CF-1.8"
        frame = d.demand.to_pandas().tz_localize("UTC")
        assert frame.shape == d.demand.shape
        assert not any(str(name).startswith("phony") for name in d.sizes), d.sizes

with h5py.File(written) as f:
    assert f["demand"].dims[0][0].name == "/time" and f["demand"].dims[1][0].name == "/zone"
    assert f["zone"].asstr()[1] == "Zürich-Süd"
    assert f["time"][1] - f["time"][0] == f["time"].attrs["time_step_seconds"]

with xr.open_dataset(written, engine="netcdf4") as d:
    d.load().to_netcdf(back, engine="netcdf4")
