// The C interface of libcluster_kernels. Every function returns 0, or 1 after an error whose text ck_last_error() gives
// (per thread). No exception leaves the library. Tensors are `at::Tensor*`, as TorchSharp's Tensor.Handle is: whoever
// receives one disposes of it.
#pragma once

#include <cstdint>

#if defined(__GNUC__)
#define CK_API extern "C" __attribute__((visibility("default")))
#else
#define CK_API extern "C"
#endif

// Raised with every incompatible change of this file; C# refuses another number.
#define CK_ABI_VERSION 5

enum ck_tag : int32_t {
    CK_NONE = 0,
    CK_TENSOR = 1,       // pointer: at::Tensor*
    CK_INT = 2,          // integer; also dtype, layout and memory format, which are integers to the dispatcher
    CK_DOUBLE = 3,
    CK_BOOL = 4,         // integer 0 or 1
    CK_INT_LIST = 5,     // pointer: int64_t[count]
    CK_DOUBLE_LIST = 6,  // pointer: double[count]
    CK_TENSOR_LIST = 7,  // pointer: at::Tensor*[count], null where a list of optional tensors has none
    CK_STRING = 8,       // pointer: char[count], UTF-8; a device where the schema wants one ("cuda:0")
};

// 16 bytes: one argument or one result of an operator.
struct ck_value {
    int32_t tag;
    int32_t count;
    union {
        int64_t integer;
        double number;
        const void* pointer;
    };
};

struct ck_tensor_info {
    int32_t dtype;         // c10::ScalarType
    int32_t device_type;   // c10::DeviceType
    int32_t device_index;
    int32_t dimensions;
    int64_t elements;
    int32_t element_size;
    int32_t requires_grad;
    int32_t is_leaf;
    int32_t is_contiguous;  // row-major
};

// Codes as int8: of unsigned ones zero_point is less by 128.
typedef struct ck_code_grid {
    float scale;
    float zero_point;
} ck_code_grid;

// A pair as steps.
typedef struct ck_step_grid {
    float scale;  // 0: there is no pair
    float low;
    float high;
} ck_step_grid;

// A quantized layer on a device. A convolution over images, channels-last, or a product: then what stands before `convolves` does not
// count. The sum is there only with an addend.
typedef struct ck_integer_layer {
    int64_t kernel[2];
    int64_t stride[2];
    int64_t dilation[2];
    int64_t pads[4];       // top, left, bottom, right
    int64_t groups;
    int32_t convolves;
    int32_t writes_codes;  // int8 in place of float32; the last pair must be there
    ck_code_grid input;
    ck_step_grid output;   // of the layer itself
    ck_code_grid addend;   // where it comes as int8
    ck_step_grid sum;
    float floor;           // what the activation function behind the sum leaves
    float ceiling;
    float written;         // zero point of the codes that are written
} ck_integer_layer;

// --- library
CK_API int ck_abi_version();
CK_API const char* ck_torch_version();                       // of the headers this was compiled with
CK_API int ck_loaded_torch_version(const char** text);       // of the libtorch in this process
CK_API const char* ck_last_error();
CK_API int ck_set_threads(int threads);                      // for all threads of the process, from their next call on
CK_API int ck_get_threads(int* threads);
CK_API int ck_release_freed();                               // gives the system what is kept of freed memory for what comes next
CK_API int ck_widen_room(int64_t bytes);                       // tensors in use and freed memory kept may fill so much more together
CK_API int ck_cuda_device_count(int* count);
CK_API int ck_cuda_runtime(int* version);                    // as CUDA counts: 12060 is 12.6; 0 without CUDA
CK_API int ck_cuda_kernels(int* built);                      // whether the fused kernels were compiled for CUDA too
CK_API int ck_allow_tf32(int allowed);                        // whether CUDA multiplies float32 in TF32, for the whole process
CK_API int ck_prepare_cuda();                                // no TF32, and cuDNN's deterministic algorithms: for the whole process
CK_API int ck_cuda_memory(int device, int64_t* free, int64_t* total);  // bytes
// For tests: CPU tensors of the calling thread take the way of a device's, the threads of a kernel one after the other.
CK_API int ck_emulate_device(int emulated, int* before);
CK_API int ck_integer_products(int* cuda);                   // whether libtorch multiplies int8 matrices on CUDA
CK_API int ck_manual_seed(int64_t seed);
CK_API int ck_grad_enabled(int* enabled);
CK_API int ck_set_grad_enabled(int enabled);

// Input and addend (null, or of the output's shape) in float32 or as codes in int8. Weights in int8: (groups, outputs of a group, taps and
// channels), the last two filled up with zeros, for a product of matrices a group; or (taps and channels, outputs) as they are, for
// a loop over taps. For each output channel the whole number that is added (int32) and the factor (float32).
CK_API int ck_run_integer_layer(const void* input, const void* weights, const void* offsets, const void* factors, const void* addend,
    const ck_integer_layer* layer, void** result);

// --- recorded work of a CUDA device (a CUDA graph with memory of its own), and events
// From begin to end, or dispose, the thread's work goes to a stream of its own; from capture on it is recorded and not done.
CK_API int ck_recording_begin(int device, void** recording);
CK_API int ck_recording_capture(void* recording);
CK_API int ck_recording_end(void* recording);
CK_API int ck_recording_replay(void* recording);             // on the thread's stream, behind the work before; does not wait
CK_API void ck_recording_dispose(void* recording);
CK_API int ck_event_new(int device, void** event);
CK_API int ck_event_record(void* event);                     // on the thread's stream
CK_API int ck_event_elapsed(const void* first, const void* last, float* milliseconds);  // waits for the last
CK_API void ck_event_dispose(void* event);

