// Adam (Kingma and Ba, ICLR 2015) on one element: betas 0.9 and 0.999, epsilon 1e-8. The managed side (Learning/Optimizers/Adam.cs) has the
// same numbers and counts the iterations. Every operation is one of IEEE 754 and nothing is contracted, as in elements.h.
#pragma once

#include <cmath>

#include "reconstruction/elements.h"
#include "reconstruction/reconstruction_loops.h"

namespace cluster {
namespace {

// T is float or double.
template <typename T>
CK_HD inline void adam_moments(T& first, T& second, T gradient) {
    first = T(0.9) * first + T(0.1) * gradient;
    second = T(0.999) * second + T(0.001) * gradient * gradient;
}

// The change of a value in float32: `rate` and `root` already hold the corrections (RoundingRates).
CK_HD inline float adam_change(float first, float second, float rate, float root) {
    return rate * first / (std::sqrt(second) * root + 1e-8f);
}

// The change of a value in float64.
CK_HD inline double adam_change(double first, double second, double rate, const AdamCorrections& corrections) {
    const double mean = first / corrections.first;
    const double root = std::sqrt(second / corrections.second);
    return rate * mean / (root + 1e-8);
}

// The activation scale that follows: positive, at least the smallest.
CK_HD inline float moved_scale(float scale, double& first, double& second, double gradient, const ScaleRates& rates) {
    adam_moments(first, second, gradient);
    const double moved = std::fabs(scale - adam_change(first, second, rates.rate, rates.corrections));
    return static_cast<float>(moved > rates.smallest ? moved : rates.smallest);
}

}  // namespace
}  // namespace cluster
