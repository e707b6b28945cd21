using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Execution.Integers;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Integers;

/// <summary>A convolution of random geometry and codes, and its sums by their definition.</summary>
/// <param name="Inputs">Channels of a group.</param>
/// <param name="Outputs">Channels of a group; some are too few for a product of matrices, some are not.</param>
/// <param name="Shape">(images, channels, height, width) of the input.</param>
internal sealed record RandomConvolution(
    int Groups,
    int Inputs,
    int Outputs,
    long[] Shape,
    long[] Kernel,
    long[] Strides,
    long[] Dilations,
    long[] Pads,
    int[] Weights,
    int[] Bias)
{
    private int[] _steps = [];

    public static RandomConvolution Draw(int seed)
    {
        var random = new Random(seed);
        int groups = random.Next(1, 6), inputs = random.Next(1, 5), outputs = random.Next(4) == 0 ? random.Next(16, 20) : random.Next(1, 5);
        long[] kernel = [random.Next(1, 4), random.Next(1, 4)], dilations = [random.Next(1, 3), random.Next(1, 3)];
        // No smaller than what the kernel spans.
        long[] shape = [random.Next(1, 3), groups * inputs, random.Next(5, 8), random.Next(5, 8)];
        int[] weights = Codes(random, groups * outputs * inputs * (int)(kernel[0] * kernel[1]), -128, 127);
        return new RandomConvolution(
            groups,
            inputs,
            outputs,
            shape,
            kernel,
            [random.Next(1, 4), random.Next(1, 4)],
            dilations,
            [random.Next(3), random.Next(3), random.Next(3), random.Next(3)],
            weights,
            Codes(random, groups * outputs, -1000, 1000))
        {
            _steps = Codes(random, (int)(shape[0] * shape[1] * shape[2] * shape[3]), -128, 127),
        };
    }

    public IntegerLayer Layer(QuantizationParameters read, ComputeDevice device)
    {
        (string Name, AttributeValue Value)[] attributes =
        [
            Int("group", Groups),
            Ints("strides", Strides),
            Ints("dilations", Dilations),
            Ints("pads", Pads),
        ];
        var node = new GraphNode(
            "c", "Conv", ["x", "w", "b"], ["c"], attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
        long[] shape = [Groups * Outputs, Inputs, .. Kernel];
        float[] ones = [.. Enumerable.Repeat(1f, Groups * Outputs)];
        return IntegerLayer.Of(node, Weights, shape, Bias, read, ones, null, device).ShouldNotBeNull();
    }

    /// <summary>The input's real numbers.</summary>
    public float[] Shown(QuantizationParameters read) => Array.ConvertAll(_steps, step => step * read.Scale);

    /// <summary>Whole numbers, row-major (images, outputs, height, width).</summary>
    public float[] Sums()
    {
        long height = Size(0), width = Size(1);
        var sums = new List<float>();
        for (long image = 0; image < Shape[0]; image++)
        {
            for (int output = 0; output < Groups * Outputs; output++)
            {
                for (long y = 0; y < height; y++)
                {
                    for (long x = 0; x < width; x++)
                    {
                        sums.Add(Bias[output] + Sum(image, output, (y * Strides[0]) - Pads[0], (x * Strides[1]) - Pads[1]));
                    }
                }
            }
        }

        return [.. sums];
    }

    public override string ToString() =>
        $"{Groups} groups of {Inputs} to {Outputs}, [{string.Join(',', Shape)}], kernel {Kernel[0]}x{Kernel[1]}, strides "
        + $"{string.Join(',', Strides)}, dilations {string.Join(',', Dilations)}, pads {string.Join(',', Pads)}";

    private static int[] Codes(Random random, int count, int low, int high) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(low, high + 1))];

    private long Size(int axis) =>
        ((Shape[2 + axis] + Pads[axis] + Pads[2 + axis] - (Dilations[axis] * (Kernel[axis] - 1)) - 1) / Strides[axis]) + 1;

    private int Sum(long image, int output, long top, long left)
    {
        int sum = 0, weight = output * Inputs * (int)(Kernel[0] * Kernel[1]);
        for (int input = 0; input < Inputs; input++)
        {
            long plane = (image * Shape[1]) + (output / Outputs * Inputs) + input;
            for (long row = 0; row < Kernel[0]; row++)
            {
                for (long column = 0; column < Kernel[1]; column++, weight++)
                {
                    long y = top + (row * Dilations[0]), x = left + (column * Dilations[1]);
                    bool isInside = y >= 0 && y < Shape[2] && x >= 0 && x < Shape[3];
                    sum += isInside ? Weights[weight] * _steps[(((plane * Shape[2]) + y) * Shape[3]) + x] : 0;
                }
            }
        }

        return sum;
    }
}
