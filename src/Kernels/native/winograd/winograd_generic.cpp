// 16 registers of 4 floats, which every 64-bit x86 and Arm has: 8 sums, 4 vectors of weights.
#define CK_WIDTH 4
#define CK_ROWS 2
#define CK_VECTORS 4
#define CK_NARROW_ROWS 2
#define CK_GRADIENT_ROWS 2

#include "winograd/winograd_loops.h"

namespace cluster {

void winograd_block_generic(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch) {
    block(problem, first_tile, tiles, scratch);
}

void winograd_gradient_block_generic(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch) {
    gradient_block(problem, first_tile, tiles, scratch);
}

}  // namespace cluster
