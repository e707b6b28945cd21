// What one thread of a device's kernel does, and which kernels make up a loop. The launcher is a parameter: CUDA (device_loops.cu) or a
// plain loop over blocks and threads (device_emulation.cpp).
#pragma once

#include "device/device_loops.h"
#include "reconstruction/elements.h"
#include "integers/integer_bodies.h"
#include "reconstruction/adam.h"

namespace cluster {
namespace {

constexpr int block_threads = 256;

// The fences within a block, as (thread, memory shared by the block): first `fill` by all threads, then `finish` by all threads.
// One block sums one piece: all threads compute, so that memory is read in order, then one thread a lane adds up.
template <typename Body>
struct PieceSums {
    using Shared = float;
    static constexpr int shared = static_cast<int>(sums::piece);

    Body body;
    int64_t n;
    float* lanes;

    CK_HD int64_t size(int64_t piece) const {
        const int64_t left = n - piece * sums::piece;
        return left < sums::piece ? left : sums::piece;
    }

    CK_HD void fill(int64_t piece, int thread, float* values) const {
        const int64_t elements = size(piece);
        for (int64_t i = thread; i < elements; i += block_threads) {
            values[i] = body(piece * sums::piece + i);
        }
    }

    CK_HD void finish(int64_t piece, int thread, const float* values) const {
        if (thread < sums::width) {
            const int64_t elements = size(piece);
            float sum = 0.0f;
            for (int64_t i = thread; i < elements; i += sums::width) {
                sum += values[i];
            }
            lanes[piece * sums::width + thread] = sum;
        }
    }
};

// One block adds up what PieceSums left, each grain by one thread, then the grains by one.
struct GrainSums {
    using Shared = double;
    static constexpr int shared = 1;

    const float* lanes;
    double* grains;
    int64_t count;   // lanes in all
    int64_t grain;   // lanes of a grain
    int64_t groups;  // grains
    double factor;
    float* single;  // either may be null
    double* exact;

    CK_HD void fill(int64_t, int thread, double*) const {
        for (int64_t g = thread; g < groups; g += block_threads) {
            const int64_t begin = g * grain, end = begin + grain < count ? begin + grain : count;
            double total = 0.0;
            for (int64_t i = begin; i < end; i++) {
                total += lanes[i];
            }
            grains[g] = total;
        }
    }

    CK_HD void finish(int64_t, int thread, const double*) const {
        if (thread != 0) {
            return;
        }
        double total = 0.0;
        for (int64_t g = 0; g < groups; g++) {
            total += grains[g];
        }
        total *= factor;
        if (single != nullptr) {
            *single = static_cast<float>(total);
        }
        if (exact != nullptr) {
            *exact = total;
        }
    }
};

CK_HD inline bool usable(float scale) { return scale > 0.0f && scale < INFINITY; }

struct LsqForward {
    const float* x;
    float* y;
    DeviceGrid grid;
    DropMask mask;
    uint32_t position;

    CK_HD void operator()(int64_t i) const {
        const float scale = *grid.scale;
        const float floor = grid.relu ? 0.0f : -INFINITY;
        const float value = x[i] > floor ? x[i] : floor;
        const float quantized = (rintf(clamped(value / scale, grid.low, grid.high)) + 0.0f) * scale;
        const float seen = mask.all || drawn(static_cast<uint32_t>(position + i), mask.seed, mask.threshold) ? quantized : value;
        y[i] = usable(scale) ? seen : NAN;
    }
};

struct LsqBackward {
    const float* x;
    const float* gradient;
    float* dx;
    DeviceGrid grid;
    DropMask mask;
    uint32_t position;

    CK_HD float operator()(int64_t i) const {
        const float scale = *grid.scale;
        const float floor = grid.relu ? 0.0f : -INFINITY;
        const bool alive = x[i] > floor;
        const float value = alive ? x[i] : floor;
        const float code = value / scale;
        const bool below = code <= grid.low, above = code >= grid.high;
        const bool quantized = mask.all || drawn(static_cast<uint32_t>(position + i), mask.seed, mask.threshold);
        const float g = gradient[i];
        dx[i] = alive && !(quantized && (below || above)) ? g : 0.0f;
        const float slope = below ? grid.low : above ? grid.high : rintf(code) - code;
        return quantized ? g * slope : 0.0f;
    }
};

struct ChannelForward {
    const float* w;
    float* y;
    ChannelGrid grid;

