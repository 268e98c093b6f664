/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_series.h - load series in HDF5, as CF-1.8 describes them (docs/series.md).
 *
 *   /time         int64[T]    interval starts, scale; time_bnds int64[T,2] beside it
 *   /zone         string[Z]   scale            /station string[K]  scale
 *   /demand       float64[T,Z] MW, NaN missing /demand_flag int8[T,Z] series_flag
 *   /temperature  float64[T,K] degC            /holiday     int8[T]
 *
 * Opens unchanged in xarray and h5py. The reader takes more: time as integers or reals in seconds,
 * minutes, hours or days since any date; starts from time_bnds where the attribute bounds says so;
 * gaps in time (missing steps); a demand of rank 1; float32 and integers; kW to GWh; kelvin and
 * fahrenheit; files without flags, names, temperatures or holidays. */
#ifndef LEHR_IO_HDF5_SERIES_H
#define LEHR_IO_HDF5_SERIES_H

#include "io/hdf5_util.h"
#include "io/series_file.h"

/* Reads a file; options->load_columns may name one dataset to read instead of demand. */
lehr_status hdf5_series_read(const char *path, const series_file_options *options, series **out,
                             lehr_error *err);

/* Writes and publishes a file. */
lehr_status hdf5_series_write(const series *s, const char *path, const char *title,
                              lehr_error *err);

/* Adds the datasets above to a file that is being written, for results that carry their series. */
void hdf5_series_put(h5_writer *w, const series *s);

#endif
