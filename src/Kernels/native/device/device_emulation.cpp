// The device's kernels without a device. Part of every build, as it is a second of compiling: with it the whole way of a device (dispatch,
// scratch memory, order of sums) runs in the tests of a machine that has none, and gives the CPU's bits or a test fails.
#include <vector>

#include "device/device_bodies.h"

namespace cluster {
namespace {

struct Emulation {
    template <typename Body>
    void each(int64_t n, const Body& body) const {
        for (int64_t i = 0; i < n; i++) {
            body(i);
        }
    }

    template <typename Body>
    void blocks(int64_t count, const Body& body) const {
        std::vector<typename Body::Shared> shared(static_cast<size_t>(Body::shared));
        for (int64_t block = 0; block < count; block++) {
            for (int thread = 0; thread < block_threads; thread++) {
                body.fill(block, thread, shared.data());
            }
            for (int thread = 0; thread < block_threads; thread++) {
                body.finish(block, thread, shared.data());
            }
        }
    }
};

}  // namespace

std::unique_ptr<DeviceLoops> emulated_loops() { return std::make_unique<LaunchedLoops<Emulation>>(Emulation{}); }

}  // namespace cluster