    CK_HD void operator()(int64_t i) const {
        const int64_t channel = i / grid.inner % grid.channels;
        const float scale = grid.scales[channel];
        y[i] = usable(scale) ? (rintf(clamped(w[i] / scale, grid.lows[channel], grid.highs[channel])) + 0.0f) * scale : NAN;
    }
};

// One block a channel; a thread takes every 256th element, and one adds up.
struct ChannelBackward {
    using Shared = double;
    static constexpr int shared = block_threads;

    const float* w;
    const float* gradient;
    float* dw;
    float* ds;
    int64_t n;
    ChannelGrid grid;
    double gradient_scale;

    CK_HD void fill(int64_t channel, int thread, double* parts) const {
        const float scale = grid.scales[channel], low = grid.lows[channel], high = grid.highs[channel];
        const int64_t elements = n / grid.channels;
        double sum = 0.0;
        for (int64_t e = thread; e < elements; e += block_threads) {
            const int64_t i = (e / grid.inner * grid.channels + channel) * grid.inner + e % grid.inner;
            const float code = w[i] / scale, g = gradient[i];
            const bool inside = code >= low && code <= high;
            dw[i] = inside ? g : 0.0f;
            sum += g * (inside ? rintf(code) - code : code < low ? low : high);
        }
        parts[thread] = sum;
    }

    CK_HD void finish(int64_t channel, int thread, const double* parts) const {
        if (thread == 0) {
            double total = 0.0;
            for (int i = 0; i < block_threads; i++) {
                total += parts[i];
            }
            ds[channel] = static_cast<float>(total * gradient_scale);
        }
    }
};

struct SquaredLoss {
    const float* a;
    const float* b;
    const float* weights;
    float* gradient;
    float factor;

    CK_HD float operator()(int64_t i) const {
        const float d = a[i] - b[i];
        if (weights == nullptr) {
            gradient[i] = 2.0f * factor * d;
            return d * d;
        }
        const float w = weights[i];
        gradient[i] = 2.0f * factor * w * d;
        return w * d * d;
    }
};

struct PowerLossBody {
    const float* a;
    const float* b;
    float* gradient;
    float p;
    float factor;

    CK_HD float operator()(int64_t i) const {
        const float d = a[i] - b[i];
        const float magnitude = fabsf(d);
        const float lower = exponential((p - 1.0f) * logarithm(magnitude));
        const float slope = p * factor * lower;
        gradient[i] = d > 0.0f ? slope : d < 0.0f ? -slope : 0.0f;
        return lower * magnitude;
    }
};

struct Gather {
    const float* quantized;
    const float* exact;  // may be null
    const int64_t* rows;
    int64_t elements;
    DropMask mask;
    float* target;

    CK_HD void operator()(int64_t i) const {
        const int64_t from = rows[i / elements] * elements + i % elements;
        target[i] =
            exact == nullptr || mask.all || drawn(static_cast<uint32_t>(i), mask.seed, mask.threshold) ? quantized[from] : exact[from];
    }
};

struct SoftRound {
    const float *floors, *scales, *lows, *highs, *v;
    float* weights;

    CK_HD void operator()(int64_t i) const { weights[i] = scales[i] * clamped(floors[i] + rectified(v[i]).h, lows[i], highs[i]); }
};

struct RoundingIteration {
    RoundingArrays a;
    const float* gradient;
    RoundingRates rates;

    CK_HD void operator()(int64_t i) const {
        const Soft soft = rectified(a.v[i]);
        const float code = a.floors[i] + soft.h;
        const bool passes = clamped(code, a.lows[i], a.highs[i]) == code;
        float g;
        if (rates.lambda > 0.0f) {
            float power;
            g = passes ? gradient[i] * a.scales[i] : 0.0f;
            g = (g + regularizer(soft.h, rates.lambda, rates.beta, &power)) * soft.dh;
        } else {
            g = passes ? gradient[i] * a.scales[i] * soft.dh : 0.0f;
        }
        adam_moments(a.m[i], a.s[i], g);
        a.v[i] -= adam_change(a.m[i], a.s[i], rates.rate, rates.root);
        a.weights[i] = a.scales[i] * clamped(a.floors[i] + rectified(a.v[i]).h, a.lows[i], a.highs[i]);
    }
};

struct ScaleIteration {
    float* scales;
    double* first;
    double* second;
    const double* gradients;
    ScaleRates rates;

    CK_HD void operator()(int64_t i) const { scales[i] = moved_scale(scales[i], first[i], second[i], gradients[i], rates); }
};

// Launcher: each(n, body) calls body(i) for every i below n; blocks(n, body) calls body.fill and, behind a fence, body.finish for each
// block and thread of it.
template <typename Launcher>
class LaunchedLoops final : public DeviceLoops {
public:
    explicit LaunchedLoops(Launcher launcher) : launch(launcher) {}

