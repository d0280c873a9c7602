#pragma once
#include <stdint.h>

/// What this program has asked of the allocator since it started: blocks, and their octets.
/// A `realloc` counts as a block, because it may have to move one.
struct allocation_count {
  uint64_t blocks;
  uint64_t octets;
};

struct allocation_count allocation_count_now(void);
