#include <mutex>
#include <sstream>
#include <unordered_map>
#include <vector>

#include <ATen/ScalarOps.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include "bridge/status.h"

namespace {

// std::optional or c10::optional, whichever this libtorch uses.
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<at::Tensor>());

struct Operator {
    c10::OperatorHandle handle;
    std::string schema;
};

const at::Tensor& tensor_of(const void* pointer) {
    TORCH_CHECK(pointer != nullptr, "a tensor argument is null or already disposed of");
    return *static_cast<const at::Tensor*>(pointer);
}

at::Scalar scalar_of(const ck_value& value) {
    switch (value.tag) {
        case CK_INT: return at::Scalar(value.integer);
        case CK_DOUBLE: return at::Scalar(value.number);
        case CK_BOOL: return at::Scalar(value.integer != 0);
        default: TORCH_CHECK(false, "a number was expected, an argument of kind ", value.tag, " was given");
    }
}

c10::IValue wrapped_number(const at::Scalar& scalar) {
    // As Python does: a number in a tensor's place does not decide the result's dtype.
    at::Tensor tensor = c10::scalar_to_tensor(scalar);
    tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
    return tensor;
}

c10::IValue convert_list(const ck_value& value, const c10::TypePtr& element, int64_t fixed_size) {
    switch (element->kind()) {
        case c10::TypeKind::IntType:
        case c10::TypeKind::SymIntType: {
            if (value.tag == CK_INT) {  // int[2] accepts one number for both
                return std::vector<int64_t>(static_cast<size_t>(fixed_size > 0 ? fixed_size : 1), value.integer);
            }
            TORCH_CHECK(value.tag == CK_INT_LIST, "a list of integers was expected, an argument of kind ", value.tag, " was given");
            const auto* data = static_cast<const int64_t*>(value.pointer);
            return std::vector<int64_t>(data, data + value.count);
        }
        case c10::TypeKind::FloatType: {
            if (value.tag == CK_INT_LIST) {
                const auto* data = static_cast<const int64_t*>(value.pointer);
                return std::vector<double>(data, data + value.count);
            }
            TORCH_CHECK(value.tag == CK_DOUBLE_LIST, "a list of numbers was expected, an argument of kind ", value.tag, " was given");
            const auto* data = static_cast<const double*>(value.pointer);
            return std::vector<double>(data, data + value.count);
        }
        case c10::TypeKind::BoolType: {
            TORCH_CHECK(
                value.tag == CK_INT_LIST, "a list of booleans (as integers) was expected, an argument of kind ", value.tag, " was given");
            const auto* data = static_cast<const int64_t*>(value.pointer);
            c10::List<bool> list;
            list.reserve(value.count);
            for (int i = 0; i < value.count; i++) {
                list.push_back(data[i] != 0);
            }
            return list;
        }
        case c10::TypeKind::TensorType: {
            TORCH_CHECK(value.tag == CK_TENSOR_LIST, "a list of tensors was expected, an argument of kind ", value.tag, " was given");
            const auto* data = static_cast<const void* const*>(value.pointer);
            c10::List<at::Tensor> list;
            list.reserve(value.count);
            for (int i = 0; i < value.count; i++) {
                list.push_back(tensor_of(data[i]));
            }
            return list;
        }
        case c10::TypeKind::OptionalType: {
            TORCH_CHECK(
                value.tag == CK_TENSOR_LIST && element->castRaw<c10::OptionalType>()->getElementType()->kind() == c10::TypeKind::TensorType,
                "a list of optional ", element->str(), " cannot be passed; lists of optional tensors can");
            const auto* data = static_cast<const void* const*>(value.pointer);
            c10::List<OptionalTensor> list;
            list.reserve(value.count);
            for (int i = 0; i < value.count; i++) {
                list.push_back(data[i] == nullptr ? OptionalTensor() : OptionalTensor(tensor_of(data[i])));
            }
            return list;
        }
        default:
            TORCH_CHECK(false, "a list of ", element->str(), " cannot be passed");
    }
}

