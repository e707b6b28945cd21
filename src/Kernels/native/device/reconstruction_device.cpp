#include "device/reconstruction_device.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <vector>
#include <torch/csrc/autograd/custom_function.h>

#include "device/device.h"
#include "bridge/layout.h"
#include "bridge/saved_call.h"

namespace cluster::device {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// What backward needs of a quantizer's call.
struct Call {
    DropMask mask;
    float low;
    float high;
    double gradient_scale;
    uint32_t position;
    bool relu;
    bool emulated;
};

struct Space {
    at::Tensor lanes;
    at::Tensor grains;

    Space(const at::Tensor& x, int64_t n)
        : lanes(at::empty({std::max<int64_t>(1, sum_lanes(n))}, x.options())),
          grains(at::empty({std::max<int64_t>(1, sum_grains(n))}, x.options().dtype(at::kDouble))) {}

    SumSpace pointers() const { return {lanes.data_ptr<float>(), grains.data_ptr<double>()}; }
};

DeviceGrid grid_of(const Call& call, const at::Tensor& scale) { return {scale.data_ptr<float>(), call.low, call.high, call.relu}; }

struct LearnedScale : torch::autograd::Function<LearnedScale> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& scale, std::vector<int64_t> words) {
        const Call call = unpacked<Call>(words);
        const at::Tensor x = dense(input);
        at::Tensor y = at::empty_like(x);
        DeviceScope(x)->lsq_forward(x.data_ptr<float>(), y.data_ptr<float>(), x.numel(), grid_of(call, scale), call.mask, call.position);
        context->save_for_backward({x, scale});
        context->saved_data["call"] = std::move(words);
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const Call call = unpacked<Call>(context->saved_data["call"].toIntVector());
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &scale = saved[1];
        const at::Tensor g = aligned(gradients[0], x);
        at::Tensor dx = at::empty_like(x), ds = at::empty_like(scale);
        const Space space(x, x.numel());
        DeviceScope(x, call.emulated)
            ->lsq_backward(x.data_ptr<float>(), g.data_ptr<float>(), dx.data_ptr<float>(), ds.data_ptr<float>(), x.numel(),
                grid_of(call, scale), call.mask, call.position, call.gradient_scale, space.pointers());
        return {dx, ds, at::Tensor()};
    }
};

struct ChannelCall {
    int64_t channels;
    int64_t inner;
    double gradient_scale;
    bool emulated;

    ChannelGrid grid(const at::Tensor& scales, const at::Tensor& lows, const at::Tensor& highs) const {
        return {scales.data_ptr<float>(), lows.data_ptr<float>(), highs.data_ptr<float>(), channels, inner};
    }
};

