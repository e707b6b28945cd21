// 32 registers of 16 floats: 24 sums, 2 vectors of weights.
#define CK_WIDTH 16
#define CK_ROWS 12
#define CK_VECTORS 2
#define CK_NARROW_ROWS 12
#define CK_GRADIENT_ROWS 8

#include "winograd/winograd_loops.h"

namespace cluster {

void winograd_block_avx512(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch) {
    block(problem, first_tile, tiles, scratch);
}

void winograd_gradient_block_avx512(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch) {
    gradient_block(problem, first_tile, tiles, scratch);
}

}  // namespace cluster
