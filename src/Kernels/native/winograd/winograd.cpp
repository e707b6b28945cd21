#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/sum.h>
#include <omp.h>
#include <torch/csrc/autograd/custom_function.h>

#include "bridge/layout.h"
#include "bridge/status.h"
#include "winograd/winograd_block.h"

namespace {

using cluster::tensor_of;
using cluster::WinogradProblem;

// Weights are read once for so many tiles: few enough for the second-level cache, until the weights are so many that it is
// their way from memory that counts. Multiples of every number of tiles that a product keeps in registers.
int64_t tiles_of_block(const WinogradProblem& problem, int64_t edge) {
    if (problem.channels * problem.outputs <= 256 * 256) {
        return 48;
    }
    return edge == 2 ? 144 : 72;
}

int64_t tiles_of(const at::Tensor& x, int64_t edge) {
    return x.size(0) * ((x.size(2) + edge - 1) / edge) * ((x.size(3) + edge - 1) / edge);
}

const cluster::WinogradKernels& fastest() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return cluster::winograd_avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return cluster::winograd_avx2;
    }
#endif
    return cluster::winograd_generic;
}

// Kept by the thread between calls.
class Scratch {
public:
    float* of(int64_t floats) {
        if (floats > size_) {
            size_ = (floats + 15) / 16 * 16;
            memory_.reset(static_cast<float*>(std::aligned_alloc(64, static_cast<size_t>(size_) * sizeof(float))));
            if (memory_ == nullptr) {
                size_ = 0;
                throw std::bad_alloc();
            }
        }
        return memory_.get();
    }

private:
    struct Free {
        void operator()(float* memory) const { std::free(memory); }
    };

    std::unique_ptr<float, Free> memory_;
    int64_t size_ = 0;
};

void check_edge(int64_t edge) { TORCH_CHECK(edge == 2 || edge == 4, "tiles of 2x2 or 4x4 were expected, ", edge, " was given"); }

void check_channels(int64_t inputs, int64_t outputs) {
    constexpr int64_t multiple = cluster::winograd_channel_multiple;
    TORCH_CHECK(inputs > 0 && inputs % multiple == 0 && outputs > 0 && outputs % multiple == 0,
                "channels in multiples of ", multiple, " were expected, ", inputs, " inputs and ", outputs, " outputs were given");
}

at::Tensor convolved(
    const at::Tensor& tensor, int64_t edge, int64_t channels, const float* weights, const float* bias, int64_t outputs) {
    static const cluster::WinogradKernels& kernels = fastest();
    const cluster::WinogradBlock block = edge == 2 ? kernels.two : kernels.four;
    TORCH_CHECK(tensor.device().is_cpu(), "the Winograd convolution runs on the CPU, its input is on ", tensor.device().str());
    TORCH_CHECK(tensor.dim() == 4 && tensor.size(1) == channels, "an input (N, ", channels, ", H, W) was expected, one of shape ",
        tensor.sizes(), " was given");
    at::Tensor x = tensor.detach().contiguous(at::MemoryFormat::ChannelsLast);
    at::Tensor y = at::empty({x.size(0), outputs, x.size(2), x.size(3)}, x.options().memory_format(at::MemoryFormat::ChannelsLast));
    if (y.numel() == 0) {
        return y;
    }
    const WinogradProblem problem{x.data_ptr<float>(), weights, bias, y.data_ptr<float>(), x.size(1), outputs, x.size(2), x.size(3)};
    const int64_t step = tiles_of_block(problem, edge);
    const int64_t tiles = tiles_of(x, edge);
    omp_set_num_threads(at::get_num_threads());
    at::parallel_for(0, (tiles + step - 1) / step, 1, [&](int64_t begin, int64_t end) {
        static thread_local Scratch scratch;
        float* const memory = scratch.of(cluster::winograd_scratch(problem, edge, step));
        for (int64_t i = begin; i < end; i++) {
            const int64_t first = i * step;
            block(problem, first, std::min(step, tiles - first), memory);
        }
    });
    return y;
}

// u = G g along one axis, elements `stride` apart. Tiles of 2x2: G = [1 0 0; 1/2 1/2 1/2; 1/2 -1/2 1/2; 0 0 1].
void filter_line_two(const double (&g)[3], double* u, int64_t stride) {
    u[0] = g[0];
    u[stride] = (g[0] + g[1] + g[2]) / 2;
    u[2 * stride] = (g[0] - g[1] + g[2]) / 2;
    u[3 * stride] = g[2];
}

// Tiles of 4x4: G = [1/4 0 0; -1/6 -1/6 -1/6; -1/6 1/6 -1/6; 1/24 1/12 1/6; 1/24 -1/12 1/6; 0 0 1].
void filter_line_four(const double (&g)[3], double* u, int64_t stride) {
    u[0] = g[0] / 4;
    u[stride] = -(g[0] + g[1] + g[2]) / 6;
    u[2 * stride] = -(g[0] - g[1] + g[2]) / 6;
    u[3 * stride] = (g[0] + 2 * g[1] + 4 * g[2]) / 24;
    u[4 * stride] = (g[0] - 2 * g[1] + 4 * g[2]) / 24;
    u[5 * stride] = g[2];
}

