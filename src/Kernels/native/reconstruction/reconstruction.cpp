#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <cmath>
#include <cstring>
#include <vector>
#include <omp.h>
#include <torch/csrc/autograd/custom_function.h>

#include "device/device.h"
#include "bridge/layout.h"
#include "device/reconstruction_device.h"
#include "reconstruction/reconstruction_loops.h"
#include "bridge/saved_call.h"
#include "bridge/status.h"

namespace {

using cluster::aligned;
using cluster::DropMask;
using cluster::guarded;
using cluster::packed;
using cluster::ScaleGrid;
using cluster::tensor_of;
using cluster::unpacked;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t grain = cluster::sums::grain;

void use_torch_threads() { omp_set_num_threads(at::get_num_threads()); }

DropMask mask_of(double probability, uint64_t seed) {
    TORCH_CHECK(probability >= 0 && probability <= 1, "a probability must be in [0, 1] but is ", probability);
    const uint64_t mixed = (seed ^ (seed >> 31)) * 0x7fb5d329728ea185ull;
    return {
        static_cast<uint32_t>(mixed >> 32), static_cast<uint32_t>(std::min(probability * 4294967296.0, 4294967295.0)), probability >= 1.0};
}

// A contiguous tensor beside another, of as many elements.
const at::Tensor& flat(const void* pointer, const char* name, const at::Tensor& like) {
    const at::Tensor& tensor = tensor_of(pointer);
    TORCH_CHECK(tensor.device() == like.device() && tensor.is_contiguous() && tensor.numel() == like.numel(), name,
        " must be a contiguous tensor of ", like.numel(), " elements on ", like.device().str(), ", one of shape ", tensor.sizes(), " on ",
        tensor.device().str(), " was given");
    return tensor;
}

// What backward needs of a quantizer's call.
struct LsqCall {
    ScaleGrid grid;
    DropMask mask;
    double gradient_scale;
    uint32_t position;
};

// LSQ (Esser et al., ICLR 2020) with QDrop's mask; x and scale get gradients.
struct LearnedScale : torch::autograd::Function<LearnedScale> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& scale, std::vector<int64_t> words) {
        const LsqCall call = unpacked<LsqCall>(words);
        at::Tensor x = cluster::dense(input);
        at::Tensor y = at::empty_like(x);
        const float* source = x.data_ptr<float>();
        float* target = y.data_ptr<float>();
        use_torch_threads();
        at::parallel_for(0, x.numel(), grain, [&](int64_t begin, int64_t end) {
            cluster::lsq_forward(
                source + begin, target + begin, end - begin, call.grid, call.mask, call.position + static_cast<uint32_t>(begin));
        });
        context->save_for_backward({x});
        context->saved_data["call"] = std::move(words);
        context->saved_data["shape"] = scale.sizes().vec();
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const LsqCall call = unpacked<LsqCall>(context->saved_data["call"].toIntVector());
        const at::Tensor x = context->get_saved_variables()[0];
        const at::Tensor g = aligned(gradients[0], x);
        at::Tensor dx = at::empty_like(x);
        const float *source = x.data_ptr<float>(), *incoming = g.data_ptr<float>();
        float* target = dx.data_ptr<float>();
        // Pieces of a fixed size, added up in their order: the same sum for any number of threads.
        const int64_t pieces = (x.numel() + grain - 1) / grain;
        std::vector<double> sums(static_cast<size_t>(pieces));
        use_torch_threads();
        at::parallel_for(0, pieces, 1, [&](int64_t begin, int64_t end) {
            for (int64_t piece = begin; piece < end; piece++) {
                const int64_t start = piece * grain;
                sums[static_cast<size_t>(piece)] = cluster::lsq_backward(source + start, incoming + start, target + start,
                    std::min(grain, x.numel() - start), call.grid, call.mask, call.position + static_cast<uint32_t>(start));
            }
        });
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        const at::Tensor ds = at::full(context->saved_data["shape"].toIntVector(), total * call.gradient_scale, x.options());
        return {dx, ds, at::Tensor()};
    }
};

