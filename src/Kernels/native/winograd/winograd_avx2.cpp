// 16 registers of 8 floats: 12 sums, 2 vectors of weights, 1 broadcast value.
#define CK_WIDTH 8
#define CK_ROWS 6
#define CK_VECTORS 2
#define CK_NARROW_ROWS 6
#define CK_GRADIENT_ROWS 4

#include "winograd/winograd_loops.h"

namespace cluster {

const WinogradKernels winograd_avx2 = {block<2>, block<4>, gradient_block};

}  // namespace cluster
