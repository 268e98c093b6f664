#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# lehr demo: the same files twice, which open in h5py and xarray where those are installed.
. "$(dirname "$0")/lib.sh"

run 0 "$lehr" demo --quiet
for model in naive-24 naive-168 vanilla recency ridge-all selected; do says stdout "$model"; done
run 0 "$lehr" demo --quiet -o again --threads 1
for file in series selection solved results; do same demo/$file.h5 again/$file.h5; done
[ "$(ls demo)" = "$(ls again)" ] || fail "different files"
grep -q '<svg' demo/report.html || fail "the report has no plots"
sed 's|http://www.w3.org/2000/svg||g' demo/report.html | grep -qE 'src=|href=|https?://' &&
  fail "the report refers to something outside"
no_leftovers
touch file
run 73 "$lehr" demo -o file

"${LEHR_PYTHON:-python3}" - <<'PYTHON'
import sys
try:
    import h5py, numpy as np, xarray as xr, h5netcdf, netCDF4
except ImportError as missing:
    print("skipped: demo/results.h5 was not opened with xarray:", missing)
    sys.exit(77)
for engine in ("h5netcdf", "netcdf4"):
    with xr.open_dataset("demo/results.h5", group="/forecast", engine=engine) as d:
        assert d.demand_point.dims == ("issue_time", "lead", "zone")
        assert d.demand_quantile.dims == ("issue_time", "lead", "zone", "quantile")
        assert d.valid_time.dtype.kind == "M" and d.issue_time.dtype.kind == "M"
        assert (d.valid_time.values[:, 0] == d.issue_time.values).all()
        q = d.demand_quantile.values
        assert (np.diff(q[np.isfinite(q).all(axis=3)], axis=-1) >= 0).all()
        assert list(d.model.values)[-1] == "selected"
        error = abs(d.demand_point / d.demand_actual - 1).mean(("issue_time", "lead")) * 100
    with xr.open_dataset("demo/results.h5", group="/forecast/metrics", engine=engine) as m:
        assert np.allclose(m.mape.values[-1], error.values)
    with xr.open_dataset("demo/results.h5", group="/selection", engine=engine) as s:
        assert s.chosen.dims == ("zone", "hour", "candidate")
        assert (s.chosen.values.sum(axis=2) > 0).all()
with h5py.File("demo/selection.h5") as f:
    assert len(f["/batch/n"]) == 12 and (f["/batch/group_kind"][:] == 3).all()
PYTHON
opened=$?
[ $opened = 0 ] || [ $opened = 77 ] || fail 'demo/results.h5 does not open as documented'

[ "$failures" != 0 ] || [ $opened != 77 ] || exit 77
finish
