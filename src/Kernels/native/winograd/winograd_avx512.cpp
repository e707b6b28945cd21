// 32 registers of 16 floats: 24 sums, 2 vectors of weights.
#define CK_WIDTH 16
#define CK_ROWS 12
#define CK_VECTORS 2
#define CK_NARROW_ROWS 12
#define CK_GRADIENT_ROWS 8

#include "winograd/winograd_loops.h"

namespace cluster {

const WinogradKernels winograd_avx512 = {block<2>, block<4>, gradient_block};

}  // namespace cluster
