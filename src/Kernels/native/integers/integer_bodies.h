// What one thread does before and after an integer product: a code of a patch, an output of a whole number.
#pragma once

#include "device/device_loops.h"
#include "reconstruction/elements.h"

namespace cluster {
namespace {

// A NaN has the lowest code, as in a quantizer.
CK_HD inline int8_t code_of(float x, const CodeGrid& grid) {
    const float code = rintf(x / grid.scale) + grid.zero_point;
    return static_cast<int8_t>(!(code > -128.0f) ? -128.0f : code < 127.0f ? code : 127.0f);
}

CK_HD inline int8_t code_of(int8_t code, const CodeGrid&) { return code; }

struct CodeBody {
    const float* x;
    int8_t* codes;
    CodeGrid grid;

    CK_HD void operator()(int64_t i) const { codes[i] = code_of(x[i], grid); }
};

// Where a group's channels of the pixel begin that an output pixel sees through a tap; -1: outside of the image.
CK_HD inline int64_t seen(const PatchShape& shape, int64_t row, int64_t tap, int64_t group) {
    const int64_t pixels = shape.out_height * shape.out_width;
    const int64_t image = row / pixels, pixel = row % pixels;
    const int64_t y = pixel / shape.out_width * shape.stride_height - shape.top + tap / shape.kernel_width * shape.dilation_height;
    const int64_t x = pixel % shape.out_width * shape.stride_width - shape.left + tap % shape.kernel_width * shape.dilation_width;
    const bool inside = y >= 0 && y < shape.height && x >= 0 && x < shape.width;
    return inside ? (((image * shape.height + y) * shape.width + x) * shape.groups + group) * shape.channels : -1;
}

template <typename Element>
struct PatchBody {
    const Element* x;
    int8_t* rows;
    PatchShape shape;
    CodeGrid grid;

    CK_HD void operator()(int64_t i) const {
        const int64_t line = i / shape.depth, place = i % shape.depth;
        const int64_t group = line / shape.filled, row = line % shape.filled;
        const int64_t tap = place / shape.channels, channel = place % shape.channels;
        if (row >= shape.rows || tap >= shape.kernel_height * shape.kernel_width) {
            rows[i] = 0;
            return;
        }
        const int64_t from = seen(shape, row, tap, group);
        rows[i] = from < 0 ? static_cast<int8_t>(grid.zero_point) : code_of(x[from + channel], grid);
    }
};

CK_HD inline int32_t sum_of(const ProductSums& from, int64_t row, int64_t channel) {
    return from.sums[channel / from.channels * from.group + row * from.row + channel % from.channels];
}

CK_HD inline int32_t sum_of(const TapSums& from, int64_t row, int64_t channel) {
    const PatchShape& shape = from.shape;
    const int64_t group = channel / (from.outputs / shape.groups);
    const int8_t* weight = from.weights + channel;
    int32_t sum = 0;
    for (int64_t tap = 0; tap < shape.kernel_height * shape.kernel_width; tap++) {
        const int64_t begin = seen(shape, row, tap, group);
        for (int64_t input = 0; input < shape.channels; input++, weight += from.outputs) {
            sum += static_cast<int32_t>(begin < 0 ? from.zero : from.codes[begin + input]) * *weight;
        }
    }
    return sum;
}

// Adding +0 turns a rounded -0 into the +0 that a code stands for.
CK_HD inline float rounded(float steps, const StepGrid& grid) {
    const float clipped = steps > grid.low ? (steps < grid.high ? steps : grid.high) : grid.low;
    return rintf(clipped) + 0.0f;
}

// Output is float: real numbers; or int8_t: codes.
template <typename Sums, typename Output>
struct OutputBody {
    Sums sums;
    Output* y;
    OutputGrid grid;

    CK_HD void operator()(int64_t i) const {
        const int64_t row = i / grid.channels, channel = i % grid.channels;
        const float value = static_cast<float>(sum_of(sums, row, channel) + grid.offsets[channel]) * grid.factors[channel];
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
