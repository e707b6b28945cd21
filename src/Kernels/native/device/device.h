// Where a call's loops run.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/DeviceGuard.h>

#include "device/device_loops.h"

namespace cluster {

// The loops of a device, which is the current one as long as this lives; empty where the CPU's own loops serve.
class DeviceScope {
public:
    explicit DeviceScope(const at::Tensor& tensor);
    DeviceScope(const at::Tensor& tensor, bool emulated);

    explicit operator bool() const { return loops != nullptr; }
    const DeviceLoops* operator->() const { return loops.get(); }

private:
    c10::OptionalDeviceGuard guard;
    std::unique_ptr<DeviceLoops> loops;
};

// Whether CPU tensors of this thread take a device's way (ck_emulate_device).
bool is_emulated();

// Whether a call with this tensor takes a device's way.
inline bool is_on_device(const at::Tensor& tensor) { return !tensor.is_cpu() || is_emulated(); }

}  // namespace cluster