c10::IValue convert(const ck_value& value, const c10::TypePtr& type, int64_t fixed_size) {
    switch (type->kind()) {
        case c10::TypeKind::OptionalType:
            return value.tag == CK_NONE ? c10::IValue() : convert(value, type->castRaw<c10::OptionalType>()->getElementType(), fixed_size);
        case c10::TypeKind::TensorType:
            if (value.tag == CK_NONE) {
                return at::Tensor();
            }
            return value.tag == CK_TENSOR ? c10::IValue(tensor_of(value.pointer)) : wrapped_number(scalar_of(value));
        case c10::TypeKind::ListType:
            return convert_list(value, type->castRaw<c10::ListType>()->getElementType(), fixed_size);
        case c10::TypeKind::NumberType:
            return scalar_of(value);
        case c10::TypeKind::FloatType:
            return scalar_of(value).toDouble();
        case c10::TypeKind::IntType:
        case c10::TypeKind::SymIntType:
            TORCH_CHECK(
                value.tag == CK_INT || value.tag == CK_BOOL, "an integer was expected, an argument of kind ", value.tag, " was given");
            return value.integer;
        case c10::TypeKind::BoolType:
            TORCH_CHECK(
                value.tag == CK_INT || value.tag == CK_BOOL, "a boolean was expected, an argument of kind ", value.tag, " was given");
            return value.integer != 0;
        case c10::TypeKind::StringType:
        case c10::TypeKind::DeviceObjType: {
            TORCH_CHECK(value.tag == CK_STRING, "a text was expected, an argument of kind ", value.tag, " was given");
            std::string text(static_cast<const char*>(value.pointer), static_cast<size_t>(value.count));
            return type->kind() == c10::TypeKind::StringType ? c10::IValue(text) : c10::IValue(c10::Device(text));
        }
        default:
            TORCH_CHECK(value.tag == CK_NONE, "an argument of type ", type->str(), " cannot be passed");
            return c10::IValue();
    }
}

void append(std::vector<ck_value>& results, const c10::IValue& value) {
    ck_value result{};
    if (value.isTensor()) {
        const at::Tensor& tensor = value.toTensor();
        result.tag = CK_TENSOR;
        result.pointer = tensor.defined() ? new at::Tensor(tensor) : nullptr;
    } else if (value.isTensorList()) {
        for (const at::Tensor& tensor : value.toTensorVector()) {
            append(results, tensor);
        }
        return;
    } else if (value.isInt()) {
        result.tag = CK_INT;
        result.integer = value.toInt();
    } else if (value.isDouble()) {
        result.tag = CK_DOUBLE;
        result.number = value.toDouble();
    } else if (value.isBool()) {
        result.tag = CK_BOOL;
        result.integer = value.toBool() ? 1 : 0;
    } else if (!value.isNone()) {
        TORCH_CHECK(false, "a result of type ", value.tagKind(), " cannot be returned");
    }
    results.push_back(result);
}

void release(std::vector<ck_value>& results) {
    for (const ck_value& result : results) {
        if (result.tag == CK_TENSOR) {
            delete static_cast<const at::Tensor*>(result.pointer);
        }
    }
    results.clear();
}

std::string overloads_of(const std::string& name) {
    std::ostringstream text;
    for (const c10::OperatorName& candidate : c10::Dispatcher::singleton().getAllOpNames()) {
        if (candidate.name == name) {
            text << " '" << candidate.overload_name << "'";
        }
    }
    return text.str();
}

}  // namespace

int ck_find(const char* name, const char* overload, const void** op) {
    return cluster::guarded([&] {
        static std::mutex mutex;
        // Operators are never unregistered: entries live as long as the process, so the pointers may be kept.
        static auto& known = *new std::unordered_map<std::string, Operator*>();
        std::string key = std::string(name) + '.' + overload;
        std::lock_guard<std::mutex> lock(mutex);
        auto found = known.find(key);
        if (found == known.end()) {
            auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
            if (!handle.has_value()) {
                std::string others = overloads_of(name);
                TORCH_CHECK(false, "libtorch has no operator ", name, " with overload '", overload, "'",
                            others.empty() ? std::string() : "; its overloads are" + others);
            }
            std::ostringstream schema;
            schema << handle->schema();
            found = known.emplace(key, new Operator{*handle, schema.str()}).first;
        }
        *op = found->second;
    });
}

int ck_schema(const void* op, const char** text) {
    return cluster::guarded([&] { *text = static_cast<const Operator*>(op)->schema.c_str(); });
}

int ck_call(const void* op, const ck_value* arguments, int count, const ck_value** results, int* result_count) {
    static thread_local std::vector<ck_value> values;
    values.clear();
    int status = cluster::guarded([&] {
        const auto* target = static_cast<const Operator*>(op);
        const auto& schema = target->handle.schema();
        const auto& parameters = schema.arguments();
        TORCH_CHECK(count <= static_cast<int>(parameters.size()), "too many arguments for ", target->schema);
        torch::jit::Stack stack;
        stack.reserve(parameters.size());
        for (size_t i = 0; i < parameters.size(); i++) {
            const c10::Argument& parameter = parameters[i];
            if (static_cast<int>(i) >= count) {
                TORCH_CHECK(parameter.default_value().has_value(), "argument '", parameter.name(), "' is missing for ", target->schema);
                stack.push_back(*parameter.default_value());
                continue;
            }
            try {
                stack.push_back(convert(arguments[i], parameter.type(), parameter.N().has_value() ? *parameter.N() : 0));
            } catch (const c10::Error& error) {
                TORCH_CHECK(false, "argument '", parameter.name(), "' of ", target->schema, ": ", error.what_without_backtrace());
            }
        }
        target->handle.callBoxed(&stack);
        for (const c10::IValue& value : stack) {
            append(values, value);
        }
    });
    if (status != 0) {
        release(values);
    }
    *results = values.data();
    *result_count = static_cast<int>(values.size());
    return status;
}