// U = G g G^T in double: only the rounding to float32 is left.
void transform_weights(const float* g, int64_t edge, int64_t outputs, int64_t channels, float* transformed) {
    const auto along = edge == 2 ? filter_line_two : filter_line_four;
    const int64_t side = edge + 2;
    for (int64_t o = 0; o < outputs; o++) {
        for (int64_t c = 0; c < channels; c++, g += 9) {
            double rows[3 * 6];  // (3, side)
            for (int64_t i = 0; i < 3; i++) {
                along({g[3 * i], g[3 * i + 1], g[3 * i + 2]}, rows + side * i, 1);
            }
            double u[6 * 6];  // (side, side)
            for (int64_t j = 0; j < side; j++) {
                along({rows[j], rows[side + j], rows[2 * side + j]}, u + j, side);
            }
            for (int64_t point = 0; point < cluster::winograd_points(edge); point++) {
                transformed[(point * channels + c) * outputs + o] = static_cast<float>(u[point]);
            }
        }
    }
}

float* transformed_scratch(const at::Tensor& weight, bool flipped) {
    static thread_local Scratch scratch;
    float* const u = scratch.of(cluster::winograd_points(2) * weight.size(0) * weight.size(1));
    cluster::winograd_transform(weight.data_ptr<float>(), weight.size(0), weight.size(1), flipped, u);
    return u;
}

// On the calling thread alone: a sum over all tiles in their order.
at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& dy, int64_t outputs, int64_t channels) {
    static const cluster::WinogradGradientBlock block = fastest().gradient;
    static thread_local Scratch scratch, sums;
    constexpr int64_t tiles_of_gradient_block = 48;
    const int64_t floats = cluster::winograd_points(2) * channels * outputs;
    float* const du = sums.of(floats);
    std::fill(du, du + floats, 0.0f);
    const cluster::WinogradGradient problem{x.data_ptr<float>(), dy.data_ptr<float>(), du, channels, outputs, x.size(2), x.size(3)};
    const int64_t tiles = tiles_of(x, 2);
    float* const memory = scratch.of(cluster::winograd_gradient_scratch(problem, tiles_of_gradient_block));
    for (int64_t first = 0; first < tiles; first += tiles_of_gradient_block) {
        block(problem, first, std::min(tiles_of_gradient_block, tiles - first), memory);
    }
    at::Tensor gradient = at::empty({outputs, channels, 3, 3}, x.options().memory_format(c10::nullopt));
    cluster::winograd_untransform(du, outputs, channels, gradient.data_ptr<float>());
    return gradient;
}

struct WinogradConvolution : torch::autograd::Function<WinogradConvolution> {
    static at::Tensor forward(
        torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
        const at::Tensor input = x.contiguous(at::MemoryFormat::ChannelsLast);
        context->save_for_backward({input, weight});
        context->saved_data["bias"] = bias.has_value();
        return convolved(input, 2, weight.size(1), transformed_scratch(weight, false), bias.has_value() ? bias->data_ptr<float>() : nullptr,
            weight.size(0));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &weight = saved[1];
        const at::Tensor dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
        at::Tensor dx, dw, db;
        if (context->needs_input_grad(0)) {
            dx = convolved(dy, 2, weight.size(0), transformed_scratch(weight, true), nullptr, weight.size(1));
        }
        if (context->needs_input_grad(1)) {
            dw = weight_gradient(x, dy, weight.size(0), weight.size(1));
        }
        // An absent bias has no place among the inputs that autograd counts.
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) {
            db = dy.sum({0, 2, 3});
        }
        return {dx, dw, db};
    }
};

}  // namespace

using cluster::guarded;

int ck_winograd_conv(const void* x, const void* weight, const void* bias, void** result) {
    return guarded([&] {
        const at::Tensor &input = tensor_of(x), &w = tensor_of(weight);
        TORCH_CHECK(w.dim() == 4 && w.size(2) == 3 && w.size(3) == 3 && w.is_contiguous(),
            "contiguous weights (O, C, 3, 3) were expected, a tensor of shape ", w.sizes(), " was given");
        TORCH_CHECK(input.numel() > 0, "an image was expected, a tensor of shape ", input.sizes(), " was given");
        check_channels(w.size(1), w.size(0));
        c10::optional<at::Tensor> added;
        if (bias != nullptr) {
            added = tensor_of(bias);
            TORCH_CHECK(added->numel() == w.size(0) && added->is_contiguous(), "a bias of ", w.size(0),
                " numbers was expected, a tensor of shape ", added->sizes(), " was given");
        }
        *result = new at::Tensor(WinogradConvolution::apply(input, w, added));
    });
}

int ck_winograd_weights(const float* weights, int64_t edge, int64_t out_channels, int64_t in_channels, float* transformed) {
    return guarded([&] {
        check_edge(edge);
        check_channels(in_channels, out_channels);
        transform_weights(weights, edge, out_channels, in_channels, transformed);
    });
}

int ck_winograd_3x3(const void* x, int64_t edge, int64_t in_channels, const float* transformed_weights, const float* bias,
    int64_t out_channels, void** result) {
    return guarded([&] {
        check_edge(edge);
        check_channels(in_channels, out_channels);
        *result = new at::Tensor(convolved(tensor_of(x), edge, in_channels, transformed_weights, bias, out_channels));
    });
}
