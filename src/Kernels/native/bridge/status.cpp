#include "bridge/status.h"

#include <atomic>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/GradMode.h>
#include <dlfcn.h>
#include <omp.h>
#include <torch/version.h>

namespace cluster {
namespace {

thread_local std::string last_error;
thread_local int applied_generation = 0;
std::atomic<int> wanted_threads{0};
std::atomic<int> generation{0};

// The hook's name changed within libtorch 2.
template <typename Hooks>
auto device_count(const Hooks& hooks, int) -> decltype(static_cast<int>(hooks.deviceCount())) {
    return static_cast<int>(hooks.deviceCount());
}

template <typename Hooks>
auto device_count(const Hooks& hooks, long) -> decltype(static_cast<int>(hooks.getNumGPUs())) {
    return static_cast<int>(hooks.getNumGPUs());
}

// OpenBLAS built on pthreads has a pool of its own that libtorch does not know.
void set_blas_threads(int threads) {
    void* library = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
    if (library == nullptr) {
        return;
    }
    if (void* symbol = dlsym(library, "openblas_set_num_threads")) {
        reinterpret_cast<void (*)(int)>(symbol)(threads);
    }
    dlclose(library);
}

}  // namespace

int fail(const std::string& text) {
    last_error = text;
    return 1;
}

void apply_thread_count() {
    int current = generation.load(std::memory_order_acquire);
    if (applied_generation != current) {
        applied_generation = current;
        int threads = wanted_threads.load();
        at::set_num_threads(threads);
        // A PyTorch package brings its own OpenMP runtime; ours must be told too.
        omp_set_num_threads(threads);
    }
}

}  // namespace cluster

using cluster::guarded;

int ck_abi_version() { return CK_ABI_VERSION; }

const char* ck_torch_version() { return TORCH_VERSION; }

int ck_loaded_torch_version(const char** text) {
    static thread_local std::string version;
    return guarded([&] {
        const std::string config = at::show_config();
        const std::string key = "TORCH_VERSION=";
        auto begin = config.find(key);
        version.clear();
        if (begin != std::string::npos) {
            begin += key.size();
            version = config.substr(begin, config.find_first_of(", \n", begin) - begin);
        }
        *text = version.c_str();
    });
}

const char* ck_last_error() { return cluster::last_error.c_str(); }

int ck_set_threads(int threads) {
    return guarded([&] {
        TORCH_CHECK(threads >= 1, "the number of threads must be at least 1 but is ", threads);
        cluster::wanted_threads = threads;
        cluster::generation.fetch_add(1, std::memory_order_release);
        cluster::apply_thread_count();
        cluster::set_blas_threads(threads);
    });
}

int ck_get_threads(int* threads) {
    return guarded([&] { *threads = at::get_num_threads(); });
}

int ck_cuda_device_count(int* count) {
    return guarded([&] { *count = at::hasCUDA() ? cluster::device_count(at::detail::getCUDAHooks(), 0) : 0; });
}

int ck_cuda_runtime(int* version) {
    return guarded([&] {
        const auto& hooks = at::detail::getCUDAHooks();
        *version = at::hasCUDA() && hooks.hasCUDART() ? static_cast<int>(hooks.versionCUDART()) : 0;
    });
}

int ck_manual_seed(int64_t seed) {
    return guarded([&] { at::manual_seed(static_cast<uint64_t>(seed)); });
}

int ck_grad_enabled(int* enabled) {
    return guarded([&] { *enabled = c10::GradMode::is_enabled() ? 1 : 0; });
}

int ck_set_grad_enabled(int enabled) {
    return guarded([&] { c10::GradMode::set_enabled(enabled != 0); });
}