// --- every ATen operator, by name
CK_API int ck_find(const char* name, const char* overload, const void** op);
CK_API int ck_schema(const void* op, const char** text);
// Missing trailing arguments take the schema's defaults. The results belong to the thread until its next ck_call; tensors
// among them (lists flattened, null where undefined) belong to the caller.
CK_API int ck_call(const void* op, const ck_value* arguments, int count, const ck_value** results, int* result_count);

// --- tensors
CK_API int ck_tensor_from_memory(
    const void* data, int64_t bytes, const int64_t* shape, int dimensions, int dtype, void** tensor);  // copies
CK_API int ck_tensor_to_memory(const void* tensor, void* data, int64_t bytes);  // row-major whatever the memory format
CK_API int ck_tensor_dense(const void* tensor, void** data, int* channels_last);  // the memory of a tensor without gaps; null otherwise
CK_API int ck_tensor_empty(const int64_t* shape, int dimensions, int channels_last, int dtype, void** tensor);
CK_API int ck_tensor_info_of(const void* tensor, ck_tensor_info* info);
CK_API int ck_tensor_shape(const void* tensor, int64_t* shape, int64_t* strides);
CK_API int ck_tensor_data(const void* tensor, void** data);
CK_API void ck_tensor_dispose(void* tensor);
CK_API int ck_tensor_set_requires_grad(const void* tensor, int requires_grad);
CK_API int ck_tensor_grad(const void* tensor, void** grad);  // null where there is none
CK_API int ck_tensor_set_grad(const void* tensor, const void* grad);
CK_API int ck_tensor_text(const void* tensor, const char** text);
CK_API int ck_backward(void* const* tensors, int count, void* const* gradients, int gradient_count, int retain_graph, int create_graph,
    void* const* inputs, int input_count);
CK_API int ck_grad(void* const* outputs, int output_count, void* const* inputs, int input_count, void* const* gradients, int gradient_count,
    int retain_graph, int create_graph, int allow_unused, void** results);  // results: input_count entries, null where unused



// --- Winograd F(e x e, 3x3), edge e = 2 or 4: convolution of 3x3, stride 1, dilation 1, padding 1, one group, both channels multiples of
// 16; CPU, no autograd
CK_API int ck_winograd_weights(const float* weights /* (O, C, 3, 3) */, int64_t edge, int64_t out_channels, int64_t in_channels,
    float* transformed /* ((edge + 2)^2, C, O) */);
// The result is channels_last; the numbers of an image do not depend on the others of its batch nor on the number of threads.
CK_API int ck_winograd_3x3(const void* x /* (N, C, H, W) */, int64_t edge, int64_t in_channels, const float* transformed_weights,
    const float* bias /* (O) or null */, int64_t out_channels, void** result);

// The same, edge 2, with plain weights (O, C, 3, 3), which are transformed in float32 at every call, and with gradients of all three.
CK_API int ck_winograd_conv(const void* x, const void* weight, const void* bias /* or null */, void** result);


// --- reconstruction; the first two take part in autograd. All but the functions on memory take tensors of the CPU or of one CUDA device,
// and give the same bits on both; on a device nothing waits for it but a result that is returned as a number, and a scale that is not
// positive and finite makes the results NaN.
// LSQ: DQ(Q(x)) with a scale (1 element) that is learned; an element is quantized with the given probability (QDrop), a function of seed
// and position only.
// The scale's gradient is multiplied by gradient_scale. With relu, max(x, 0) is quantized.
CK_API int ck_learned_scale(const void* x, const void* scale, int zero_point, int minimum, int maximum, double gradient_scale, int relu,
    double probability, uint64_t seed, int64_t position, void** result);
CK_API int ck_power_loss(const void* x, const void* target, const void* weights /* or null */, double p, double factor,
    void** result);  // factor * sum(weights |x - target|^p)
// Rows of two tables, element by element from `quantized` with the given probability, else from `exact` (or null: all from `quantized`);
// into the target's memory order.
CK_API int ck_gather_rows(const float* quantized, const float* exact, const int64_t* rows, int64_t count, int64_t elements,
    double probability, uint64_t seed, void* target);
CK_API int ck_store_rows(const void* x, float* target);  // the elements: images as (N, H, W, C), anything else row-major
// On a device: rows of tables whose first dimension is dense and outermost, in the target's memory order; rows is int64.
CK_API int ck_gather_table(const void* quantized, const void* exact, const void* rows, double probability, uint64_t seed, void* target);
// On a device: LSQ with a scale and ends (without zero point) for each channel, in autograd; inside is what lies between the ends or on
// them.
CK_API int ck_learned_scale_channels(
    const void* w, const void* scales, const void* lows, const void* highs, int axis, double gradient_scale, void** result);
// One iteration of Adam (0.9, 0.999, 1e-8) on scales, in double; moments and gradients are float64. The corrections are 1 - 0.9^t and 1 -
// 0.999^t. A scale becomes |s|, at least `smallest`.
CK_API int ck_scale_iteration(void* scales, void* first, void* second, const void* gradients, double learning_rate, double first_correction,
    double second_correction, double smallest);
// AdaRound: scales * clamp(floors + h(v), lows, highs), h(v) = clamp(1.2 sigmoid(v) - 0.1, 0, 1); one entry an element everywhere
CK_API int ck_soft_round(const void* floors, const void* scales, const void* lows, const void* highs, const void* v, void* weights);
// One iteration of Adam (0.9, 0.999, 1e-8) on v from the sum of the weights' gradients, and the weights that follow from it.
CK_API int ck_rounding_iteration(const void* floors, const void* scales, const void* lows, const void* highs, void* v, void* first,
    void* second, void* weights, void* const* gradients, int gradient_count, double learning_rate, double first_correction,
    double second_correction, double lambda, double beta);
