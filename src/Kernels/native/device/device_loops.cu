// Plain CUDA: no libtorch header, so that any nvcc from 11.8 on compiles it whatever the libtorch. Built with -fmad=false: as on the CPU
// nothing is contracted.
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

#include "device/device_bodies.h"

namespace cluster {
namespace {

// More blocks than any device holds at once; beyond, a thread takes several elements.
constexpr int64_t most_blocks = 1 << 16;

template <typename Body>
__global__ void __launch_bounds__(block_threads) each_element(int64_t n, const Body body) {
    const int64_t stride = static_cast<int64_t>(gridDim.x) * block_threads;
    for (int64_t i = static_cast<int64_t>(blockIdx.x) * block_threads + threadIdx.x; i < n; i += stride) {
        body(i);
    }
}

template <typename Body>
__global__ void __launch_bounds__(block_threads) each_block(int64_t count, const Body body) {
    __shared__ typename Body::Shared shared[Body::shared];
    for (int64_t block = blockIdx.x; block < count; block += gridDim.x) {
        body.fill(block, static_cast<int>(threadIdx.x), shared);
        __syncthreads();
        body.finish(block, static_cast<int>(threadIdx.x), shared);
        __syncthreads();  // the next turn overwrites what this one reads
    }
}

void check(cudaError_t status, const char* what) {
    if (status != cudaSuccess) {
        throw std::runtime_error(std::string("CUDA refused ") + what + ": " + cudaGetErrorString(status));
    }
}

struct Cuda {
    cudaStream_t stream;

    template <typename Body>
    void each(int64_t n, const Body& body) const {
        if (n > 0) {  // a grid without blocks is an error
            each_element<<<grid((n + block_threads - 1) / block_threads), block_threads, 0, stream>>>(n, body);
            check(cudaGetLastError(), "a kernel over elements");
        }
    }

    template <typename Body>
    void blocks(int64_t count, const Body& body) const {
        if (count > 0) {
            each_block<<<grid(count), block_threads, 0, stream>>>(count, body);
            check(cudaGetLastError(), "a kernel over blocks");
        }
    }

private:
    static unsigned int grid(int64_t wanted) { return static_cast<unsigned int>(wanted < most_blocks ? wanted : most_blocks); }
};

}  // namespace

std::unique_ptr<DeviceLoops> cuda_loops(void* stream) {
    return std::make_unique<LaunchedLoops<Cuda>>(Cuda{static_cast<cudaStream_t>(stream)});
}

void cuda_memory(size_t* free, size_t* total) { check(cudaMemGetInfo(free, total), "to say how much memory is free"); }

}  // namespace cluster
