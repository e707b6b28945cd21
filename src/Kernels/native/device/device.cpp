#include "device/device.h"

#include <ATen/Context.h>

#include "bridge/status.h"

#if defined(CK_CUDA_KERNELS)
#include <c10/cuda/CUDAStream.h>
#endif

namespace cluster {
namespace {

thread_local bool emulated_here = false;

std::unique_ptr<DeviceLoops> loops_of(const at::Tensor& tensor, bool emulated) {
    if (tensor.is_cpu()) {
        return emulated ? emulated_loops() : nullptr;
    }
    TORCH_CHECK(tensor.is_cuda(), "a tensor on ", tensor.device().str(), " was given; CPU and CUDA are supported");
#if defined(CK_CUDA_KERNELS)
    return cuda_loops(c10::cuda::getCurrentCUDAStream(tensor.device().index()).stream());
#else
    TORCH_CHECK(false, "a tensor on ", tensor.device().str(),
        " was given, but this library was built without nvcc; install the CUDA toolkit of libtorch's CUDA version and run ./cluster "
        "doctor");
#endif
}

}  // namespace

bool is_emulated() { return emulated_here; }

DeviceScope::DeviceScope(const at::Tensor& tensor) : DeviceScope(tensor, emulated_here) {}

DeviceScope::DeviceScope(const at::Tensor& tensor, bool emulated) {
    if (!tensor.is_cpu()) {
        guard.reset_device(tensor.device());
    }
    loops = loops_of(tensor, emulated);
}

}  // namespace cluster

using cluster::guarded;

int ck_emulate_device(int emulated, int* before) {
    return guarded([&] {
        *before = cluster::emulated_here ? 1 : 0;
        cluster::emulated_here = emulated != 0;
    });
}

int ck_cuda_kernels(int* built) {
    return guarded([&] {
#if defined(CK_CUDA_KERNELS)
        *built = 1;
#else
        *built = 0;
#endif
    });
}

int ck_prepare_cuda() {
    return guarded([&] {
        // TF32 has ten bits of mantissa: too few to tell roundings apart. The others have cuDNN choose the same algorithm again, or a run
        // that is taken up would end with other bytes than one that was not interrupted.
        at::Context& context = at::globalContext();
        context.setAllowTF32CuBLAS(false);
        context.setAllowTF32CuDNN(false);
        context.setDeterministicCuDNN(true);
        context.setBenchmarkCuDNN(false);
    });
}

int ck_allow_tf32(int allowed) {
    return guarded([&] {
        at::globalContext().setAllowTF32CuBLAS(allowed != 0);
        at::globalContext().setAllowTF32CuDNN(allowed != 0);
    });
}

int ck_cuda_memory(int device, int64_t* free, int64_t* total) {
    return guarded([&] {
#if defined(CK_CUDA_KERNELS)
        const c10::DeviceGuard guard(c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device)));
        size_t bytes = 0, all = 0;
        cluster::cuda_memory(&bytes, &all);
        *free = static_cast<int64_t>(bytes);
        *total = static_cast<int64_t>(all);
#else
        *free = *total = 0;
        TORCH_CHECK(false, "the memory of CUDA device ", device, " was asked for, but this library was built without nvcc");
#endif
    });
}
