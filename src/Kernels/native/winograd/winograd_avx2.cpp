// 16 registers of 8 floats: 12 sums, 2 vectors of weights, 1 broadcast value.
#define CK_WIDTH 8
#define CK_ROWS 6
#define CK_VECTORS 2
#define CK_NARROW_ROWS 6
#define CK_GRADIENT_ROWS 4

#include "winograd/winograd_loops.h"

namespace cluster {

void winograd_block_avx2(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch) {
    block(problem, first_tile, tiles, scratch);
}

void winograd_gradient_block_avx2(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch) {
    gradient_block(problem, first_tile, tiles, scratch);
}

}  // namespace cluster
