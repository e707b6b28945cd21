// The fused kernels of reconstruction and training for tensors on a device (device.h); reconstruction.cpp has those of the CPU.
#pragma once

#include <ATen/core/Tensor.h>

#include "reconstruction/reconstruction_loops.h"

namespace cluster::device {

// `grid.scale` is not looked at: the scale is read on the device, so that nobody waits for it.
at::Tensor learned_scale(
    const at::Tensor& x, const at::Tensor& scale, const ScaleGrid& grid, const DropMask& mask, double gradient_scale, uint32_t position);
at::Tensor learned_scale_channels(
    const at::Tensor& w, const at::Tensor& scales, const at::Tensor& lows, const at::Tensor& highs, int axis, double gradient_scale);
at::Tensor power_loss(const at::Tensor& x, const at::Tensor& target, const at::Tensor& weights, double p, double factor);
void gather_table(
    const at::Tensor& quantized, const at::Tensor& exact, const at::Tensor& rows, const DropMask& mask, const at::Tensor& target);

}  // namespace cluster::device
