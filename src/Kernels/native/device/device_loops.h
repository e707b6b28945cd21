// Loops that run on a device: the same arithmetic as reconstruction_loops.h, one thread an element. Pointers are the device's. Sums are
// divided as on the CPU (reconstruction_loops.h, sums), so they are the same bits there and here; nothing is added up with atomics. No
// libtorch and no CUDA here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "reconstruction/reconstruction_loops.h"

namespace cluster {

// Memory that a sum needs while it is made.
struct SumSpace {
    float* lanes;    // sum_lanes(n)
    double* grains;  // sum_grains(n)
};

inline int64_t sum_lanes(int64_t n) { return (n + sums::piece - 1) / sums::piece * sums::width; }
inline int64_t sum_grains(int64_t n) { return (n + sums::grain - 1) / sums::grain; }

// The grid of an activation whose scale is in device memory. Where that is not positive and finite, all results are NaN.
struct DeviceGrid {
    const float* scale;
    float low;
    float high;
    bool relu;
};

// A weight's grid: memory is [outer][channels][inner].
struct ChannelGrid {
    const float* scales;
    const float* lows;
    const float* highs;
    int64_t channels;
    int64_t inner;
};

// A convolution over channels-last images, or a product of matrices: one pixel and one tap.
struct PatchShape {
    int64_t groups;
    int64_t height, width, channels;  // channels of a group
    int64_t out_height, out_width;
    int64_t kernel_height, kernel_width;
    int64_t stride_height, stride_width;
    int64_t dilation_height, dilation_width;
    int64_t top, left;  // rows and columns of zeros before the image
    int64_t rows;       // output pixels
    int64_t filled;     // rows of a group's patches: those, filled up with zeros
    int64_t depth;      // of a row of patches: taps times channels, filled up with zeros
};

// Codes as int8: zero_point is that of the codes less shift, which is 128 where they are unsigned.
struct CodeGrid {
    float scale;
    float zero_point;
};

// A pair as steps; a scale of 0 stands for none.
struct StepGrid {
    float scale;
    float low;
    float high;
};

// What is added to a layer's output, one of the two or neither, and the bounds and the pair of the sum.
struct SumGrid {
    const float* reals;
    const int8_t* codes;
    CodeGrid grid;  // of codes
    float floor;
    float ceiling;
    StepGrid pair;
};

// How whole numbers become outputs: (sum + offset) * factor of the channel, and where the output has a pair that number as steps, clipped
// and rounded; then the sum with another tensor, where there is one.
struct OutputGrid {
    const int32_t* offsets;
    const float* factors;
    int64_t channels;
    StepGrid pair;
    SumGrid sum;
    float written;  // zero point of the codes that are written
};

// Whole numbers that products of matrices left, one product a group of channels.
struct ProductSums {
    const int32_t* sums;
    int64_t channels;  // of a group
    int64_t row;       // numbers from one row to the next
    int64_t group;     // numbers from one group to the next
};

// Whole numbers that are added up when they are asked for: groups too narrow for a product of matrices.
struct TapSums {
    const int8_t* codes;    // channels-last images
    const int8_t* weights;  // (taps and channels of a group, outputs)
    PatchShape shape;
    int64_t outputs;  // of all groups
    int8_t zero;      // the code of what lies outside
};

class DeviceLoops {
public:
    virtual ~DeviceLoops() = default;

    // Rows of codes (groups, filled, depth), one an output pixel, of images that a pair has rounded: the code of what lies outside is that
    // of 0.
    virtual void patches(const float* x, int8_t* rows, const PatchShape& shape, const CodeGrid& grid) const = 0;
    // Of images that are codes already.
    virtual void patches(const int8_t* x, int8_t* rows, const PatchShape& shape, const CodeGrid& grid) const = 0;
    virtual void codes(const float* x, int8_t* codes, int64_t n, const CodeGrid& grid) const = 0;
    virtual void outputs(const ProductSums& sums, float* y, int64_t n, const OutputGrid& grid) const = 0;
    // As codes of the last pair.
    virtual void outputs(const ProductSums& sums, int8_t* y, int64_t n, const OutputGrid& grid) const = 0;
    virtual void outputs(const TapSums& sums, float* y, int64_t n, const OutputGrid& grid) const = 0;
    virtual void outputs(const TapSums& sums, int8_t* y, int64_t n, const OutputGrid& grid) const = 0;

    virtual void lsq_forward(
        const float* x, float* y, int64_t n, const DeviceGrid& grid, const DropMask& mask, uint32_t position) const = 0;
    // dx, and the scale's gradient times gradient_scale in ds
    virtual void lsq_backward(const float* x, const float* gradient, float* dx, float* ds, int64_t n, const DeviceGrid& grid,
        const DropMask& mask, uint32_t position, double gradient_scale, const SumSpace& space) const = 0;
    // One scale a channel; inside is what lies between the ends or on them, as clamp has it.
    virtual void channel_lsq_forward(const float* w, float* y, int64_t n, const ChannelGrid& grid) const = 0;
    virtual void channel_lsq_backward(
        const float* w, const float* gradient, float* dw, float* ds, int64_t n, const ChannelGrid& grid, double gradient_scale) const = 0;
    // The gradient, and factor * sum(weight * |a - b|^p) in loss; weights may be null
    virtual void power_loss(const float* a, const float* b, const float* weights, float* gradient, float* loss, int64_t n, double p,
        double factor, const SumSpace& space) const = 0;
    virtual void gather(const float* quantized, const float* exact, const int64_t* rows, int64_t count, int64_t elements,
        const DropMask& mask, float* target) const = 0;
    virtual void soft_round(const float* floors, const float* scales, const float* lows, const float* highs, const float* v, float* weights,
        int64_t n) const = 0;
    virtual void rounding_iteration(const RoundingArrays& a, const float* gradient, const RoundingRates& rates, int64_t n) const = 0;
    virtual void scale_iteration(
        float* scales, double* first, double* second, const double* gradients, const ScaleRates& rates, int64_t n) const = 0;
};

// Kernels on a stream (a cudaStream_t) of the current device; an error of a launch is a std::runtime_error. Only in builds with
// CK_CUDA_KERNELS.
std::unique_ptr<DeviceLoops> cuda_loops(void* stream);

// Of the current device, in bytes.
void cuda_memory(size_t* free, size_t* total);

// The same kernels, their threads one after the other on the calling thread, over host memory: so a machine without a device can test them.
std::unique_ptr<DeviceLoops> emulated_loops();

}  // namespace cluster
