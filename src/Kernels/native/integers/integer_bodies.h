// What one thread does before and after an integer product: a code of a patch, an output of a whole number.
#pragma once

#include "device/device_loops.h"
#include "fused/elements.h"

namespace cluster {
namespace {

// A NaN has the lowest code, as in a quantizer.
CK_HD inline int8_t code_of(float x, const CodeGrid& grid) {
    const float code = rintf(x / grid.scale) + grid.zero_point;
    return static_cast<int8_t>(!(code > -128.0f) ? -128.0f : code < 127.0f ? code : 127.0f);
}

CK_HD inline int8_t code_of(int8_t code, const CodeGrid&) { return code; }

template <typename Element>
struct PatchBody {
    const Element* x;
    int8_t* rows;
    PatchShape shape;
    CodeGrid grid;

    CK_HD void operator()(int64_t i) const {
        const int64_t row = i / shape.depth, place = i % shape.depth;
        const int64_t tap = place / shape.channels, channel = place % shape.channels;
        if (tap >= shape.kernel_height * shape.kernel_width) {
            rows[i] = 0;
            return;
        }
        const int64_t pixels = shape.out_height * shape.out_width;
        const int64_t image = row / pixels, pixel = row % pixels;
        const int64_t y = pixel / shape.out_width * shape.stride_height - shape.top + tap / shape.kernel_width * shape.dilation_height;
        const int64_t across = pixel % shape.out_width * shape.stride_width - shape.left + tap % shape.kernel_width * shape.dilation_width;
        const bool inside = y >= 0 && y < shape.height && across >= 0 && across < shape.width;
        rows[i] = inside ? code_of(x[((image * shape.height + y) * shape.width + across) * shape.channels + channel], grid)
                         : static_cast<int8_t>(grid.zero_point);
    }
};

// Adding +0 turns a rounded -0 into the +0 that a code stands for.
CK_HD inline float rounded(float steps, const StepGrid& grid) {
    const float clipped = steps > grid.low ? (steps < grid.high ? steps : grid.high) : grid.low;
    return rintf(clipped) + 0.0f;
}

// Output is float: real numbers; or int8_t: codes.
template <typename Output>
struct OutputBody {
    const int32_t* sums;
    Output* y;
    OutputGrid grid;

    CK_HD void operator()(int64_t i) const {
        const int64_t row = i / grid.channels, channel = i % grid.channels;
        const float value = static_cast<float>(sums[row * grid.row + channel] + grid.offsets[channel]) * grid.factors[channel];
        const bool has_pair = grid.pair.scale != 0.0f;
        const float own = has_pair ? rounded(value, grid.pair) : value;
        const SumGrid& sum = grid.sum;
        if (sum.reals == nullptr && sum.codes == nullptr) {
            store(i, own, has_pair ? grid.pair.scale : 0.0f);
            return;
        }
        const float addend =
            sum.codes != nullptr ? (static_cast<float>(sum.codes[i]) - sum.grid.zero_point) * sum.grid.scale : sum.reals[i];
        float total = (has_pair ? own * grid.pair.scale : own) + addend;
        total = total < sum.floor ? sum.floor : total;
        total = total > sum.ceiling ? sum.ceiling : total;
        store(i, sum.pair.scale != 0.0f ? rounded(total / sum.pair.scale, sum.pair) : total, sum.pair.scale);
    }

private:
    // Of steps of this scale; of a real number where it is 0.
    CK_HD void store(int64_t i, float value, float scale) const {
        if constexpr (sizeof(Output) == 1) {
            y[i] = static_cast<Output>(value + grid.written);
        } else {
            y[i] = scale != 0.0f ? value * scale : value;
        }
    }
};

}  // namespace
}  // namespace cluster
