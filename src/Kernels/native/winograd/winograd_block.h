// Winograd's minimal filtering F(2x2, 3x3) and F(4x4, 3x3) over a run of tiles; one copy of the code for each instruction set, no
// libtorch here. Formulas: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016 (arXiv 1509.09308),
// sections 4.1 and 4.2: Y = A^T [sum over channels of (G g G^T) . (B^T d B)] A, Y the e x e outputs of a tile, d a patch of e + 2 by e + 2.
// For e = 2 that is 16 multiplications instead of 36; for e = 4 it is 36 instead of 144, with about ten times the rounding error.
#pragma once

#include <cstdint>

namespace cluster {

constexpr int64_t winograd_channel_multiple = 16;  // one AVX-512 vector
// Between two points of a scratch buffer: without it, powers of two put all points of a tile into one set of the cache.
constexpr int64_t winograd_skew = 16;

// Elements of a transformed patch; `edge` is that of a tile, 2 or 4.
constexpr int64_t winograd_points(int64_t edge) { return (edge + 2) * (edge + 2); }

// Tiles of a batch are numbered image by image, row by row; a tile is edge x edge outputs, cut off where the image ends.
struct WinogradProblem {
    const float* x;        // (N, H, W, C)
    const float* weights;  // U = G g G^T as (points, C, O): what as many products (tiles, C)(C, O) read row by row
    const float* bias;     // (O), or null
    float* y;              // (N, H, W, O)
    int64_t channels;
    int64_t outputs;
    int64_t height;
    int64_t width;
};

// Floats of scratch memory for this number of tiles: V = B^T d B as (points, tiles, C) and M as (points, tiles, O), then C zeros for
// the border. They should fit the second-level cache together with the weights.
constexpr int64_t winograd_scratch(const WinogradProblem& p, int64_t edge, int64_t tiles) {
    return winograd_points(edge) * (tiles * (p.channels + p.outputs) + 2 * winograd_skew) + p.channels;
}

// An output element is one chain of multiply-adds over the channels in their order, so it does not depend on where its tile
// stands in a run. Scratch memory is aligned to 64 bytes.
using WinogradBlock = void (*)(const WinogradProblem& problem, int64_t first_tile, int64_t tiles, float* scratch);

// The gradient of the weights, from the derivative of the formula above: dU = sum over tiles of (B^T d B)^T (A dY A^T) for each point,
// dg = G^T dU G. Tiles of 2x2.
struct WinogradGradient {
    const float* x;   // (N, H, W, C)
    const float* dy;  // (N, H, W, O)
    float* du;        // (16, C, O), added to
    int64_t channels;
    int64_t outputs;
    int64_t height;
    int64_t width;
};

constexpr int64_t winograd_gradient_scratch(const WinogradGradient& p, int64_t tiles) {
    return winograd_points(2) * (tiles * (p.channels + p.outputs) + 2 * winograd_skew) + p.channels + p.outputs;
}

using WinogradGradientBlock = void (*)(const WinogradGradient& problem, int64_t first_tile, int64_t tiles, float* scratch);

struct WinogradKernels {
    WinogradBlock two;   // tiles of 2x2
    WinogradBlock four;  // tiles of 4x4
    WinogradGradientBlock gradient;
};

extern const WinogradKernels winograd_generic;
extern const WinogradKernels winograd_avx2;
extern const WinogradKernels winograd_avx512;

// U of weights (O, C, 3, 3) for tiles of 2x2, in float32: for weights that change with every call. Flipped: those of the convolution
// that takes dY to dX, (16, O, C).
void winograd_transform(const float* weights, int64_t outputs, int64_t channels, bool flipped, float* transformed);
// dg = G^T dU G, (O, C, 3, 3)
void winograd_untransform(const float* du, int64_t outputs, int64_t channels, float* gradient);

}  // namespace cluster
