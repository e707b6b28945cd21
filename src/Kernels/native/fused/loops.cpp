#include "fused/loops.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

// One copy for each instruction set in one binary; the loader picks (GNU indirect functions).
#if defined(__x86_64__) && defined(__GNUC__) && defined(__linux__)
#define CK_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CK_CLONES
#endif

namespace cluster {
namespace {

// Adding +0 turns a rounded -0 into the +0 that an integer code stands for.
inline float dequantized(float x, float scale, float low, float high) {
    float v = x / scale;
    v = v > low ? v : low;
    v = v < high ? v : high;
    return (rintf(v) + 0.0f) * scale;
}

inline uint8_t code(float x, float scale, int zero_point, float low, float high) {
    float v = x / scale;
    v = v > low ? v : low;
    v = v < high ? v : high;
    return static_cast<uint8_t>(static_cast<int32_t>(rintf(v)) + zero_point);
}

// Bin numbers of a block: -1 below, `bins` above, -2 for NaN.
CK_CLONES void bin_numbers(const float* x, int n, bool absolute, double low, double high, double scale, int bins, int32_t* numbers) {
    for (int i = 0; i < n; i++) {
        double v = absolute ? std::fabs(x[i]) : x[i];
        double position = (v - low) * scale;
        // Clamped in double: converting a number beyond int32 is undefined.
        position = position > 0.0 ? position : 0.0;
        position = position < bins - 1 ? position : bins - 1;
        int32_t number = static_cast<int32_t>(position);
        number = v < low ? -1 : number;
        number = v > high ? bins : number;
        numbers[i] = v == v ? number : -2;
    }
}

}  // namespace

CK_CLONES void fake_quantize(const float* x, float* y, int64_t n, float scale, float low, float high) {
    for (int64_t i = 0; i < n; i++) {
        y[i] = dequantized(x[i], scale, low, high);
    }
}

CK_CLONES void quantize(const float* x, uint8_t* codes, int64_t n, float scale, int zero_point, float low, float high) {
    for (int64_t i = 0; i < n; i++) {
        codes[i] = code(x[i], scale, zero_point, low, high);
    }
}

CK_CLONES void steps(const float* x, float* y, int64_t n, float scale) {
    for (int64_t i = 0; i < n; i++) {
        y[i] = rintf(x[i] / scale);
    }
}

CK_CLONES void scale(float* x, int64_t n, float factor) {
    for (int64_t i = 0; i < n; i++) {
        x[i] *= factor;
    }
}

CK_CLONES void scale(float* x, int64_t n, const float* factors) {
    for (int64_t i = 0; i < n; i++) {
        x[i] *= factors[i];
    }
}

CK_CLONES Extremes extremes(const float* x, int64_t n) {
    constexpr int width = 16;
    float minima[width], maxima[width];
    int32_t nans[width];
    for (int j = 0; j < width; j++) {
        minima[j] = std::numeric_limits<float>::infinity();
        maxima[j] = -std::numeric_limits<float>::infinity();
        nans[j] = 0;
    }
    Extremes result{minima[0], maxima[0], 0};
    auto see = [&](const float* v, int j) {
        minima[j] = v[j] < minima[j] ? v[j] : minima[j];
        maxima[j] = v[j] > maxima[j] ? v[j] : maxima[j];
        nans[j] += v[j] != v[j] ? 1 : 0;
    };
    int64_t i = 0;
    for (; i + width <= n; i += width) {
        for (int j = 0; j < width; j++) {
            see(x + i, j);
        }
    }
    for (int j = 0; j < n - i; j++) {
        see(x + i, j);
    }
    for (int j = 0; j < width; j++) {
        result.minimum = std::min(result.minimum, minima[j]);
        result.maximum = std::max(result.maximum, maxima[j]);
        result.nans += nans[j];
    }
    return result;
}

CK_CLONES double sum(const float* x, int64_t n) {
    double partial[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int j = 0; j < lanes; j++) {
            partial[j] += x[i + j];
        }
    }
    for (int j = 0; j < n - i; j++) {
        partial[j] += x[i + j];
    }
    double total = 0;
    for (double value : partial) {
        total += value;
    }
    return total;
}

CK_CLONES void add_rows(const float* x, int64_t rows, int64_t columns, double* sums) {
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t c = 0; c < columns; c++) {
            sums[c] += x[r * columns + c];
        }
    }
}

CK_CLONES void squared_error(const float* a, const float* b, int64_t n, double* signal, double* noise) {
    double signals[lanes] = {};
    double noises[lanes] = {};
    auto see = [&](int64_t i, int j) {
        double value = a[i];
        double difference = value - b[i];
        signals[j] += value * value;
        noises[j] += difference * difference;
    };
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int j = 0; j < lanes; j++) {
            see(i + j, j);
        }
    }
    for (int j = 0; j < n - i; j++) {
        see(i + j, j);
    }
    *signal = 0;
    *noise = 0;
    for (int j = 0; j < lanes; j++) {
        *signal += signals[j];
        *noise += noises[j];
    }
}

void histogram(const float* x, int64_t n, bool absolute, double low, double high, int bins, int64_t* counts, int64_t* outside) {
    constexpr int block = 1024;
    int32_t numbers[block];
    // Four tables: after a ReLU most elements fall into one bin, and one counter would be incremented in a chain.
    constexpr int tables = 4;
    const int64_t width = bins + 3;
    std::vector<int64_t> table(static_cast<size_t>(tables * width));
    int64_t* const base = table.data() + 2;
    const double scale = bins / (high - low);
    for (int64_t start = 0; start < n; start += block) {
        const int size = static_cast<int>(std::min<int64_t>(block, n - start));
        bin_numbers(x + start, size, absolute, low, high, scale, bins, numbers);
        for (int i = 0; i < size; i++) {
            base[(i % tables) * width + numbers[i]]++;
        }
    }
    for (int t = 0; t < tables; t++) {
        const int64_t* one = base + t * width;
        outside[2] += one[-2];
        outside[0] += one[-1];
        outside[1] += one[bins];
        counts[0] += one[-1];
        counts[bins - 1] += one[bins];
        for (int i = 0; i < bins; i++) {
            counts[i] += one[i];
        }
    }
}

}  // namespace cluster
