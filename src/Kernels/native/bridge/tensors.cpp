#include <cstring>
#include <sstream>
#include <vector>

#include <ATen/core/Formatting.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/autograd.h>

#include "bridge/status.h"

namespace {

const at::Tensor& tensor_of(const void* pointer) {
    TORCH_CHECK(pointer != nullptr, "the tensor is null or already disposed of");
    return *static_cast<const at::Tensor*>(pointer);
}

std::vector<at::Tensor> tensors_of(void* const* pointers, int count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; i++) {
        tensors.push_back(pointers[i] == nullptr ? at::Tensor() : *static_cast<const at::Tensor*>(pointers[i]));
    }
    return tensors;
}

void* handle_of(const at::Tensor& tensor) { return tensor.defined() ? new at::Tensor(tensor) : nullptr; }

}  // namespace

using cluster::guarded;

int ck_tensor_from_memory(const void* data, int64_t bytes, const int64_t* shape, int dimensions, int dtype, void** tensor) {
    return guarded([&] {
        at::Tensor result = at::empty(
            at::IntArrayRef(shape, static_cast<size_t>(dimensions)), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
        int64_t expected = static_cast<int64_t>(result.nbytes());
        TORCH_CHECK(bytes == expected, "a tensor of shape ", result.sizes(), " needs ", expected, " bytes but ", bytes, " were given");
        if (bytes > 0) {
            std::memcpy(result.data_ptr(), data, static_cast<size_t>(bytes));
        }
        *tensor = new at::Tensor(std::move(result));
    });
}

int ck_tensor_to_memory(const void* tensor, void* data, int64_t bytes) {
    return guarded([&] {
        at::Tensor source = tensor_of(tensor).detach().to(at::kCPU).contiguous();
        int64_t expected = static_cast<int64_t>(source.nbytes());
        TORCH_CHECK(
            bytes == expected, "a tensor of shape ", source.sizes(), " has ", expected, " bytes but room for ", bytes, " was given");
        if (bytes > 0) {
            std::memcpy(data, source.data_ptr(), static_cast<size_t>(bytes));
        }
    });
}

int ck_tensor_empty(const int64_t* shape, int dimensions, int channels_last, int dtype, void** tensor) {
    return guarded([&] {
        *tensor = new at::Tensor(at::empty(
            at::IntArrayRef(shape, static_cast<size_t>(dimensions)), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)),
            channels_last != 0 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous));
    });
}

int ck_tensor_dense(const void* tensor, void** data, int* channels_last) {
    return guarded([&] {
        const at::Tensor& t = tensor_of(tensor);
        // By the strides' own word, as operators choose: with one channel or one pixel both orders are the same memory.
        bool last =
            t.dim() == 4 && t.suggest_memory_format() == at::MemoryFormat::ChannelsLast && t.is_contiguous(at::MemoryFormat::ChannelsLast);
        *data = t.is_cpu() && (last || t.is_contiguous()) ? t.data_ptr() : nullptr;
        *channels_last = last ? 1 : 0;
    });
}

int ck_tensor_info_of(const void* tensor, ck_tensor_info* info) {
    return guarded([&] {
        const at::Tensor& t = tensor_of(tensor);
        info->dtype = static_cast<int32_t>(t.scalar_type());
        info->device_type = static_cast<int32_t>(t.device().type());
        info->device_index = t.device().index();
        info->dimensions = static_cast<int32_t>(t.dim());
        info->elements = t.numel();
        info->element_size = static_cast<int32_t>(t.element_size());
        info->requires_grad = t.requires_grad() ? 1 : 0;
        info->is_leaf = t.is_leaf() ? 1 : 0;
        info->is_contiguous = t.is_contiguous() ? 1 : 0;
    });
}

int ck_tensor_shape(const void* tensor, int64_t* shape, int64_t* strides) {
    return guarded([&] {
        const at::Tensor& t = tensor_of(tensor);
        for (int64_t i = 0; i < t.dim(); i++) {
            if (shape != nullptr) {
                shape[i] = t.size(i);
            }
            if (strides != nullptr) {
                strides[i] = t.stride(i);
            }
        }
    });
}

int ck_tensor_data(const void* tensor, void** data) {
    return guarded([&] {
        const at::Tensor& t = tensor_of(tensor);
        TORCH_CHECK(t.device().is_cpu(), "the data of a tensor on ", t.device().str(), " cannot be read in place");
        *data = t.data_ptr();
    });
}

void ck_tensor_dispose(void* tensor) { delete static_cast<at::Tensor*>(tensor); }

int ck_tensor_set_requires_grad(const void* tensor, int requires_grad) {
    return guarded([&] { tensor_of(tensor).set_requires_grad(requires_grad != 0); });
}

int ck_tensor_grad(const void* tensor, void** grad) {
    return guarded([&] { *grad = handle_of(tensor_of(tensor).grad()); });
}

int ck_tensor_set_grad(const void* tensor, const void* grad) {
    return guarded([&] { tensor_of(tensor).mutable_grad() = grad == nullptr ? at::Tensor() : tensor_of(grad); });
}

int ck_tensor_text(const void* tensor, const char** text) {
    static thread_local std::string buffer;
    return guarded([&] {
        std::ostringstream stream;
        stream << tensor_of(tensor);
        buffer = stream.str();
        *text = buffer.c_str();
    });
}

int ck_backward(void* const* tensors, int count, void* const* gradients, int gradient_count, int retain_graph, int create_graph,
    void* const* inputs, int input_count) {
    return guarded([&] {
        torch::autograd::backward(tensors_of(tensors, count), tensors_of(gradients, gradient_count), retain_graph != 0, create_graph != 0,
            tensors_of(inputs, input_count));
    });
}

int ck_grad(void* const* outputs, int output_count, void* const* inputs, int input_count, void* const* gradients, int gradient_count,
            int retain_graph, int create_graph, int allow_unused, void** results) {
    return guarded([&] {
        auto found = torch::autograd::grad(tensors_of(outputs, output_count), tensors_of(inputs, input_count),
            tensors_of(gradients, gradient_count), retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int i = 0; i < input_count; i++) {
            results[i] = handle_of(found[static_cast<size_t>(i)]);
        }
    });
}