// factor * sum(weight * |x - target|^p); its gradient is made in the same pass.
struct PowerLoss : torch::autograd::Function<PowerLoss> {
    // Constants travel in a list, which autograd does not look into; weights may be undefined, which it would not take.
    static at::Tensor forward(
        AutogradContext* context, const at::Tensor& input, const std::vector<at::Tensor>& constants, double p, double factor) {
        const at::Tensor &expected = constants[0], &weights = constants[1];
        at::Tensor x = cluster::dense(input);
        at::Tensor y = aligned(expected.detach(), x);
        at::Tensor w = weights.defined() ? aligned(weights.detach(), x) : at::Tensor();
        at::Tensor gradient = at::empty_like(x);
        const int64_t pieces = (x.numel() + grain - 1) / grain;
        std::vector<double> sums(static_cast<size_t>(pieces));
        use_torch_threads();
        at::parallel_for(0, pieces, 1, [&](int64_t begin, int64_t end) {
            for (int64_t piece = begin; piece < end; piece++) {
                const int64_t start = piece * grain;
                sums[static_cast<size_t>(piece)] = cluster::power_loss(x.data_ptr<float>() + start, y.data_ptr<float>() + start,
                    w.defined() ? w.data_ptr<float>() + start : nullptr, gradient.data_ptr<float>() + start,
                    std::min(grain, x.numel() - start), static_cast<float>(p), static_cast<float>(factor));
            }
        });
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        context->save_for_backward({gradient});
        return at::full({}, total * factor, x.options());
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        at::Tensor gradient = context->get_saved_variables()[0];
        const float outer = gradients[0].item<float>();
        return {outer == 1.0f ? gradient : gradient.mul(outer), at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

}  // namespace

int ck_learned_scale(const void* x, const void* scale, int zero_point, int minimum, int maximum, double gradient_scale, int relu,
    double probability, uint64_t seed, int64_t position, void** result) {
    return guarded([&] {
        const at::Tensor& s = tensor_of(scale);
        TORCH_CHECK(s.numel() == 1, "a learned quantizer has one scale, not a tensor of shape ", s.sizes());
        if (cluster::is_on_device(tensor_of(x))) {
            const ScaleGrid grid{0.0f, static_cast<float>(minimum - zero_point), static_cast<float>(maximum - zero_point), relu != 0};
            *result = new at::Tensor(cluster::device::learned_scale(
                tensor_of(x), s, grid, mask_of(probability, seed), gradient_scale, static_cast<uint32_t>(position)));
            return;
        }
        TORCH_CHECK(s.device().is_cpu(), "the scale must be on the CPU as the tensor is, not on ", s.device().str());
        const float value = *s.data_ptr<float>();
        TORCH_CHECK(std::isfinite(value) && value > 0, "a scale must be positive and finite but is ", value);
        const LsqCall call{{value, static_cast<float>(minimum - zero_point), static_cast<float>(maximum - zero_point), relu != 0},
                            mask_of(probability, seed), gradient_scale, static_cast<uint32_t>(position)};
        *result = new at::Tensor(LearnedScale::apply(tensor_of(x), s, packed(call)));
    });
}

int ck_power_loss(const void* x, const void* target, const void* weights, double p, double factor, void** result) {
    return guarded([&] {
        TORCH_CHECK(tensor_of(x).sizes() == tensor_of(target).sizes(), "a target of shape ", tensor_of(x).sizes(), " was expected, one of ",
            tensor_of(target).sizes(), " was given");
        TORCH_CHECK(weights == nullptr || p == 2.0, "a weighted loss has the power 2, not ", p);
        if (cluster::is_on_device(tensor_of(x))) {
            *result = new at::Tensor(cluster::device::power_loss(
                tensor_of(x), tensor_of(target), weights == nullptr ? at::Tensor() : tensor_of(weights), p, factor));
            return;
        }
        *result = new at::Tensor(PowerLoss::apply(
            tensor_of(x), std::vector<at::Tensor>{tensor_of(target), weights == nullptr ? at::Tensor() : tensor_of(weights)}, p, factor));
    });
}

int ck_gather_rows(const float* quantized, const float* exact, const int64_t* rows, int64_t count, int64_t elements, double probability,
    uint64_t seed, void* target) {
    return guarded([&] {
        const at::Tensor& t = tensor_of(target);
        TORCH_CHECK(t.device().is_cpu() && t.is_non_overlapping_and_dense() && t.numel() == count * elements,
                    "room for ", count, " rows of ", elements, " elements was expected, a tensor of shape ", t.sizes(), " was given");
        const DropMask mask = mask_of(probability, seed);
        float* const data = t.data_ptr<float>();
        use_torch_threads();
        at::parallel_for(0, count, std::max<int64_t>(1, grain / std::max<int64_t>(1, elements)), [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; i++) {
                const int64_t offset = rows[i] * elements;
                if (exact == nullptr || mask.all) {
                    std::memcpy(data + i * elements, quantized + offset, static_cast<size_t>(elements) * sizeof(float));
                } else {
                    cluster::mix(
                        quantized + offset, exact + offset, data + i * elements, elements, mask, static_cast<uint32_t>(i * elements));
                }
            }
        });
    });
}

int ck_store_rows(const void* x, float* target) {
    return guarded([&] {
        const at::Tensor source = tensor_of(x).detach();
        TORCH_CHECK(source.is_cpu(), "rows are stored from the CPU, not from ", source.device().str());
        const at::Tensor dense = source.contiguous(source.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
        std::memcpy(target, dense.data_ptr<float>(), static_cast<size_t>(dense.numel()) * sizeof(float));
    });
}

int ck_gather_table(const void* quantized, const void* exact, const void* rows, double probability, uint64_t seed, void* target) {
    return guarded([&] {
        TORCH_CHECK(rows != nullptr && cluster::is_on_device(tensor_of(target)), "a table is gathered on a device; on the CPU rows are");
        cluster::device::gather_table(tensor_of(quantized), exact == nullptr ? at::Tensor() : tensor_of(exact),
            *static_cast<const at::Tensor*>(rows), mask_of(probability, seed), tensor_of(target));
    });
}

int ck_learned_scale_channels(
    const void* w, const void* scales, const void* lows, const void* highs, int axis, double gradient_scale, void** result) {
    return guarded([&] {
        TORCH_CHECK(cluster::is_on_device(tensor_of(w)), "one kernel for the scales of all channels runs on a device only");
        *result = new at::Tensor(cluster::device::learned_scale_channels(
            tensor_of(w), tensor_of(scales), tensor_of(lows), tensor_of(highs), axis, gradient_scale));
    });
}

int ck_scale_iteration(void* scales, void* first, void* second, const void* gradients, double learning_rate, double first_correction,
                  double second_correction, double smallest) {
    return guarded([&] {
        const at::Tensor& s = tensor_of(scales);
        const auto exact = [&](const void* pointer, const char* name) {
            TORCH_CHECK(pointer != nullptr, name, " is null or already disposed of");
            const at::Tensor& tensor = *static_cast<const at::Tensor*>(pointer);
            TORCH_CHECK(tensor.scalar_type() == at::kDouble && tensor.device() == s.device() && tensor.is_contiguous() &&
                            tensor.numel() == s.numel(),
                name, " must be a contiguous float64 tensor of ", s.numel(), " elements on ", s.device().str(), ", one of shape ",
                tensor.sizes(), " was given");
            return tensor.data_ptr<double>();
        };
        TORCH_CHECK(first_correction > 0 && second_correction > 0, "Adam's corrections are positive from the first iteration on");
        const cluster::ScaleRates rates{learning_rate, {first_correction, second_correction}, smallest};
        float* const values = flat(scales, "scales", s).data_ptr<float>();
        double *const m = exact(first, "the first moment"), *const v = exact(second, "the second moment"),
                      *const g = exact(gradients, "the gradient");
        if (const cluster::DeviceScope device(s); device) {
            device->scale_iteration(values, m, v, g, rates, s.numel());
        } else {
            cluster::scale_iteration(values, m, v, g, rates, s.numel());
        }
    });
}

int ck_soft_round(const void* floors, const void* scales, const void* lows, const void* highs, const void* v, void* weights) {
    return guarded([&] {
        const at::Tensor& like = tensor_of(v);
        const float *const f = flat(floors, "floors", like).data_ptr<float>(), *const s = flat(scales, "scales", like).data_ptr<float>();
        const float *const l = flat(lows, "lows", like).data_ptr<float>(), *const h = flat(highs, "highs", like).data_ptr<float>();
        const float* const values = flat(v, "v", like).data_ptr<float>();
        float* const target = flat(weights, "weights", like).data_ptr<float>();
        if (const cluster::DeviceScope device(like); device) {
            device->soft_round(f, s, l, h, values, target, like.numel());
        } else {
            cluster::soft_round(f, s, l, h, values, target, like.numel());
        }
    });
}

int ck_rounding_iteration(const void* floors, const void* scales, const void* lows, const void* highs, void* v, void* first, void* second,
    void* weights, void* const* gradients, int gradient_count, double learning_rate, double first_correction, double second_correction,
    double lambda, double beta) {
    return guarded([&] {
        const at::Tensor& like = tensor_of(v);
        const cluster::RoundingArrays arrays{flat(floors, "floors", like).data_ptr<float>(), flat(scales, "scales", like).data_ptr<float>(),
            flat(lows, "lows", like).data_ptr<float>(), flat(highs, "highs", like).data_ptr<float>(), flat(v, "v", like).data_ptr<float>(),
            flat(first, "first moment", like).data_ptr<float>(), flat(second, "second moment", like).data_ptr<float>(),
            flat(weights, "weights", like).data_ptr<float>()};
        TORCH_CHECK(gradient_count > 0 && first_correction > 0 && second_correction > 0,
            "an iteration needs a gradient, and Adam's corrections are positive");
        // The parts of a batch in their order, so that the sum is the same whichever was ready first.
        at::Tensor gradient = tensor_of(gradients[0]).detach().contiguous();
        for (int i = 1; i < gradient_count; i++) {
            at::Tensor other = tensor_of(gradients[i]).detach();
            gradient = i == 1 ? gradient.add(other.contiguous()) : gradient.add_(other.contiguous());
        }
        TORCH_CHECK(gradient.numel() == like.numel() && gradient.device() == like.device(), "a gradient of ", like.numel(), " elements on ",
            like.device().str(), " was expected, one of shape ", gradient.sizes(), " on ", gradient.device().str(), " was given");
        const cluster::RoundingRates rates{static_cast<float>(learning_rate / first_correction),
            static_cast<float>(1 / std::sqrt(second_correction)), static_cast<float>(lambda), static_cast<float>(beta)};
        if (const cluster::DeviceScope device(like); device) {
            device->rounding_iteration(arrays, gradient.data_ptr<float>(), rates, like.numel());
        } else {
            cluster::rounding_iteration(arrays, gradient.data_ptr<float>(), rates, like.numel());
        }
    });
}
