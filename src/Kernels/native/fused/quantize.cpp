#include <cmath>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/round.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <omp.h>

#include "bridge/layout.h"
#include "fused/loops.h"
#include "bridge/status.h"

namespace {

using cluster::ChannelLayout;
using cluster::tensor_of;

constexpr int64_t grain = 32768;

// Scale and clipping bounds (in codes, before the zero point is added).
struct Grid {
    float scale;
    float low;
    float high;
    int32_t zero_point;
    int minimum;
    int maximum;

    Grid(float size, int32_t zero, int min, int max)
        : scale(size), low(static_cast<float>(min - zero)), high(static_cast<float>(max - zero)), zero_point(zero), minimum(min),
          maximum(max) {
        TORCH_CHECK(min < max, "the range of codes [", min, ", ", max, "] is empty");
        // Beyond 24 bits float32 does not hold every code.
        TORCH_CHECK(min >= -(1 << 24) && max <= (1 << 24), "codes of [", min, ", ", max, "] do not fit float32");
        TORCH_CHECK(std::isfinite(scale) && scale > 0, "a scale must be positive and finite but is ", scale);
        TORCH_CHECK(zero >= min && zero <= max, "the zero point ", zero, " is outside [", min, ", ", max, "]");
    }
};

// Clipped and rounded x / scale, without the zero point, by ATen operators: the way for other devices.
// The divisor is a tensor on the device: CUDA divides by a number by multiplying with its reciprocal.
at::Tensor rounded(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& low, const at::Tensor& high) {
    at::Tensor ratio = x.div(scale);
    ratio = at::where(ratio.isnan(), low, ratio);
    return at::round(at::minimum(at::maximum(ratio, low), high)).add(0.0);
}

at::Tensor along_axis(const std::vector<float>& values, const at::Tensor& x, int64_t axis) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    if (values.size() > 1) {
        shape[static_cast<size_t>(axis < 0 ? axis + x.dim() : axis)] = static_cast<int64_t>(values.size());
    }
    return at::tensor(values).to(x.device()).reshape(shape);
}

at::Tensor on_device(const at::Tensor& x, const Grid& grid, bool codes) {
    const auto scalar = [&](float value) { return at::full({}, value, x.options()); };
    at::Tensor scale = scalar(grid.scale);
    at::Tensor q = rounded(x.detach(), scale, scalar(grid.low), scalar(grid.high));
    if (!codes) {
        return q.mul(scale);
    }
    return q.add(scalar(static_cast<float>(grid.zero_point))).to(grid.minimum >= 0 ? at::kByte : at::kChar);
}

// Calls body(channel range start, memory offset, length, whether the range is one channel) over the whole tensor.
template <typename Body>
void for_each_run(const ChannelLayout& layout, Body&& body) {
    if (layout.inner == 1) {  // channels are neighbours: one run is all channels of a position
        at::parallel_for(
            0, layout.outer, std::max<int64_t>(1, grain / std::max<int64_t>(1, layout.channels)), [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; i++) {
                    body(int64_t{0}, i * layout.channels, layout.channels);
                }
            });
        return;
    }
    at::parallel_for(0, layout.outer * layout.channels, std::max<int64_t>(1, grain / std::max<int64_t>(1, layout.inner)),
        [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; i++) {
                body(i % layout.channels, i * layout.inner, layout.inner);
            }
        });
}

at::Tensor fake_quantized(const at::Tensor& tensor, const Grid& grid) {
    if (!tensor.device().is_cpu()) {
        return on_device(tensor, grid, false);
    }
    at::Tensor x = cluster::dense(tensor);
    at::Tensor y = at::empty_like(x);
    const float* source = x.data_ptr<float>();
    float* target = y.data_ptr<float>();
    omp_set_num_threads(at::get_num_threads());
    at::parallel_for(0, x.numel(), grain, [&](int64_t begin, int64_t end) {
        cluster::fake_quantize(source + begin, target + begin, end - begin, grid.scale, grid.low, grid.high);
    });
    return y;
}