    void patches(const float* x, int8_t* rows, const PatchShape& shape, const CodeGrid& grid) const override {
        launch.each(shape.groups * shape.filled * shape.depth, PatchBody<float>{x, rows, shape, grid});
    }

    void patches(const int8_t* x, int8_t* rows, const PatchShape& shape, const CodeGrid& grid) const override {
        launch.each(shape.groups * shape.filled * shape.depth, PatchBody<int8_t>{x, rows, shape, grid});
    }

    void codes(const float* x, int8_t* codes, int64_t n, const CodeGrid& grid) const override { launch.each(n, CodeBody{x, codes, grid}); }

    void outputs(const ProductSums& sums, float* y, int64_t n, const OutputGrid& grid) const override {
        launch.each(n, OutputBody<ProductSums, float>{sums, y, grid});
    }

    void outputs(const ProductSums& sums, int8_t* y, int64_t n, const OutputGrid& grid) const override {
        launch.each(n, OutputBody<ProductSums, int8_t>{sums, y, grid});
    }

    void outputs(const TapSums& sums, float* y, int64_t n, const OutputGrid& grid) const override {
        launch.each(n, OutputBody<TapSums, float>{sums, y, grid});
    }

    void outputs(const TapSums& sums, int8_t* y, int64_t n, const OutputGrid& grid) const override {
        launch.each(n, OutputBody<TapSums, int8_t>{sums, y, grid});
    }

    void lsq_forward(const float* x, float* y, int64_t n, const DeviceGrid& grid, const DropMask& mask, uint32_t position) const override {
        launch.each(n, LsqForward{x, y, grid, mask, position});
    }

    void lsq_backward(const float* x, const float* gradient, float* dx, float* ds, int64_t n, const DeviceGrid& grid, const DropMask& mask,
        uint32_t position, double gradient_scale, const SumSpace& space) const override {
        sum(LsqBackward{x, gradient, dx, grid, mask, position}, n, sums::grain, gradient_scale, ds, nullptr, space);
    }

    void channel_lsq_forward(const float* w, float* y, int64_t n, const ChannelGrid& grid) const override {
        launch.each(n, ChannelForward{w, y, grid});
    }

    void channel_lsq_backward(const float* w, const float* gradient, float* dw, float* ds, int64_t n, const ChannelGrid& grid,
        double gradient_scale) const override {
        launch.blocks(grid.channels, ChannelBackward{w, gradient, dw, ds, n, grid, gradient_scale});
    }

    void power_loss(const float* a, const float* b, const float* weights, float* gradient, float* loss, int64_t n, double p, double factor,
        const SumSpace& space) const override {
        const float single = static_cast<float>(factor);
        if (p == 2.0) {
            sum(SquaredLoss{a, b, weights, gradient, single}, n, sums::grain, factor, loss, nullptr, space);
        } else {
            sum(PowerLossBody{a, b, gradient, static_cast<float>(p), single}, n, sums::grain, factor, loss, nullptr, space);
        }
    }

    void gather(const float* quantized, const float* exact, const int64_t* rows, int64_t count, int64_t elements, const DropMask& mask,
        float* target) const override {
        launch.each(count * elements, Gather{quantized, exact, rows, elements, mask, target});
    }

    void soft_round(const float* floors, const float* scales, const float* lows, const float* highs, const float* v, float* weights,
        int64_t n) const override {
        launch.each(n, SoftRound{floors, scales, lows, highs, v, weights});
    }

    void rounding_iteration(const RoundingArrays& a, const float* gradient, const RoundingRates& rates, int64_t n) const override {
        launch.each(n, RoundingIteration{a, gradient, rates});
    }

    void scale_iteration(
        float* scales, double* first, double* second, const double* gradients, const ScaleRates& rates, int64_t n) const override {
        launch.each(n, ScaleIteration{scales, first, second, gradients, rates});
    }

private:
    template <typename Body>
    void sum(const Body& body, int64_t n, int64_t grain, double factor, float* single, double* exact, const SumSpace& space) const {
        launch.blocks((n + sums::piece - 1) / sums::piece, PieceSums<Body>{body, n, space.lanes});
        launch.blocks(1, GrainSums{space.lanes, space.grains, sum_lanes(n), grain / sums::piece * sums::width, (n + grain - 1) / grain,
                             factor, single, exact});
    }

    Launcher launch;
};

}  // namespace
}  // namespace cluster
