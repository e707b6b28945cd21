// How a per-channel kernel walks a tensor's memory.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>

namespace cluster {

// Memory of a dense tensor, whatever the order of its dimensions, is [outer][channels][inner].
struct ChannelLayout {
    int64_t outer;
    int64_t channels;
    int64_t inner;
};

inline const at::Tensor& tensor_of(const void* pointer) {
    TORCH_CHECK(pointer != nullptr, "the tensor is null or already disposed of");
    const at::Tensor& tensor = *static_cast<const at::Tensor*>(pointer);
    TORCH_CHECK(tensor.scalar_type() == at::kFloat, "a float32 tensor was expected, one of ", tensor.scalar_type(), " was given");
    return tensor;
}

// The same values without holes or overlaps; channels_last stays channels_last.
inline at::Tensor dense(const at::Tensor& tensor) {
    at::Tensor detached = tensor.detach();
    return detached.is_non_overlapping_and_dense() ? detached : detached.contiguous(detached.suggest_memory_format());
}

// The values of a tensor in the memory order of another of its shape; the tensor itself where it has that order.
inline at::Tensor aligned(const at::Tensor& tensor, const at::Tensor& like) {
    return tensor.strides() == like.strides() ? tensor : at::empty_like(like).copy_(tensor);
}

inline ChannelLayout channel_layout(const at::Tensor& tensor, int axis) {
    const int64_t dimension = axis < 0 ? axis + tensor.dim() : axis;
    TORCH_CHECK(dimension >= 0 && dimension < tensor.dim(), "axis ", axis, " does not exist in a tensor of shape ", tensor.sizes());
    const int64_t channels = tensor.size(dimension);
    if (tensor.numel() == 0) {
        return {0, channels, 0};
    }
    // The stride of a dimension of size one means nothing.
    const int64_t inner = channels == 1 ? tensor.numel() : tensor.stride(dimension);
    return {tensor.numel() / (channels * inner), channels, inner};
}

}  // namespace cluster