struct LearnedScaleChannels : torch::autograd::Function<LearnedScaleChannels> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& scales,
        const std::vector<at::Tensor>& ends, int64_t axis, double gradient_scale) {
        const at::Tensor w = dense(input);
        const ChannelLayout layout = channel_layout(w, static_cast<int>(axis));
        const ChannelCall call{layout.channels, std::max<int64_t>(1, layout.inner), gradient_scale, is_emulated()};
        at::Tensor y = at::empty_like(w);
        DeviceScope(w)->channel_lsq_forward(w.data_ptr<float>(), y.data_ptr<float>(), w.numel(), call.grid(scales, ends[0], ends[1]));
        context->save_for_backward({w, scales, ends[0], ends[1]});
        context->saved_data["channels"] = call.channels;
        context->saved_data["inner"] = call.inner;
        context->saved_data["scale"] = gradient_scale;
        context->saved_data["emulated"] = call.emulated;
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &w = saved[0], &scales = saved[1];
        const ChannelCall call{context->saved_data["channels"].toInt(), context->saved_data["inner"].toInt(),
            context->saved_data["scale"].toDouble(), context->saved_data["emulated"].toBool()};
        const at::Tensor g = aligned(gradients[0], w);
        at::Tensor dw = at::empty_like(w), ds = at::empty_like(scales);
        DeviceScope(w, call.emulated)
            ->channel_lsq_backward(w.data_ptr<float>(), g.data_ptr<float>(), dw.data_ptr<float>(), ds.data_ptr<float>(), w.numel(),
                call.grid(scales, saved[2], saved[3]), call.gradient_scale);
        return {dw, ds, at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

struct PowerLoss : torch::autograd::Function<PowerLoss> {
    // Constants travel in a list, as on the CPU.
    static at::Tensor forward(
        AutogradContext* context, const at::Tensor& input, const std::vector<at::Tensor>& constants, double p, double factor) {
        const at::Tensor x = dense(input);
        const at::Tensor y = aligned(constants[0].detach(), x);
        const at::Tensor w = constants[1].defined() ? aligned(constants[1].detach(), x) : at::Tensor();
        at::Tensor gradient = at::empty_like(x), loss = at::empty({}, x.options());
        const Space space(x, x.numel());
        DeviceScope(x)->power_loss(x.data_ptr<float>(), y.data_ptr<float>(), w.defined() ? w.data_ptr<float>() : nullptr,
            gradient.data_ptr<float>(), loss.data_ptr<float>(), x.numel(), p, factor, space.pointers());
        context->save_for_backward({gradient});
        return loss;
    }

    // Multiplied always: whether the factor is 1 is known on the device only, and times 1 changes no bit.
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        return {context->get_saved_variables()[0].mul(gradients[0]), at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

void check_same_device(const at::Tensor& x, const at::Tensor& other, const char* name) {
    TORCH_CHECK(other.device() == x.device(), name, " must be on ", x.device().str(), " as the tensor is, not on ", other.device().str());
}

}  // namespace

at::Tensor learned_scale(
    const at::Tensor& x, const at::Tensor& scale, const ScaleGrid& grid, const DropMask& mask, double gradient_scale, uint32_t position) {
    check_same_device(x, scale, "the scale");
    return LearnedScale::apply(x, scale, packed(Call{mask, grid.low, grid.high, gradient_scale, position, grid.relu, is_emulated()}));
}

at::Tensor learned_scale_channels(
    const at::Tensor& w, const at::Tensor& scales, const at::Tensor& lows, const at::Tensor& highs, int axis, double gradient_scale) {
    const int64_t channels = channel_layout(w, axis).channels;
    const auto check = [&](const at::Tensor& tensor, const char* name) {
        check_same_device(w, tensor, name);
        TORCH_CHECK(tensor.numel() == channels && tensor.is_contiguous(), name, " must have ", channels,
            " elements, one a channel, not the shape ", tensor.sizes());
    };
    check(scales, "the scales");
    check(lows, "the smallest codes");
    check(highs, "the largest codes");
    return LearnedScaleChannels::apply(w, scales, std::vector<at::Tensor>{lows.detach(), highs.detach()}, axis, gradient_scale);
}

at::Tensor power_loss(const at::Tensor& x, const at::Tensor& target, const at::Tensor& weights, double p, double factor) {
    check_same_device(x, target, "the target");
    return PowerLoss::apply(x, std::vector<at::Tensor>{target, weights}, p, factor);
}

void gather_table(
    const at::Tensor& quantized, const at::Tensor& exact, const at::Tensor& rows, const DropMask& mask, const at::Tensor& target) {
    const auto check = [&](const at::Tensor& table) {
        TORCH_CHECK(table.dim() > 0 && table.size(0) > 0 && table.is_non_overlapping_and_dense() &&
                        table.stride(0) * table.size(0) == table.numel(),
            "a table must be dense, row after row, not of shape ", table.sizes(), " and strides ", table.strides());
        check_same_device(target, table, "a table");
    };
    check(quantized);
    check_same_device(target, rows, "the rows' numbers");
    const int64_t elements = quantized.stride(0), count = rows.numel();
    TORCH_CHECK(rows.scalar_type() == at::kLong && rows.is_contiguous() && target.is_non_overlapping_and_dense() &&
                    target.numel() == count * elements,
        "room for ", count, " rows of ", elements, " elements was expected, a tensor of shape ", target.sizes(), " was given");
    if (exact.defined()) {
        check(exact);
        TORCH_CHECK(exact.strides() == quantized.strides() && exact.sizes() == quantized.sizes(), "two tables of one layout were expected");
    }
    DeviceScope(target)->gather(quantized.data_ptr<float>(), exact.defined() ? exact.data_ptr<float>() : nullptr, rows.data_ptr<int64_t>(),
        count, elements, mask, target.data_ptr<float>());
}

}  // namespace cluster::device
