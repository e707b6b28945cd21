// A quantized layer through an integer product of matrices: codes of the input as rows of patches, libtorch's product of int8 matrices, and
// one loop that adds bias and zero point, scales, requantizes and clips. For devices: the processor's integer kernels are ONNX Runtime's.
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#if __has_include(<ATen/ops/_int_mm.h>)
#include <ATen/ops/_int_mm.h>
#define CK_INT_MM 1
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

at::Tensor product(const at::Tensor& rows, const at::Tensor& weights) {
    if (rows.is_cpu()) {
        return at::mm(rows.to(at::kInt), weights.to(at::kInt));  // the emulated device's: slow, and the same integers
    }
#if defined(CK_INT_MM)
    return at::_int_mm(rows, weights);
#else
    TORCH_CHECK(false, "int8 matrices on ", rows.device().str(), " are multiplied by libtorch 2.1 and newer; build with one of these");
#endif
}

int64_t outputs_of(int64_t size, int64_t before, int64_t after, int64_t kernel, int64_t stride, int64_t dilation) {
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

cluster::PatchShape patches_of(const at::Tensor& x, const ck_integer_layer* layer, int64_t depth) {
    if (layer->convolves == 0) {
        return {1, 1, x.size(-1), 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, depth};
    }
    const int64_t* k = layer->kernel;
    const int64_t* s = layer->stride;
    const int64_t* d = layer->dilation;
    const int64_t* p = layer->pads;  // top, left, bottom, right
    return {x.size(2),
            x.size(3),
            x.size(1),
            outputs_of(x.size(2), p[0], p[2], k[0], s[0], d[0]),
            outputs_of(x.size(3), p[1], p[3], k[1], s[1], d[1]),
            k[0],
            k[1],
            s[0],
            s[1],
            d[0],
            d[1],
            p[0],
            p[1],
            depth};
}

at::Tensor run(const at::Tensor& input, const at::Tensor& weights, const at::Tensor& offsets, const at::Tensor& factors,
    const ck_integer_layer* layer) {
    TORCH_CHECK(input.scalar_type() == at::kFloat && input.dim() >= 2 && (layer->convolves == 0 || input.dim() == 4),
        "an integer layer was given a tensor of type ", input.scalar_type(), " and ", input.dim(), " dimensions");
    TORCH_CHECK(weights.dim() == 2 && weights.scalar_type() == at::kChar, "an integer layer has weights of type ", weights.scalar_type());
    const at::Tensor x = input.contiguous(layer->convolves != 0 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
    const cluster::DeviceScope scope(x);
    TORCH_CHECK(scope, "an integer layer was run on the processor");
    const cluster::PatchShape shape = patches_of(x, layer, weights.size(1));
    TORCH_CHECK(shape.kernel_height * shape.kernel_width * shape.channels <= shape.depth,
        "an integer layer has weights for another number of channels");

    const int64_t channels = offsets.numel();
    const int64_t rows = layer->convolves != 0 ? x.size(0) * shape.out_height * shape.out_width : x.numel() / x.size(-1);
    const auto bytes = x.options().dtype(at::kChar);
    const at::Tensor codes = rows < least_rows ? at::zeros({least_rows, shape.depth}, bytes) : at::empty({rows, shape.depth}, bytes);
    scope->patches(x.data_ptr<float>(), codes.data_ptr<int8_t>(), rows * shape.depth, shape, {layer->scale, layer->zero_point});
    const at::Tensor sums = product(codes, weights.t()).contiguous();

    std::vector<int64_t> sizes =
        layer->convolves != 0 ? std::vector<int64_t>{x.size(0), shape.out_height, shape.out_width, channels} : x.sizes().vec();
    sizes.back() = channels;
    const at::Tensor y = at::empty(sizes, x.options().memory_format(at::MemoryFormat::Contiguous));
    scope->outputs(sums.data_ptr<int32_t>(), y.data_ptr<float>(), rows * channels,
        {offsets.data_ptr<int32_t>(), factors.data_ptr<float>(), channels, sums.size(1), layer->output_scale, layer->low, layer->high});
    return layer->convolves != 0 ? y.permute({0, 3, 1, 2}) : y;
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

int ck_run_integer_layer(
    const void* input, const void* weights, const void* offsets, const void* factors, const ck_integer_layer* layer, void** result) {
    return cluster::guarded(
        [&] { *result = new at::Tensor(run(tensor_of(input), tensor_of(weights), tensor_of(offsets), tensor_of(factors), layer)); });
}
