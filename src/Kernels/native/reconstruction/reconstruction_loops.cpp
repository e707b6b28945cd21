#include "reconstruction/reconstruction_loops.h"

#include <algorithm>
#include <cmath>

#include "reconstruction/elements.h"
#include "reconstruction/adam.h"

#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__)
#define CK_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CK_CLONES
#endif

namespace cluster {

using namespace sums;

CK_CLONES void soft_round(
    const float* floors, const float* scales, const float* lows, const float* highs, const float* v, float* weights, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        weights[i] = scales[i] * clamped(floors[i] + rectified(v[i]).h, lows[i], highs[i]);
    }
}

CK_CLONES void rounding_iteration(const RoundingArrays& a, const float* gradient, const RoundingRates& rates, int64_t n) {
    const float *const floors = a.floors, *const scales = a.scales, *const lows = a.lows, *const highs = a.highs;
    float *const v = a.v, *const m = a.m, *const s = a.s, *const weights = a.weights;
    const float rate = rates.rate, root = rates.root, lambda = rates.lambda, beta = rates.beta;
    const bool regularized = lambda > 0.0f;
    // Two loops rather than a question an element: in the first fifth of the iterations there is no round loss.
    if (regularized) {
#pragma GCC ivdep
        for (int64_t i = 0; i < n; i++) {
            const Soft soft = rectified(v[i]);
            const float code = floors[i] + soft.h;
            float power;
            float g = clamped(code, lows[i], highs[i]) == code ? gradient[i] * scales[i] : 0.0f;
            g = (g + regularizer(soft.h, lambda, beta, &power)) * soft.dh;
            adam_moments(m[i], s[i], g);
            v[i] -= adam_change(m[i], s[i], rate, root);
            weights[i] = scales[i] * clamped(floors[i] + rectified(v[i]).h, lows[i], highs[i]);
        }
        return;
    }
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) {
        const Soft soft = rectified(v[i]);
        const float code = floors[i] + soft.h;
        const float g = clamped(code, lows[i], highs[i]) == code ? gradient[i] * scales[i] * soft.dh : 0.0f;
        adam_moments(m[i], s[i], g);
        v[i] -= adam_change(m[i], s[i], rate, root);
        weights[i] = scales[i] * clamped(floors[i] + rectified(v[i]).h, lows[i], highs[i]);
    }
}

void scale_iteration(float* scales, double* first, double* second, const double* gradients, const ScaleRates& rates, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        scales[i] = moved_scale(scales[i], first[i], second[i], gradients[i], rates);
    }
}

CK_CLONES void lsq_forward(const float* x, float* y, int64_t n, const ScaleGrid& grid, const DropMask& mask, uint32_t position) {
    const float scale = grid.scale, low = grid.low, high = grid.high;
    const float floor = grid.relu ? 0.0f : -INFINITY;
    if (mask.all) {
        for (int64_t i = 0; i < n; i++) {
            const float value = x[i] > floor ? x[i] : floor;
            y[i] = (rintf(clamped(value / scale, low, high)) + 0.0f) * scale;
        }
        return;
    }
    const uint32_t seed = mask.seed, threshold = mask.threshold;
    for (int64_t i = 0; i < n; i++) {
        const float value = x[i] > floor ? x[i] : floor;
        const float quantized = (rintf(clamped(value / scale, low, high)) + 0.0f) * scale;
        y[i] = hash(static_cast<uint32_t>(position + i) ^ seed) < threshold ? quantized : value;
    }
}

CK_CLONES double lsq_backward(
    const float* x, const float* gradient, float* dx, int64_t n, const ScaleGrid& grid, const DropMask& mask, uint32_t position) {
    const float scale = grid.scale, low = grid.low, high = grid.high;
    const float floor = grid.relu ? 0.0f : -INFINITY;
    const uint32_t seed = mask.seed, threshold = mask.threshold;
    const bool all = mask.all;
    double total = 0;
    for (int64_t start = 0; start < n; start += piece) {
        const int64_t size = std::min(n - start, piece);
        float sums[width] = {};
        auto see = [&](int64_t i, int j) {
            const bool alive = x[i] > floor;
            const float value = alive ? x[i] : floor;
            const float code = value / scale;
            const float nearest = rintf(code);
            // As LSQ has it: inside is what lies between the ends before it is rounded.
            const bool below = code <= low, above = code >= high;
            const bool quantized = all | (hash(static_cast<uint32_t>(position + i) ^ seed) < threshold);
            const float g = gradient[i];
            const bool passes = alive & !(quantized & (below | above));
            dx[i] = passes ? g : 0.0f;
            const float slope = below ? low : above ? high : nearest - code;
            sums[j] += quantized ? g * slope : 0.0f;
        };
        int64_t i = start;
        for (; i + width <= start + size; i += width) {
            for (int j = 0; j < width; j++) {
                see(i + j, j);
            }
        }
        for (int j = 0; i < start + size; i++, j++) {
            see(i, j);
        }
        for (float sum : sums) {
            total += sum;
        }
    }
    return total;
}

CK_CLONES void mix(const float* quantized, const float* exact, float* target, int64_t n, const DropMask& mask, uint32_t position) {
    const uint32_t seed = mask.seed, threshold = mask.threshold;
    for (int64_t i = 0; i < n; i++) {
        const float q = quantized[i], e = exact[i];
        target[i] = hash(static_cast<uint32_t>(position + i) ^ seed) < threshold ? q : e;
    }
}

CK_CLONES double power_loss(const float* a, const float* b, const float* weights, float* gradient, int64_t n, float p, float factor) {
    double total = 0;
    const bool square = p == 2.0f;
    for (int64_t start = 0; start < n; start += piece) {
        const int64_t size = std::min(n - start, piece);
        float sums[width] = {};
        auto squared = [&](int64_t i, int j) {
            const float d = a[i] - b[i];
            gradient[i] = 2.0f * factor * d;
            sums[j] += d * d;
        };
        auto weighted = [&](int64_t i, int j) {
            const float d = a[i] - b[i];
            const float w = weights[i];
            gradient[i] = 2.0f * factor * w * d;
            sums[j] += w * d * d;
        };
        auto general = [&](int64_t i, int j) {
            const float d = a[i] - b[i];
            const float magnitude = std::fabs(d);
            const float lower = exponential((p - 1.0f) * logarithm(magnitude));
            const float slope = p * factor * lower;
            gradient[i] = d > 0.0f ? slope : d < 0.0f ? -slope : 0.0f;
            sums[j] += lower * magnitude;
        };
        auto run = [&](auto&& body) {
            int64_t i = start;
            for (; i + width <= start + size; i += width) {
                for (int j = 0; j < width; j++) {
                    body(i + j, j);
                }
            }
            for (int j = 0; i < start + size; i++, j++) {
                body(i, j);
            }
        };
        if (!square) {
            run(general);
        } else if (weights == nullptr) {
            run(squared);
        } else {
            run(weighted);
        }
        for (float sum : sums) {
            total += sum;
        }
    }
    return total;
}

}  // namespace cluster
