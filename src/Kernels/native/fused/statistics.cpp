#include <limits>
#include <mutex>
#include <vector>

#include <ATen/Parallel.h>
#include <omp.h>

#include "bridge/layout.h"
#include "fused/loops.h"
#include "bridge/status.h"

namespace {

using cluster::guarded;
using cluster::tensor_of;

constexpr int64_t grain = 32768;

// Reductions come from the host whatever the device: they return a few numbers, and the same ones.
at::Tensor on_host(const void* x) { return cluster::dense(tensor_of(x).detach().to(at::kCPU)); }

void use_torch_threads() { omp_set_num_threads(at::get_num_threads()); }

// Pieces have a fixed size, so that a sum is the same for any number of threads.
int64_t pieces(int64_t n) { return (n + grain - 1) / grain; }

}  // namespace

int ck_minmax(const void* x, float* minimum, float* maximum, int64_t* nans) {
    return guarded([&] {
        at::Tensor t = on_host(x);
        const float* data = t.data_ptr<float>();
        use_torch_threads();
        std::mutex mutex;
        cluster::Extremes all{std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), 0};
        at::parallel_for(0, t.numel(), grain, [&](int64_t begin, int64_t end) {
            cluster::Extremes one = cluster::extremes(data + begin, end - begin);
            std::lock_guard<std::mutex> lock(mutex);
            all.minimum = std::min(all.minimum, one.minimum);
            all.maximum = std::max(all.maximum, one.maximum);
            all.nans += one.nans;
        });
        *minimum = all.minimum;
        *maximum = all.maximum;
        *nans = all.nans;
    });
}

int ck_histogram(const void* x, int absolute, float low, float high, int bins, int64_t* counts, int64_t* outside) {
    return guarded([&] {
        TORCH_CHECK(bins >= 1 && low < high && high - low < std::numeric_limits<float>::infinity(),
                    "a histogram needs at least one bin and a finite range, not ", bins, " bins over [", low, ", ", high, "]");
        at::Tensor t = on_host(x);
        const float* data = t.data_ptr<float>();
        use_torch_threads();
        std::mutex mutex;
        at::parallel_for(0, t.numel(), 4 * grain, [&](int64_t begin, int64_t end) {
            std::vector<int64_t> own(static_cast<size_t>(bins));
            int64_t own_outside[3] = {};
            cluster::histogram(data + begin, end - begin, absolute != 0, low, high, bins, own.data(), own_outside);
            std::lock_guard<std::mutex> lock(mutex);
            for (int i = 0; i < bins; i++) {
                counts[i] += own[static_cast<size_t>(i)];
            }
            for (int i = 0; i < 3; i++) {
                outside[i] += own_outside[i];
            }
        });
    });
}

int ck_channel_sums(const void* x, int axis, double* sums, int64_t channels) {
    return guarded([&] {
        at::Tensor t = on_host(x);
        const cluster::ChannelLayout layout = cluster::channel_layout(t, axis);
        TORCH_CHECK(layout.channels == channels, "axis ", axis, " of a tensor of shape ", t.sizes(), " has ", layout.channels,
            " channels, not ", channels);
        const float* data = t.data_ptr<float>();
        std::fill(sums, sums + channels, 0.0);
        use_torch_threads();
        if (layout.inner != 1) {
            at::parallel_for(0, channels, std::max<int64_t>(1, grain / std::max<int64_t>(1, layout.outer * layout.inner)),
                [&](int64_t begin, int64_t end) {
                    for (int64_t c = begin; c < end; c++) {
                        for (int64_t o = 0; o < layout.outer; o++) {
                            sums[c] += cluster::sum(data + (o * channels + c) * layout.inner, layout.inner);
                        }
                    }
                });
            return;
        }
        const int64_t rows = std::max<int64_t>(1, 8 * grain / std::max<int64_t>(1, channels));
        const int64_t parts = (layout.outer + rows - 1) / rows;
        std::vector<double> partial(static_cast<size_t>(parts * channels));
        at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
            for (int64_t p = begin; p < end; p++) {
                cluster::add_rows(
                    data + p * rows * channels, std::min(rows, layout.outer - p * rows), channels, partial.data() + p * channels);
            }
        });
        for (int64_t p = 0; p < parts; p++) {
            for (int64_t c = 0; c < channels; c++) {
                sums[c] += partial[static_cast<size_t>(p * channels + c)];
            }
        }
    });
}

int ck_squared_error(const void* a, const void* b, double* signal, double* noise) {
    return guarded([&] {
        at::Tensor left = on_host(a);
        at::Tensor right = on_host(b);
        TORCH_CHECK(
            left.sizes() == right.sizes(), "two tensors of one shape were expected, ", left.sizes(), " and ", right.sizes(), " were given");
        if (left.strides() != right.strides()) {
            left = left.contiguous();
            right = right.contiguous();
        }
        const float* first = left.data_ptr<float>();
        const float* second = right.data_ptr<float>();
        const int64_t n = left.numel();
        std::vector<double> signals(static_cast<size_t>(pieces(n)));
        std::vector<double> noises(static_cast<size_t>(pieces(n)));
        use_torch_threads();
        at::parallel_for(0, pieces(n), 1, [&](int64_t begin, int64_t end) {
            for (int64_t p = begin; p < end; p++) {
                cluster::squared_error(first + p * grain, second + p * grain, std::min(grain, n - p * grain),
                    &signals[static_cast<size_t>(p)], &noises[static_cast<size_t>(p)]);
            }
        });
        *signal = 0;
        *noise = 0;
        for (size_t p = 0; p < signals.size(); p++) {
            *signal += signals[p];
            *noise += noises[p];
        }
    });
}
