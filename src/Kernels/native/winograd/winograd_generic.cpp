// 16 registers of 4 floats, which every 64-bit x86 and Arm has: 8 sums, 4 vectors of weights.
#define CK_WIDTH 4
#define CK_ROWS 2
#define CK_VECTORS 4
#define CK_NARROW_ROWS 2
#define CK_GRADIENT_ROWS 2

#include "winograd/winograd_loops.h"

namespace cluster {

const WinogradKernels winograd_generic = {block<2>, block<4>, gradient_block};

}  // namespace cluster
