// The program's own definitions of the allocation functions win over the C library's, for the
// Swift runtime as well (the dynamic linker searches the program first). Each counts and passes on
// to glibc's internal name of the same function; `free` stays glibc's.

#include "CAllocationCount.h"

#include <errno.h>
#include <stddef.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// Relaxed, because threads of the runtime may allocate too and nothing orders by these.
static uint64_t blocks, octets;

static void count(size_t size) {
  __atomic_fetch_add(&blocks, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&octets, size, __ATOMIC_RELAXED);
}

struct allocation_count allocation_count_now(void) {
  return (struct allocation_count){
      __atomic_load_n(&blocks, __ATOMIC_RELAXED), __atomic_load_n(&octets, __ATOMIC_RELAXED)};
}

void *malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  count(size);
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
    return EINVAL;
  void *block = memalign(alignment, size);
  if (block == NULL) return ENOMEM;
  *result = block;
  return 0;
}
