// Winograd's minimal filtering F(2x2, 3x3) over a run of tiles; one copy of the code for each instruction set, no libtorch here.
// Formulas: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016 (arXiv 1509.09308), section 4.1:
// Y = A^T [sum over channels of (G g G^T) . (B^T d B)] A, d a 4x4 patch, Y the 2x2 outputs of a tile: 16 multiplications instead of 36.
#pragma once

#include <cstdint>

namespace cluster {

constexpr int64_t winograd_points = 16;           // elements of a transformed 4x4 patch
constexpr int64_t winograd_channel_multiple = 16;  // one AVX-512 vector
// Between two points of a scratch buffer: without it, powers of two put all 16 points of a tile into one set of the cache.
constexpr int64_t winograd_skew = 16;

// Tiles of a batch are numbered image by image, row by row; a tile is 2x2 outputs, cut off where a size is odd.
struct WinogradProblem {
    const float* x;        // (N, H, W, C)
    const float* weights;  // U = G g G^T as (16, C, O): what 16 products (tiles, C)(C, O) read row by row
    const float* bias;     // (O), or null
    float* y;              // (N, H, W, O)
    int64_t channels;
    int64_t outputs;
    int64_t height;
    int64_t width;
};

// Floats of scratch memory for this number of tiles: V = B^T d B as (16, tiles, C) and M as (16, tiles, O), then C zeros for the
// border. They should fit the second-level cache together with the weights.
inline int64_t winograd_scratch(const WinogradProblem& p, int64_t tiles) {
    return winograd_points * (tiles * (p.channels + p.outputs) + 2 * winograd_skew) + p.channels;
}

// An output element is one chain of multiply-adds over the channels in their order, so it does not depend on where its tile
// stands in a run. Scratch memory is aligned to 64 bytes.
using WinogradBlock = void (*)(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch);

void winograd_block_generic(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch);
void winograd_block_avx2(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch);
void winograd_block_avx512(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch);

// The gradient of the weights, from the derivative of the formula above: dU = sum over tiles of (B^T d B)^T (A dY A^T) for each point,
// dg = G^T dU G.
struct WinogradGradient {
    const float* x;   // (N, H, W, C)
    const float* dy;  // (N, H, W, O)
    float* du;        // (16, C, O), added to
    int64_t channels;
    int64_t outputs;
    int64_t height;
    int64_t width;
};

inline int64_t winograd_gradient_scratch(const WinogradGradient& p, int64_t tiles) {
    return winograd_points * (tiles * (p.channels + p.outputs) + 2 * winograd_skew) + p.channels + p.outputs;
}

using WinogradGradientBlock = void (*)(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch);

void winograd_gradient_block_generic(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch);
void winograd_gradient_block_avx2(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch);
void winograd_gradient_block_avx512(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch);

// U of weights (O, C, 3, 3), in float32: for weights that change with every call. Flipped: those of the convolution that takes dY to
// dX, (16, O, C).
void winograd_transform(const float* weights, int64_t outputs, int64_t channels, bool flipped, float* transformed);
// dg = G^T dU G, (O, C, 3, 3)
void winograd_untransform(const float* du, int64_t outputs, int64_t channels, float* gradient);

}  // namespace cluster
