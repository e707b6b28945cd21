// What one thread does before and after an integer product: a code of a patch, an output of a whole number.
#pragma once

#include "device/device_loops.h"
#include "fused/elements.h"

namespace cluster {
namespace {

struct PatchBody {
    const float* x;
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
        const float steps =
            inside ? rintf(x[((image * shape.height + y) * shape.width + across) * shape.channels + channel] / grid.scale) : 0.0f;
        const float code = steps + grid.zero_point;
        rows[i] = static_cast<int8_t>(!(code > -128.0f) ? -128.0f
                                      : code < 127.0f   ? code
                                                        : 127.0f);  // a NaN has the lowest code, as in a quantizer
    }
};

struct OutputBody {
    const int32_t* sums;
    float* y;
    OutputGrid grid;

    CK_HD void operator()(int64_t i) const {
        const int64_t row = i / grid.channels, channel = i % grid.channels;
        const float value = static_cast<float>(sums[row * grid.row + channel] + grid.offsets[channel]) * grid.factors[channel];
        if (grid.scale == 0.0f) {
            y[i] = value;
            return;
        }
        const float clipped = value > grid.low ? (value < grid.high ? value : grid.high) : grid.low;
        y[i] = (rintf(clipped) + 0.0f) * grid.scale;
    }
};

}  // namespace
}  // namespace cluster
