// A quantized layer in integers: codes of the input as rows of patches and libtorch's product of int8 matrices, one a group, or for narrow
// groups a loop over taps; and one loop that adds bias and zero point, scales, requantizes and clips, adds what the network adds to the
// layer's output, and rounds that sum. Codes stay int8 between layers. For devices: the processor's integer kernels are ONNX Runtime's.
#include <algorithm>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mm.h>
#if __has_include(<ATen/ops/_int_mm.h>)
#include <ATen/ops/_int_mm.h>
#include <torch/version.h>
#define CK_INT_MM 1
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 3
#define CK_INT_MM_CPU 1  // before, only devices had it
#endif
#endif

#include "bridge/status.h"
#include "cluster_kernels.h"
#include "device/device.h"

namespace {

// Of any type: those that count are checked.
const at::Tensor& tensor_of(const void* pointer) {
    TORCH_CHECK(pointer != nullptr, "the tensor is null or already disposed of");
    return *static_cast<const at::Tensor*>(pointer);
}

// cuBLASLt's product wants more than 16 rows.
constexpr int64_t least_rows = 32;

// Into sums, (rows, outputs) in int32.
void multiply(const at::Tensor& rows, const at::Tensor& weights, at::Tensor sums) {
#if !defined(CK_INT_MM_CPU)
    if (rows.is_cpu()) {
        at::mm_out(sums, rows.to(at::kInt), weights.to(at::kInt));  // the emulated device's: slow, and the same integers
        return;
    }
#endif
#if defined(CK_INT_MM)
    at::_int_mm_out(sums, rows, weights);
#else
    TORCH_CHECK(false, "int8 matrices on ", rows.device().str(), " are multiplied by libtorch 2.1 and newer; build with one of these");
#endif
}

int64_t outputs_of(int64_t size, int64_t before, int64_t after, int64_t kernel, int64_t stride, int64_t dilation) {
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

cluster::PatchShape patches_of(const at::Tensor& x, const ck_integer_layer* layer) {
    if (layer->convolves == 0) {
        const int64_t rows = x.numel() / x.size(-1);
        return {1, 1, 1, x.size(-1), 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, rows, rows, x.size(-1)};
    }
    const int64_t* k = layer->kernel;
    const int64_t* s = layer->stride;
    const int64_t* d = layer->dilation;
    const int64_t* p = layer->pads;  // top, left, bottom, right
    const int64_t height = outputs_of(x.size(2), p[0], p[2], k[0], s[0], d[0]);
    const int64_t width = outputs_of(x.size(3), p[1], p[3], k[1], s[1], d[1]);
    const int64_t rows = x.size(0) * height * width;
    const int64_t channels = x.size(1) / layer->groups;
    return {layer->groups, x.size(2), x.size(3), channels, height, width, k[0], k[1], s[0], s[1], d[0], d[1], p[0], p[1], rows, rows,
        k[0] * k[1] * channels};
}

// Whether its pixels are the rows of its patches.
bool is_plain(const cluster::PatchShape& shape) {
    return shape.groups == 1 && shape.kernel_height == 1 && shape.kernel_width == 1 && shape.out_height == shape.height
        && shape.out_width == shape.width && shape.stride_height == 1 && shape.stride_width == 1 && shape.top == 0 && shape.left == 0
        && shape.filled == shape.rows && shape.depth == shape.channels;
}

// (groups, filled rows, depth) codes, a row an output pixel.
at::Tensor patches(
    const at::Tensor& x, const cluster::DeviceLoops& loops, const cluster::PatchShape& shape, const cluster::CodeGrid& grid) {
    const bool has_codes = x.scalar_type() == at::kChar;
    if (has_codes && is_plain(shape)) {
        return (x.dim() == 4 ? x.permute({0, 2, 3, 1}) : x).reshape({1, shape.rows, shape.depth});
    }
    const at::Tensor codes = at::empty({shape.groups, shape.filled, shape.depth}, x.options().dtype(at::kChar));
    if (has_codes) {
        loops.patches(x.data_ptr<int8_t>(), codes.data_ptr<int8_t>(), shape, grid);
    } else {
        loops.patches(x.data_ptr<float>(), codes.data_ptr<int8_t>(), shape, grid);
    }
    return codes;
}

// Weights are (groups, outputs of a group, depth), the last two filled up.
at::Tensor products(const at::Tensor& rows, const at::Tensor& weights) {
    const at::Tensor sums = at::empty({rows.size(0), rows.size(1), weights.size(1)}, rows.options().dtype(at::kInt));
    for (int64_t group = 0; group < rows.size(0); group++) {
        multiply(rows.select(0, group), weights.select(0, group).t(), sums.select(0, group));
    }
    return sums;
}

at::Tensor codes_of(const at::Tensor& x, const cluster::DeviceLoops& loops, const cluster::CodeGrid& grid) {
    if (x.scalar_type() == at::kChar) {
        return x;
    }
    const at::Tensor codes = at::empty_like(x, x.options().dtype(at::kChar));
    loops.codes(x.data_ptr<float>(), codes.data_ptr<int8_t>(), x.numel(), grid);
    return codes;
}

// The addend's memory is laid out as the output's.
cluster::SumGrid sum_with(const at::Tensor& addend, const ck_integer_layer* layer) {
    const bool has_codes = addend.defined() && addend.scalar_type() == at::kChar;
    return {addend.defined() && !has_codes ? addend.data_ptr<float>() : nullptr,
        has_codes ? addend.data_ptr<int8_t>() : nullptr,
        {layer->addend.scale, layer->addend.zero_point},
        layer->floor,
        layer->ceiling,
        {layer->sum.scale, layer->sum.low, layer->sum.high}};
}

bool is_readable(const at::Tensor& x) { return x.scalar_type() == at::kFloat || x.scalar_type() == at::kChar; }

template <typename Sums>
void write(const cluster::DeviceLoops& loops, const Sums& sums, const at::Tensor& y, const cluster::OutputGrid& grid) {
    if (y.scalar_type() == at::kChar) {
        loops.outputs(sums, y.data_ptr<int8_t>(), y.numel(), grid);
    } else {
        loops.outputs(sums, y.data_ptr<float>(), y.numel(), grid);
    }
}

at::Tensor run(const at::Tensor& input, const at::Tensor& weights, const at::Tensor& offsets, const at::Tensor& factors,
    const at::Tensor& given, const ck_integer_layer* layer) {
    const bool convolves = layer->convolves != 0;
    TORCH_CHECK(is_readable(input) && input.dim() >= 2 && (!convolves || input.dim() == 4), "an integer layer was given a tensor of type ",
        input.scalar_type(), " and ", input.dim(), " dimensions");
    TORCH_CHECK(!convolves || (layer->groups > 0 && input.size(1) % layer->groups == 0 && offsets.numel() % layer->groups == 0),
        "an integer layer of ", layer->groups, " groups was given ", input.size(1), " channels");
    const bool multiplies = weights.dim() == 3;
    TORCH_CHECK((multiplies || weights.dim() == 2) && weights.scalar_type() == at::kChar && weights.is_contiguous(),
        "an integer layer has weights of type ", weights.scalar_type(), " and ", weights.dim(), " dimensions");
    const auto format = convolves ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    const at::Tensor x = input.contiguous(format);
    const cluster::DeviceScope scope(x);
    TORCH_CHECK(scope, "an integer layer was run on the processor");
    const cluster::DeviceLoops& loops = *scope.operator->();
    cluster::PatchShape shape = patches_of(x, layer);
    const int64_t channels = offsets.numel(), own = channels / shape.groups;
    TORCH_CHECK(multiplies ? weights.size(0) == shape.groups && weights.size(1) >= own && weights.size(2) >= shape.depth
                           : weights.size(0) == shape.depth && weights.size(1) == channels,
        "an integer layer has weights for another number of channels");

    std::vector<int64_t> sizes =
        convolves ? std::vector<int64_t>{x.size(0), channels, shape.out_height, shape.out_width} : x.sizes().vec();
    if (!convolves) {
        sizes.back() = channels;
    }
    TORCH_CHECK(!given.defined() || (is_readable(given) && given.sizes() == at::IntArrayRef(sizes)),
        "an integer layer was given a tensor of ", given.scalar_type(), " ", given.sizes(), " to add to its output ",
        at::IntArrayRef(sizes));
    const at::Tensor addend = given.defined() ? given.contiguous(format) : given;

    const at::Tensor y = at::empty(sizes, x.options().dtype(layer->writes_codes != 0 ? at::kChar : at::kFloat).memory_format(format));
    const cluster::CodeGrid read{layer->input.scale, layer->input.zero_point};
    const cluster::OutputGrid grid{offsets.data_ptr<int32_t>(),
        factors.data_ptr<float>(),
        channels,
        {layer->output.scale, layer->output.low, layer->output.high},
        sum_with(addend, layer),
        layer->written};
    if (multiplies) {
        shape.filled = std::max(shape.rows, least_rows);
        shape.depth = weights.size(2);
        const at::Tensor sums = products(patches(x, loops, shape, read), weights);
        write(loops, cluster::ProductSums{sums.data_ptr<int32_t>(), own, sums.size(2), sums.size(1) * sums.size(2)}, y, grid);
    } else {
        const at::Tensor codes = codes_of(x, loops, read);
        const int8_t zero = static_cast<int8_t>(read.zero_point);
        write(loops, cluster::TapSums{codes.data_ptr<int8_t>(), weights.data_ptr<int8_t>(), shape, channels, zero}, y, grid);
    }
    return y;
}

}  // namespace

int ck_integer_products(int* cuda) {
    return cluster::guarded([&] {
#if defined(CK_INT_MM)
        *cuda = 1;
#else
        *cuda = 0;
#endif
    });
}

int ck_run_integer_layer(const void* input, const void* weights, const void* offsets, const void* factors, const void* addend,
    const ck_integer_layer* layer, void** result) {
    return cluster::guarded([&] {
        *result = new at::Tensor(run(tensor_of(input), tensor_of(weights), tensor_of(offsets), tensor_of(factors),
            addend == nullptr ? at::Tensor() : tensor_of(addend), layer));
    });
}
