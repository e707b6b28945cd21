// Work of a CUDA device that is recorded once and done again as a whole (CUDA graphs), and events that say how long work took. Compiled
// everywhere; without CUDA every function refuses.
#include <memory>

#include <c10/util/Exception.h>

#include "bridge/status.h"

#if defined(CK_CUDA_KERNELS)
#include <cuda.h>  // first: libtorch 1.13's graph has members only where CUDA_VERSION is known
#include <cuda_runtime_api.h>

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/version.h>

namespace {

void check(cudaError_t status, const char* what) {
    TORCH_CHECK(status == cudaSuccess, "CUDA refused ", what, ": ", cudaGetErrorString(status));
}

void begin(at::cuda::CUDAGraph& graph) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
    graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);  // other threads may go on allocating
#else
    graph.capture_begin();
#endif
}

// Between its beginning and its end the thread's work goes to a stream of its own: libtorch captures no other.
class Recording {
public:
    explicit Recording(c10::DeviceIndex device)
        : stream(c10::cuda::getStreamFromPool(false, device)), guard(std::make_unique<c10::cuda::CUDAStreamGuard>(stream)) {
        check(cudaDeviceSynchronize(), "to wait before a recording");  // weights may have been copied on another stream
    }

    void capture() {
        stream.synchronize();
        begin(graph);
        captures = true;
    }

    void end() {
        captures = false;
        graph.capture_end();
        stream.synchronize();
        guard.reset();
    }

    void replay() {
        const c10::cuda::CUDAGuard here(stream.device_index());
        graph.replay();
    }

    // Its memory is given back when all that replays it is done.
    ~Recording() {
        if (captures) {
            try {
                graph.capture_end();
            } catch (const std::exception&) {
                cudaGetLastError();  // what broke the capture was told already
            }
        }
        const c10::cuda::OptionalCUDAGuard here(stream.device());
        cudaDeviceSynchronize();
    }

private:
    c10::cuda::CUDAStream stream;
    std::unique_ptr<c10::cuda::CUDAStreamGuard> guard;
    at::cuda::CUDAGraph graph;
    bool captures = false;
};

struct Event {
    explicit Event(c10::DeviceIndex index) : device(index) {
        const c10::cuda::CUDAGuard here(device);
        check(cudaEventCreate(&event), "an event");
    }

    ~Event() { cudaEventDestroy(event); }

    c10::DeviceIndex device;
    cudaEvent_t event = nullptr;
};

}  // namespace
#define CK_WITH_CUDA(...) __VA_ARGS__
#else
namespace {

struct Recording {};
struct Event {};

}  // namespace
#define CK_WITH_CUDA(...) TORCH_CHECK(false, "this library was built without nvcc: it records no work and has no events")
#endif

using cluster::guarded;

int ck_recording_begin([[maybe_unused]] int device, [[maybe_unused]] void** recording) {
    return guarded([&] { CK_WITH_CUDA(*recording = new Recording(static_cast<c10::DeviceIndex>(device))); });
}

int ck_recording_capture([[maybe_unused]] void* recording) {
    return guarded([&] { CK_WITH_CUDA(static_cast<Recording*>(recording)->capture()); });
}

int ck_recording_end([[maybe_unused]] void* recording) {
    return guarded([&] { CK_WITH_CUDA(static_cast<Recording*>(recording)->end()); });
}

int ck_recording_replay([[maybe_unused]] void* recording) {
    return guarded([&] { CK_WITH_CUDA(static_cast<Recording*>(recording)->replay()); });
}

void ck_recording_dispose(void* recording) { delete static_cast<Recording*>(recording); }

int ck_event_new([[maybe_unused]] int device, [[maybe_unused]] void** event) {
    return guarded([&] { CK_WITH_CUDA(*event = new Event(static_cast<c10::DeviceIndex>(device))); });
}

int ck_event_record([[maybe_unused]] void* event) {
    return guarded([&] {
        CK_WITH_CUDA({
            const auto* at = static_cast<Event*>(event);
            const c10::cuda::CUDAGuard here(at->device);
            check(cudaEventRecord(at->event, c10::cuda::getCurrentCUDAStream(at->device).stream()), "to record an event");
        });
    });
}

int ck_event_elapsed([[maybe_unused]] const void* first, [[maybe_unused]] const void* last, [[maybe_unused]] float* milliseconds) {
    return guarded([&] {
        CK_WITH_CUDA({
            const auto* end = static_cast<const Event*>(last);
            check(cudaEventSynchronize(end->event), "to wait for an event");
            check(cudaEventElapsedTime(milliseconds, static_cast<const Event*>(first)->event, end->event), "the time between two events");
        });
    });
}

void ck_event_dispose(void* event) { delete static_cast<Event*>(event); }
