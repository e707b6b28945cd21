using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Integers;

/// <summary>
/// A layer between Q/DQ pairs on a device: codes as rows of patches, libtorch's product of int8 matrices, and one kernel of our own that
/// adds bias and zero point, scales, requantizes and clips (native/integers). Its integers are those of the file's integer kernel. A 1x1
/// convolution is a product of its pixels; grouped convolutions are none, and stay sums of whole numbers in float32.
/// </summary>
internal sealed unsafe class IntegerLayer : IDisposable
{
    private const int Multiple = 16; // of rows and columns that cuBLASLt's kernels take

    private readonly Tensor _weights; // (outputs, taps and channels), int8
    private readonly Tensor _offsets; // int32: bias, and what the zero point adds to each sum
    private readonly Tensor _factors; // float32: from whole numbers to steps of the output, or to real numbers
    private readonly IntegerLayerCall _call;

    private IntegerLayer(Tensor weights, Tensor offsets, Tensor factors, IntegerLayerCall call)
    {
        _weights = weights;
        _offsets = offsets;
        _factors = factors;
        _call = call;
    }

    /// <summary>The layer of a node, or null where it is no product of matrices of int8.</summary>
    /// <param name="weights">Codes less their zero point, in the shape of the graph's weight.</param>
    /// <param name="bias">Codes in units of the sums; null: none.</param>
    /// <param name="read">The pair that the node reads through.</param>
    /// <param name="steps">The real size of 1 in the sums, one an output channel.</param>
    /// <param name="output">The pair that the layer rounds its output to; null: it hands on real numbers.</param>
    public static IntegerLayer? Of(
        GraphNode node,
        int[] weights,
        long[] shape,
        int[]? bias,
        QuantizationParameters read,
        float[] steps,
        QuantizationParameters? output,
        ComputeDevice device)
    {
        bool convolves = node.OpType == "Conv";
        bool isProduct = convolves ? shape.Length == 4 && node.GetInt("group", 1) == 1 : node.OpType is "Gemm" or "MatMul";
        if (!isProduct || weights.Any(weight => weight is < sbyte.MinValue or > sbyte.MaxValue))
        {
            return null;
        }

        bool isTransposed = convolves || node.GetInt("transB", 0) != 0;
        int channels = (int)shape[isTransposed ? 0 : 1];
        int depth = weights.Length / channels;
        int row = Filled(depth);
        sbyte[] rows = new sbyte[Filled(channels) * row];
        int[] sums = new int[channels];
        int taps = convolves ? (int)(shape[2] * shape[3]) : 1;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int i = 0; i < depth; i++)
            {
                // A convolution's weight is (outputs, inputs, taps) and its patches are (taps, inputs).
                var (tap, input) = Math.DivRem(i, depth / taps);
                int from = isTransposed ? (channel * depth) + (input * taps) + tap : (i * channels) + channel;
                rows[(channel * row) + i] = (sbyte)weights[from];
                sums[channel] += weights[from];
            }
        }

        // Codes as int8: unsigned ones less 128.
        int zero = read.ZeroPoint - (read.Minimum >= 0 ? 128 : 0);
        int[] offsets = [.. sums.Select((sum, channel) => (bias?[channel] ?? 0) - (zero * sum))];
        float[] factors = output is { } pair ? [.. steps.Select(step => step / pair.Scale)] : steps;
        return new IntegerLayer(
            device.Take(TensorFactory.FromTensorData(TensorData.FromInt8([Filled(channels), row], rows))),
            device.Take(TensorFactory.FromTensorData(TensorData.FromInt32([channels], offsets))),
            device.Floats(factors, [channels]),
            Call(node, shape, convolves, read.Scale, zero, output));
    }

    /// <summary>What the layer hands on: rounded by the output's pair where it computes that itself, else real numbers.</summary>
    /// <param name="x">What the pair of the input shows, float32.</param>
    public Tensor Run(Tensor x)
    {
        var call = _call;
        nint result;
        NativeKernels.Check(NativeMethods.ck_run_integer_layer(
            x.Handle, _weights.Handle, _offsets.Handle, _factors.Handle, &call, &result));
        GC.KeepAlive(x);
        return Tensor.UnsafeCreateTensor(result);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _offsets.Dispose();
        _factors.Dispose();
    }

    private static int Filled(int count) => (count + Multiple - 1) / Multiple * Multiple;

    private static IntegerLayerCall Call(
        GraphNode node, long[] shape, bool convolves, float scale, int zero, QuantizationParameters? output)
    {
        var call = new IntegerLayerCall
        {
            Convolves = convolves ? 1 : 0,
            Scale = scale,
            ZeroPoint = zero,
            OutputScale = output?.Scale ?? 0,
            Low = output is { } low ? low.Minimum - low.ZeroPoint : 0,
            High = output is { } high ? high.Maximum - high.ZeroPoint : 0,
        };
        var strides = node.GetInts("strides") ?? [1, 1];
        var dilations = node.GetInts("dilations") ?? [1, 1];
        var pads = node.GetInts("pads") ?? [0, 0, 0, 0];
        for (int axis = 0; convolves && axis < 2; axis++)
        {
            call.Kernel[axis] = shape[2 + axis];
            call.Stride[axis] = strides[axis];
            call.Dilation[axis] = dilations[axis];
            call.Pads[axis] = pads[axis];
            call.Pads[2 + axis] = pads[2 + axis];
        }

        return call;
    }
}
