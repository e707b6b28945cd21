// Activations of a few megabytes come and go with every operator. glibc by default hands such memory back to the system and takes
// it anew, each page cleared and faulted in again: a fifth of the time of a small network. So memory of that size stays in the process.
#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>

namespace {

constexpr int mebibyte = 1 << 20;

__attribute__((constructor)) void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 * mebibyte);  // the largest that glibc takes; larger tensors are still mapped one by one
    mallopt(M_TRIM_THRESHOLD, 256 * mebibyte);
}

}  // namespace
#endif
