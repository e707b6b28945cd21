using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The operators that networks are made of, by libtorch; shapes are NCHW. Each returns a new tensor that the caller, or
/// the dispose scope, owns.
/// </summary>
public static class TensorOps
{
    /// <summary>The number that libtorch gives to channels_last.</summary>
    private const long ChannelsLastFormat = 2;

    private const long ContiguousFormat = 0;

    /// <summary>Cross-correlation, as ONNX Conv; shapes and attributes may have one spatial axis or three as well.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(O, C / groups, kH, kW).</param>
    /// <param name="bias">(O), or null.</param>
    /// <param name="padding">Rows above and below, columns left and right.</param>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) =>
        Aten.Call("aten::convolution", x, weight, bias, stride, padding, dilation, false, new long[stride.Length], groups);

    /// <summary>The transpose of <see cref="Conv2d"/>, as ONNX ConvTranspose.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(C, O / groups, kH, kW).</param>
    /// <param name="bias">(O), or null.</param>
    public static Tensor ConvTranspose2d(
        Tensor x, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] outputPadding, long[] dilation, long groups) =>
        Aten.Call("aten::convolution", x, weight, bias, stride, padding, dilation, true, outputPadding, groups);

    /// <summary>x · weightᵀ + bias.</summary>
    /// <param name="x">(…, I).</param>
    /// <param name="weight">(O, I).</param>
    /// <param name="bias">(O), or null.</param>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) => Aten.Call("aten::linear", x, weight, bias);

    /// <summary>left · right over the last two dimensions; the leading ones broadcast.</summary>
    public static Tensor MatMul(Tensor left, Tensor right) => Aten.Call("aten::matmul", left, right);

    /// <summary>max(0, x).</summary>
    public static Tensor Relu(Tensor x) => Aten.Call("aten::relu", x);

    /// <summary>min(max(x, min), max); a null bound is not applied.</summary>
    public static Tensor Clamp(Tensor x, double? min, double? max) => Aten.Call("aten::clamp", x, Optional(min), Optional(max));

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor Sigmoid(Tensor x) => Aten.Call("aten::sigmoid", x);

    /// <summary>tanh(x).</summary>
    public static Tensor Tanh(Tensor x) => Aten.Call("aten::tanh", x);

    /// <summary>x where it is positive, else slope * x.</summary>
    public static Tensor LeakyRelu(Tensor x, double slope) => Aten.Call("aten::leaky_relu", x, slope);

    /// <summary>
    /// max(0, min(1, alpha * x + beta)); ONNX has alpha 0.2 and beta 0.5 by default, torch 1/6 and 0.5.
    /// </summary>
    public static Tensor HardSigmoid(Tensor x, double alpha, double beta)
    {
        using Tensor scaled = Aten.Call("aten::mul.Scalar", x, alpha);
        using Tensor shifted = Aten.Call("aten::add.Scalar", scaled, beta);
        return Clamp(shifted, 0, 1);
    }

    /// <summary>x * max(0, min(1, x / 6 + 0.5)).</summary>
    public static Tensor HardSwish(Tensor x) => Aten.Call("aten::hardswish", x);

    /// <summary>left + right, broadcast.</summary>
    public static Tensor Add(Tensor left, Tensor right) => Aten.Call("aten::add.Tensor", left, right);

    /// <summary>left - right, broadcast.</summary>
    public static Tensor Sub(Tensor left, Tensor right) => Aten.Call("aten::sub.Tensor", left, right);

    /// <summary>left * right, broadcast.</summary>
    public static Tensor Mul(Tensor left, Tensor right) => Aten.Call("aten::mul.Tensor", left, right);

    /// <summary>left / right, broadcast.</summary>
    public static Tensor Div(Tensor left, Tensor right) => Aten.Call("aten::div.Tensor", left, right);

    /// <summary>Largest value of each window; padding never wins.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="kernel">Rows, columns; likewise stride, padding (on both sides) and dilation.</param>
    /// <param name="ceil">Rounds the output size up instead of down.</param>
    public static Tensor MaxPool2d(Tensor x, long[] kernel, long[] stride, long[] padding, long[] dilation, bool ceil) =>
        Aten.Call("aten::max_pool2d", x, kernel, stride, padding, dilation, ceil);

    /// <summary>Mean of each window.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="kernel">Rows, columns; likewise stride and padding (on both sides).</param>
    /// <param name="ceil">Rounds the output size up instead of down.</param>
    /// <param name="countIncludePad">Counts padding as zeros in the mean.</param>
    public static Tensor AvgPool2d(Tensor x, long[] kernel, long[] stride, long[] padding, bool ceil, bool countIncludePad) =>
        Aten.Call("aten::avg_pool2d", x, kernel, stride, padding, ceil, countIncludePad);

    /// <summary>(N, C, H, W) to (N, C, 1, 1); likewise with any number of spatial axes.</summary>
    public static Tensor GlobalAveragePool(Tensor x) => Mean(x, SpatialAxes(x), keepDimensions: true);

    /// <summary>Axes after batch and channels.</summary>
    public static long[] SpatialAxes(Tensor x) => [.. Enumerable.Range(2, x.shape.Length - 2).Select(axis => (long)axis)];

    /// <summary>Mean over the given dimensions; negative ones count from the end.</summary>
    public static Tensor Mean(Tensor x, long[] dimensions, bool keepDimensions) =>
        Aten.Call("aten::mean.dim", x, dimensions, keepDimensions);

    /// <summary>Sum over the given dimensions; negative ones count from the end.</summary>
    public static Tensor Sum(Tensor x, long[] dimensions, bool keepDimensions) =>
        Aten.Call("aten::sum.dim_IntList", x, dimensions, keepDimensions);

    /// <summary>Index (int64) of the largest element along a dimension.</summary>
    public static Tensor ArgMax(Tensor x, long dimension, bool keepDimension = false) =>
        Aten.Call("aten::argmax", x, dimension, keepDimension);

    /// <summary>exp(x) / Σ exp(x) along a dimension.</summary>
    public static Tensor Softmax(Tensor x, long dimension) => Aten.Call("aten::softmax.int", x, dimension);

    /// <summary>x - log Σ exp(x) along a dimension.</summary>
    public static Tensor LogSoftmax(Tensor x, long dimension) => Aten.Call("aten::log_softmax.int", x, dimension);

    /// <summary>Joins tensors along an axis; their other dimensions must be equal.</summary>
    public static Tensor Cat(Tensor[] tensors, long axis) => Aten.Call("aten::cat", tensors, axis);

    /// <summary>The same elements in another shape, one size of which may be -1; a view if possible.</summary>
    public static Tensor Reshape(Tensor x, long[] shape) => Aten.Call("aten::reshape", x, shape);

    /// <summary>ONNX Flatten: two dimensions, those before <paramref name="axis"/> and those from it on.</summary>
    public static Tensor Flatten(Tensor x, int axis = 1)
    {
        long[] shape = x.shape;
        int start = axis < 0 ? axis + shape.Length : axis;
        long rows = shape.Take(start).Aggregate(1L, (product, size) => product * size);
        long columns = shape.Skip(start).Aggregate(1L, (product, size) => product * size);
        return Reshape(x, [rows, columns]);
    }

    /// <summary>
    /// Dimension i of the result is dimension <paramref name="permutation"/>[i] of <paramref name="x"/>; a view.
    /// </summary>
    public static Tensor Transpose(Tensor x, long[] permutation) => Aten.Call("aten::permute", x, permutation);

    /// <summary>
    /// Elements start, start + step … below end along a dimension; a view. Negative bounds count from the end, bounds
    /// beyond it are clipped.
    /// </summary>
    public static Tensor Slice(Tensor x, long dimension, long start, long end, long step = 1) =>
        Aten.Call("aten::slice.Tensor", x, dimension, start, end, step);

    /// <summary>The same elements, repeated along dimensions of size 1 until the shape is reached; a view.</summary>
    public static Tensor Expand(Tensor x, long[] shape) => Aten.Call("aten::expand", x, shape);

    /// <summary>
    /// <paramref name="length"/> elements along a dimension, from <paramref name="start"/> on; a view.
    /// </summary>
    public static Tensor Narrow(Tensor x, long dimension, long start, long length) =>
        Aten.Call("aten::narrow", x, dimension, start, length);

    /// <summary>The slices at the given indices, in their order.</summary>
    /// <param name="index">(K), int64.</param>
    public static Tensor IndexSelect(Tensor x, long dimension, Tensor index) => Aten.Call("aten::index_select", x, dimension, index);

    /// <summary>Pads with a constant.</summary>
    /// <param name="begins">Elements added before, per dimension as in ONNX Pad; negative removes.</param>
    /// <param name="ends">Elements added after, per dimension.</param>
    public static Tensor Pad(Tensor x, long[] begins, long[] ends, double value)
    {
        // libtorch counts pairs from the last dimension.
        long[] pairs = [.. Enumerable.Range(0, begins.Length).Reverse().SelectMany(i => new[] { begins[i], ends[i] })];
        return Aten.Call("aten::constant_pad_nd", x, pairs, value);
    }

    /// <summary>
    /// The same values with channels innermost in memory, which libtorch's convolutions like best; x itself (a new
    /// handle) if they are.
    /// </summary>
    public static Tensor ToChannelsLast(Tensor x) => Aten.Call("aten::contiguous", x, ChannelsLastFormat);

    /// <summary>The same values row-major; x itself (a new handle) if they are.</summary>
    public static Tensor Contiguous(Tensor x) => Aten.Call("aten::contiguous", x, ContiguousFormat);

    private static AtenValue Optional(double? value) => value is null ? AtenValue.None : value.Value;
}
