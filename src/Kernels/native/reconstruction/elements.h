// The arithmetic of one element in reconstruction and training, for the CPU's loops and for a device's kernels. Every operation is one of
// IEEE 754 and nothing is contracted (-ffp-contract=off, nvcc -fmad=false), so both give the same bits.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define CK_HD __host__ __device__
#else
#define CK_HD
#endif

namespace cluster {
// Without linkage: each file has its own copy, compiled with that file's options.
namespace {

// The stretched sigmoid of AdaRound: h(v) = clamp(1.2 sigmoid(v) - 0.1, 0, 1).
constexpr float zeta = 1.1f;
constexpr float gamma = -0.1f;

CK_HD inline float bits_to_float(int32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

CK_HD inline int32_t float_to_bits(float value) {
    int32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

// exp and log in the form that compilers turn into vector code (polynomials of Cephes expf and logf, S. Moshier), relative error
// about 1e-7; libm's functions are calls, an element each.
CK_HD inline float exponential(float x) {
    x = x < 87.0f ? x : 87.0f;
    x = x > -87.0f ? x : -87.0f;
    const float n = rintf(x * 1.44269504088896341f);
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * r) * r + r + 1.0f;
    return p * bits_to_float((static_cast<int32_t>(n) + 127) << 23);
}

CK_HD inline float logarithm(float x) {
    x = x > 1.17549435e-38f ? x : 1.17549435e-38f;
    const int32_t bits = float_to_bits(x);
    // The mantissa in [sqrt(1/2), sqrt(2)).
    const int32_t shifted = bits - 0x3f3504f3;
    const float e = static_cast<float>(shifted >> 23);
    const float f = bits_to_float((shifted & 0x007fffff) + 0x3f3504f3) - 1.0f;
    const float z = f * f;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    p = (p * f) * z;
    p = p - e * 2.12194440e-4f;
    p = p - 0.5f * z;
    return (f + p) + e * 0.693359375f;
}

// A 32-bit mix (lowbias32 of C. Wellons' "hash prospector"): every position has its own coin whatever the order.
CK_HD inline uint32_t hash(uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    return x;
}

// Whether an element is drawn; `position` is its place in the whole batch, modulo 2^32.
CK_HD inline bool drawn(uint32_t position, uint32_t seed, uint32_t threshold) { return hash(position ^ seed) < threshold; }

struct Soft {
    float h;
    float dh;  // dh/dv
};

CK_HD inline Soft rectified(float v) {
    const float sigmoid = 1.0f / (1.0f + exponential(-v));
    const float raw = (zeta - gamma) * sigmoid + gamma;
    float h = raw < 1.0f ? raw : 1.0f;
    h = h > 0.0f ? h : 0.0f;
    return {h, raw == h ? (zeta - gamma) * sigmoid * (1.0f - sigmoid) : 0.0f};
}

CK_HD inline float clamped(float value, float low, float high) {
    value = value > low ? value : low;
    return value < high ? value : high;
}

// d/dh of lambda * (1 - |2h - 1|^beta), and the power itself in `power`.
CK_HD inline float regularizer(float h, float lambda, float beta, float* power) {
    const float u = 2.0f * h - 1.0f;
    const float magnitude = std::fabs(u);
    const float lower = exponential((beta - 1.0f) * logarithm(magnitude));
    *power = lower * magnitude;
    const float slope = 2.0f * lambda * beta * lower;
    return u > 0.0f ? -slope : slope;
}

}  // namespace
}  // namespace cluster
