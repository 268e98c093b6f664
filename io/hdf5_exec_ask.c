/* SPDX-License-Identifier: Apache-2.0 */
/* Reading requests: attributes, lists, and which function answers what. */
#include "io/hdf5_exec.h"

#include <string.h>

/* ---- Attributes and lists ---- */

static lehr_status read_attribute(hid_t attribute, const h5_call *c, h5_reply *reply,
                                  h5_bytes *out) {
  const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  const h5_type wanted = c->request.shape.type;
  lehr_status status = h5_exec_check_type(type, wanted, reply);
  if (status == LEHR_OK && H5Sget_simple_extent_npoints(space) != 1)
    status = h5_exec_fail(reply, LEHR_EINPUT, "has an attribute that is no single value");
  if (status == LEHR_OK && wanted == H5_STRING) {
    const h5_exec_block source = {-1, attribute, space, -1, type};
    status = h5_exec_strings(&source, 1, reply, out);
  } else if (status == LEHR_OK) {
    const hid_t memory = h5_exec_memory_type(wanted);
    if (memory < 0 || !h5_bytes_reserve(out, h5_type_bytes(wanted)))
      status = h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
    else if (H5Aread(attribute, memory, out->data) < 0)
      status = h5_exec_fail(reply, LEHR_EINPUT, "has an attribute that cannot be read");
    else
      out->size = h5_type_bytes(wanted);
    H5Tclose(memory);
  }
  H5Sclose(space);
  H5Tclose(type);
  return status;
}

static lehr_status ask_attribute(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  h5_kind kind;
  const lehr_status status = h5_exec_walk(e, c->path, &kind, reply);
  if (status != LEHR_OK || kind == H5_NOTHING) return status;
  const htri_t is_there = H5Aexists_by_name(e->file, c->path, c->name, H5P_DEFAULT);
  if (is_there == 0) return LEHR_OK;
  const hid_t attribute =
      is_there < 0 ? -1 : H5Aopen_by_name(e->file, c->path, c->name, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0) return h5_exec_fail(reply, LEHR_EINPUT, "has a damaged attribute");
  reply->kind = H5_DATASET_OBJECT;
  const lehr_status read = read_attribute(attribute, c, reply, out);
  H5Aclose(attribute);
  return read;
}

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *out) {
  (void)group;
  (void)info;
  return h5_bytes_append(out, name, strlen(name) + 1) ? 0 : -1;
}

static lehr_status ask_list(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  h5_kind kind;
  H5G_info_t info;
  const lehr_status status = h5_exec_walk(e, c->path, &kind, reply);
  if (status != LEHR_OK) return status;
  if (kind != H5_GROUP_OBJECT)
    return h5_exec_fail(reply, LEHR_EINPUT, kind == H5_NOTHING ? "is missing" : "is not a group");
  if (H5Gget_info_by_name(e->file, c->path, &info, H5P_DEFAULT) < 0)
    return h5_exec_fail(reply, LEHR_EINPUT, "damaged");
  if (info.nlinks > (hsize_t)c->request.count[0])
    return h5_exec_fail(reply, LEHR_EINPUT, "has too many members");
  reply->shape.dims[0] = (int64_t)info.nlinks;
  const hid_t group = H5Gopen2(e->file, c->path, H5P_DEFAULT);
  const herr_t rc =
      group < 0 ? -1 : H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, out);
  H5Gclose(group);
  return rc < 0 ? h5_exec_fail(reply, LEHR_EINPUT, "cannot be listed") : LEHR_OK;
}

lehr_status h5_exec_ask(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  h5_kind kind;
  switch (c->request.operation) {
  case H5_ASK_KIND: {
    const lehr_status status = h5_exec_walk(e, c->path, &kind, reply);
    reply->kind = (int32_t)kind;
    return status;
  }
  case H5_ASK_SHAPE:
    return h5_exec_ask_shape(e, c, reply);
  case H5_ASK_LIST:
    return ask_list(e, c, reply, out);
  case H5_ASK_READ:
    return h5_exec_ask_read(e, c, reply, out);
  case H5_ASK_ATTRIBUTE:
    return ask_attribute(e, c, reply, out);
  default:
    return h5_exec_fail(reply, LEHR_EINTERNAL, "unknown request");
  }
}
