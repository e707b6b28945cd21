// Plain loops over float32 memory, compiled for several instruction sets. No libtorch here, and no result that depends on
// the width of a vector: sums go through eight fixed lanes in double.
#pragma once

#include <cstdint>

namespace cluster {

constexpr int lanes = 8;

struct Extremes {
    float minimum;
    float maximum;
    int64_t nans;
};

// codes are clamped before rounding: the bounds are whole numbers, so both orders agree, and a NaN ends at the lower bound
// as it does in ONNX Runtime.
void fake_quantize(const float* x, float* y, int64_t n, float scale, float low, float high);
void quantize(const float* x, uint8_t* codes, int64_t n, float scale, int zero_point, float low, float high);
void steps(const float* x, float* y, int64_t n, float scale);
void scale(float* x, int64_t n, float factor);
void scale(float* x, int64_t n, const float* factors);
Extremes extremes(const float* x, int64_t n);
double sum(const float* x, int64_t n);
void add_rows(const float* x, int64_t rows, int64_t columns, double* sums);
void squared_error(const float* a, const float* b, int64_t n, double* signal, double* noise);
void histogram(const float* x, int64_t n, bool absolute, double low, double high, int bins, int64_t* counts, int64_t* outside);

}  // namespace cluster
