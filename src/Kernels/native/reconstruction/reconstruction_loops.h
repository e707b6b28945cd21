// Plain loops of reconstruction over float32 memory, compiled for several instruction sets as in loops.h. No libtorch here.
#pragma once

#include <cstdint>

namespace cluster {

// How a sum is divided, on the CPU and on a device, for any number of threads: float32 within a lane of a piece, its elements in their
// order; double over the lanes and pieces of a grain, in theirs; then over the grains.
namespace sums {
constexpr int width = 16;         // lanes: element i of a piece belongs to lane i % width
constexpr int64_t piece = 2048;   // so few that a float32 sum of them is good
constexpr int64_t grain = 32768;  // a multiple of a piece
}  // namespace sums

// Which elements are quantized in this iteration: the one at `position` is, where hash(position, seed) < threshold.
struct DropMask {
    uint32_t seed;
    uint32_t threshold;
    bool all;  // every element is quantized
};

// The grid of an activation: codes minus the zero point, low..high.
struct ScaleGrid {
    float scale;
    float low;
    float high;
    bool relu;  // the activation function before the quantizer, max(x, 0), is part of it
};

// One weight's rounding; every array has one entry an element.
struct RoundingArrays {
    const float* floors;  // floor(w / s)
    const float* scales;
    const float* lows;    // smallest code
    const float* highs;   // largest code
    float* v;             // the variables
    float* m;             // Adam's first moment
    float* s;             // Adam's second moment
    float* weights;       // s * clamp(floor + h(v), low, high)
};

struct RoundingRates {
    float rate;          // learning rate / (1 - beta1^t)
    float root;          // 1 / sqrt(1 - beta2^t)
    float lambda;        // weight of the round loss; 0 during warm-up
    float beta;          // its exponent
};

// What Adam's moments are divided by in iteration t: 1 - beta1^t and 1 - beta2^t.
struct AdamCorrections {
    double first;
    double second;
};

// Of one iteration of Adam on activation scales.
struct ScaleRates {
    double rate;
    AdamCorrections corrections;
    double smallest;
};

void soft_round(const float* floors, const float* scales, const float* lows, const float* highs, const float* v, float* weights, int64_t n);
// One iteration of Adam on v along gradient (of the weights), and the weights that follow.
void rounding_iteration(const RoundingArrays& a, const float* gradient, const RoundingRates& rates, int64_t n);

// One iteration of Adam on activation scales, in double.
void scale_iteration(float* scales, double* first, double* second, const double* gradients, const ScaleRates& rates, int64_t n);

void lsq_forward(const float* x, float* y, int64_t n, const ScaleGrid& grid, const DropMask& mask, uint32_t position);
// dx = gradient where low < x / scale < high, else 0; and the sum of gradient * dy/dscale
double lsq_backward(
    const float* x, const float* gradient, float* dx, int64_t n, const ScaleGrid& grid, const DropMask& mask, uint32_t position);

// Elements that the mask quantizes come from `quantized`, the others from `exact`.
void mix(const float* quantized, const float* exact, float* target, int64_t n, const DropMask& mask, uint32_t position);

// sum(weight * |a - b|^p) and its derivative with respect to a times `factor`; weights may be null
double power_loss(const float* a, const float* b, const float* weights, float* gradient, int64_t n, float p, float factor);

}  // namespace cluster
