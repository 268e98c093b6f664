/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_descriptor.h - an HDF5 file driver over an open descriptor.
 *
 * HDF5's own drivers want a path and resolve it again; ours works on exactly the file that the
 * caller opened and checked, also on one that has no name yet, and takes no locks. */
#ifndef LEHR_IO_HDF5_DESCRIPTOR_H
#define LEHR_IO_HDF5_DESCRIPTOR_H

#include <hdf5.h>

/* Lets files opened with `access` use descriptor fd, whatever their name. fd stays the caller's.
 * Negative on failure. */
herr_t h5_use_descriptor(hid_t access, int fd);

#endif