at::Tensor quantized(const at::Tensor& tensor, const Grid& grid) {
    TORCH_CHECK(grid.minimum >= 0 ? grid.maximum <= 255 : grid.minimum >= -128 && grid.maximum <= 127,
                "codes of [", grid.minimum, ", ", grid.maximum, "] fit neither uint8 nor int8");
    if (!tensor.device().is_cpu()) {
        return on_device(tensor, grid, true);
    }
    at::Tensor x = cluster::dense(tensor);
    at::Tensor y = at::empty_like(x, x.options().dtype(grid.minimum >= 0 ? at::kByte : at::kChar));
    const float* source = x.data_ptr<float>();
    auto* target = static_cast<uint8_t*>(y.data_ptr());
    omp_set_num_threads(at::get_num_threads());
    at::parallel_for(0, x.numel(), grain, [&](int64_t begin, int64_t end) {
        cluster::quantize(source + begin, target + begin, end - begin, grid.scale, grid.zero_point, grid.low, grid.high);
    });
    return y;
}

void check_channels(const at::Tensor& x, int axis, int64_t channels) {
    const int64_t found = cluster::channel_layout(x, axis).channels;
    TORCH_CHECK(found == channels, "axis ", axis, " of a tensor of shape ", x.sizes(), " has ", found, " channels but ", channels,
        " scales were given");
}

at::Tensor steps(const at::Tensor& tensor, float scale) {
    TORCH_CHECK(std::isfinite(scale) && scale > 0, "a scale must be positive and finite but is ", scale);
    if (!tensor.device().is_cpu()) {
        return at::round(tensor.detach().div(at::full({}, scale, tensor.options())));
    }
    at::Tensor x = cluster::dense(tensor);
    at::Tensor y = at::empty_like(x);
    const float* source = x.data_ptr<float>();
    float* target = y.data_ptr<float>();
    omp_set_num_threads(at::get_num_threads());
    at::parallel_for(
        0, x.numel(), grain, [&](int64_t begin, int64_t end) { cluster::steps(source + begin, target + begin, end - begin, scale); });
    return y;
}

void scale_channels(const at::Tensor& tensor, const float* factors, int64_t channels, int axis) {
    at::Tensor x = tensor.detach();  // shares the memory
    if (!x.device().is_cpu() || !x.is_non_overlapping_and_dense()) {
        x.mul_(along_axis(std::vector<float>(factors, factors + channels), x, axis));
        return;
    }
    ChannelLayout layout = cluster::channel_layout(x, axis);
    float* data = x.data_ptr<float>();
    omp_set_num_threads(at::get_num_threads());
    for_each_run(layout, [&](int64_t channel, int64_t offset, int64_t length) {
        if (layout.inner == 1) {
            cluster::scale(data + offset, length, factors);
        } else {
            cluster::scale(data + offset, length, factors[channel]);
        }
    });
}

}  // namespace

using cluster::guarded;

int ck_fake_quantize(const void* x, float scale, int zero_point, int minimum, int maximum, void** result) {
    return guarded([&] { *result = new at::Tensor(fake_quantized(tensor_of(x), Grid(scale, zero_point, minimum, maximum))); });
}

int ck_quantize(const void* x, float scale, int zero_point, int minimum, int maximum, void** result) {
    return guarded([&] { *result = new at::Tensor(quantized(tensor_of(x), Grid(scale, zero_point, minimum, maximum))); });
}

int ck_steps(const void* x, float scale, void** result) {
    return guarded([&] { *result = new at::Tensor(steps(tensor_of(x), scale)); });
}

int ck_scale_channels_(void* x, const float* factors, int64_t channels, int axis) {
    return guarded([&] {
        check_channels(tensor_of(x), axis, channels);
        scale_channels(tensor_of(x), factors, channels, axis);
    });
}
