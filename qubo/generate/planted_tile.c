/* SPDX-License-Identifier: Apache-2.0 */
/* Tile planting on a periodic square lattice (Hamze, Jacob, Ochoa, Perera, Wang, Katzgraber 2018,
 * "From near to eternity"; Perera, Hamze et al. 2019).
 *
 * The plaquettes with x + y even share no edge and cover all of them. In a plaquette of class k
 * one coupling is frustrated (+1), k - 1 are -1 and the other 4 - k are -2, in random places: any
 * state pays for at least one of them, and all spins up pays the least. Their sum over plaquettes
 * is therefore the ground energy. A random gauge then hides the state. */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "qubo/generate/generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct tiling {
  lehr_builder *b;
  int64_t l;
  int tile_class;
  philox_stream random;
  const int8_t *gauge; /* [l * l] the hidden ground state */
} tiling;

static lehr_status add_tile(tiling *t, int64_t x, int64_t y, int64_t *energy, lehr_error *err) {
  const int64_t l = t->l, x1 = (x + 1) % l, y1 = (y + 1) % l;
  const int64_t corner[4] = {x * l + y, x1 * l + y, x1 * l + y1, x * l + y1};
  int weight[4];
  for (int k = 0; k < 4; k++) weight[k] = k == 0 ? 1 : k < t->tile_class ? -1 : -2;
  for (uint32_t k = 3; k > 0; k--) { /* Fisher-Yates */
    const uint32_t other = philox_below(&t->random, k + 1);
    const int swap = weight[k];
    weight[k] = weight[other];
    weight[other] = swap;
  }
  for (int k = 0; k < 4; k++) {
    const int64_t i = corner[k], j = corner[(k + 1) % 4];
    *energy += weight[k];
    LEHR_TRY(lehr_builder_add_int(t->b, (int32_t)i, (int32_t)j,
                                  weight[k] * t->gauge[i] * t->gauge[j], err));
  }
  return LEHR_OK;
}

static lehr_status add_tiles(tiling *t, generated *out, lehr_error *err) {
  for (int64_t x = 0; x < t->l; x++)
    for (int64_t y = x % 2; y < t->l; y += 2) LEHR_TRY(add_tile(t, x, y, &out->ground_energy, err));
  return LEHR_OK;
}

lehr_status generate_planted_tile(const generate_request *q, lehr_builder **b, generated *out,
                                  lehr_error *err) {
  const int64_t l = q->size ? q->size : 16;
  const int tile_class = q->tile_class ? q->tile_class : 2;
  if (l < 4 || l % 2 || l > 1 << 15)
    return error_set(err, LEHR_EUSAGE, "side %" PRId64 " is not an even number 4..32768", l);
  if (tile_class < 1 || tile_class > 4)
    return error_set(err, LEHR_EUSAGE, "tile class %d outside 1..4", tile_class);
  LEHR_TRY(generate_check_count("number of variables", l * l, err));
  const uint64_t key = philox_key(q->seed, "planted-tile");
  int8_t *gauge = memory_array((size_t)(l * l), 1);
  if (!gauge || lehr_builder_create(LEHR_SPIN, (int32_t)(l * l), b) != LEHR_OK) {
    free(gauge);
    return error_memory(err, (uint64_t)(l * l));
  }
  philox_stream hidden = philox_stream_at(key, 1);
  for (int64_t i = 0; i < l * l; i++) gauge[i] = philox_u32(&hidden) >> 31 ? 1 : -1;
  tiling t = {*b, l, tile_class, philox_stream_at(key, 0), gauge};
  out->has_ground = true;
  const lehr_status status = add_tiles(&t, out, err);
  snprintf(out->comment, sizeof out->comment,
           "planted-tile: side %" PRId64 ", class %d, seed %" PRIu64 "\nground_energy = %" PRId64,
           l, tile_class, q->seed, out->ground_energy);
  free(gauge);
  return status;
}
