using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Tests.Graphs;

/// <summary>
/// Runs small graphs with plain loops over doubles, straight from the operators' definitions: slow, and independent of the code under test.
/// Pads and strides are read from attributes of either opset; windows are two-dimensional.
/// </summary>
internal sealed class ReferenceInterpreter
{
    private readonly Dictionary<string, (long[] Shape, double[] Data)> _values = new(StringComparer.Ordinal);

    public static double[] Run(ModelGraph graph, long[] inputShape, double[] input)
    {
        var interpreter = new ReferenceInterpreter();
        interpreter._values["x"] = (inputShape, input);
        foreach ((string name, TensorData constant) in graph.Initializers)
        {
            double[] data = constant.Type == ElementType.Float
                ? Array.ConvertAll(constant.As<float>().ToArray(), value => (double)value)
                : Array.ConvertAll(constant.As<long>().ToArray(), value => (double)value);
            interpreter._values[name] = (constant.Shape, data);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            interpreter._values[node.Output] = interpreter.Evaluate(node);
        }

        return interpreter._values[graph.Outputs[0].Name].Data;
    }

    private (long[] Shape, double[] Data) Evaluate(GraphNode node)
    {
        (long[] shape, double[] data) = _values[node.Inputs[0]];
        return node.OpType switch
        {
            "Relu" => (shape, Array.ConvertAll(data, value => Math.Max(0, value))),
            "Identity" or "Dropout" => (shape, data),
            "Conv" => Convolve(node, shape, data),
            "ConvTranspose" => ConvolveTransposed(node, shape, data),
            "AveragePool" => Average(node, shape, data),
            "Pad" => Pad(node, shape, data),
            "BatchNormalization" => Normalise(node, shape, data),
            "Add" => Add(shape, data, _values[node.Inputs[1]]),
            "MatMul" or "Gemm" => Multiply(node, shape, data),
            "Flatten" => ([shape[0], data.Length / shape[0]], data),
            "Reshape" => (Target(node, shape), data),
            _ => throw new InvalidOperationException($"The reference has no {node.OpType}."),
        };
    }

    private long[] Target(GraphNode node, long[] shape)
    {
        long[] target = Array.ConvertAll(_values[node.Inputs[1]].Data, value => (long)value);
        long[] known = [.. target.Select((size, i) => size == 0 ? shape[i] : size)];
        long rest = shape.Aggregate(1L, (a, b) => a * b) / known.Where(size => size > 0).Aggregate(1L, (a, b) => a * b);
        return Array.ConvertAll(known, size => size < 0 ? rest : size);
    }

    private (long[] Shape, double[] Data) Convolve(GraphNode node, long[] shape, double[] data)
    {
        (long[] w, double[] weight) = _values[node.Inputs[1]];
        double[]? bias = node.HasInput(2) ? _values[node.Inputs[2]].Data : null;
        long[] s = [.. node.GetInts("strides") ?? [1, 1]];
        long[] p = [.. node.GetInts("pads") ?? [0, 0, 0, 0]];
        long[] d = [.. node.GetInts("dilations") ?? [1, 1]];
        long groups = node.GetInt("group", 1);
        long height = ((shape[2] + p[0] + p[2] - ((w[2] - 1) * d[0]) - 1) / s[0]) + 1;
        long width = ((shape[3] + p[1] + p[3] - ((w[3] - 1) * d[1]) - 1) / s[1]) + 1;
        long[] result = [shape[0], w[0], height, width];
        var output = new double[result.Aggregate(1L, (a, b) => a * b)];
        ForEach(result, (n, o, y, x, at) =>
        {
            double sum = bias?[o] ?? 0;
            ForEach([1, w[1], w[2], w[3]], (_, c, ky, kx, _) =>
            {
                long channel = (o / (w[0] / groups) * w[1]) + c;
                sum += At(shape, data, n, channel, (y * s[0]) + (ky * d[0]) - p[0], (x * s[1]) + (kx * d[1]) - p[1])
                    * At(w, weight, o, c, ky, kx);
            });
            output[at] = sum;
        });
        return (result, output);
    }

    private (long[] Shape, double[] Data) ConvolveTransposed(GraphNode node, long[] shape, double[] data)
    {
        (long[] w, double[] weight) = _values[node.Inputs[1]];
        double[]? bias = node.HasInput(2) ? _values[node.Inputs[2]].Data : null;
        long[] s = [.. node.GetInts("strides") ?? [1, 1]];
        long[] p = [.. node.GetInts("pads") ?? [0, 0, 0, 0]];
        long groups = node.GetInt("group", 1);
        long[] result =
        [
            shape[0], w[1] * groups, (s[0] * (shape[2] - 1)) + w[2] - p[0] - p[2], (s[1] * (shape[3] - 1)) + w[3] - p[1] - p[3]
        ];
        var output = new double[result.Aggregate(1L, (a, b) => a * b)];
        ForEach(result, (_, o, _, _, at) => output[at] = bias?[o] ?? 0);
        ForEach(shape, (n, c, y, x, at) => ForEach([1, w[1], w[2], w[3]], (_, o, ky, kx, _) =>
        {
            long channel = (c / (w[0] / groups) * w[1]) + o;
            long row = (y * s[0]) + ky - p[0];
            long column = (x * s[1]) + kx - p[1];
            if (row >= 0 && row < result[2] && column >= 0 && column < result[3])
            {
                output[(((((n * result[1]) + channel) * result[2]) + row) * result[3]) + column] += data[at] * At(w, weight, c, o, ky, kx);
            }
        }));
        return (result, output);
    }

    private static (long[] Shape, double[] Data) Average(GraphNode node, long[] shape, double[] data)
    {
        long[] k = [.. node.GetInts("kernel_shape")!];
        long[] s = [.. node.GetInts("strides") ?? [1, 1]];
        long[] p = [.. node.GetInts("pads") ?? [0, 0, 0, 0]];
        bool countsPads = node.GetInt("count_include_pad", 0) != 0;
        long[] result = [shape[0], shape[1], ((shape[2] + p[0] + p[2] - k[0]) / s[0]) + 1, ((shape[3] + p[1] + p[3] - k[1]) / s[1]) + 1];
        var output = new double[result.Aggregate(1L, (a, b) => a * b)];
        ForEach(result, (n, c, y, x, at) =>
        {
            double sum = 0;
            int count = 0;
            ForEach([1, 1, k[0], k[1]], (_, _, ky, kx, _) =>
            {
                long row = (y * s[0]) + ky - p[0];
                long column = (x * s[1]) + kx - p[1];
                sum += At(shape, data, n, c, row, column);
                count += countsPads || (row >= 0 && row < shape[2] && column >= 0 && column < shape[3]) ? 1 : 0;
            });
            output[at] = sum / count;
        });
        return (result, output);
    }

    private (long[] Shape, double[] Data) Pad(GraphNode node, long[] shape, double[] data)
    {
        long[] p = node.HasInput(1) ? Array.ConvertAll(_values[node.Inputs[1]].Data, value => (long)value) : [.. node.GetInts("pads")!];
        long[] result = [shape[0] + p[0] + p[4], shape[1] + p[1] + p[5], shape[2] + p[2] + p[6], shape[3] + p[3] + p[7]];
        double fill = node.HasInput(2) ? _values[node.Inputs[2]].Data[0] : node.GetFloat("value", 0);
        var output = new double[result.Aggregate(1L, (a, b) => a * b)];
        ForEach(result, (n, c, y, x, at) => output[at] = At(shape, data, n - p[0], c - p[1], y - p[2], x - p[3], fill));
        return (result, output);
    }

    private (long[] Shape, double[] Data) Normalise(GraphNode node, long[] shape, double[] data)
    {
        double[][] v = [.. node.Inputs.Skip(1).Select(name => _values[name].Data)];
        long inner = shape.Skip(2).Aggregate(1L, (a, b) => a * b);
        return (shape, [.. data.Select((value, i) =>
        {
            long c = i / inner % shape[1];
            return ((value - v[2][c]) / Math.Sqrt(v[3][c] + node.GetFloat("epsilon", 1e-5f)) * v[0][c]) + v[1][c];
        })]);
    }

    // Broadcasts the second operand only.
    private static (long[] Shape, double[] Data) Add(long[] shape, double[] data, (long[] Shape, double[] Data) other)
    {
        var result = new double[data.Length];
        for (int i = 0; i < result.Length; i++)
        {
            long rest = i;
            long at = 0;
            long stride = 1;
            for (int axis = 1; axis <= other.Shape.Length; axis++)
            {
                at += other.Shape[^axis] == 1 ? 0 : rest % shape[^axis] * stride;
                rest /= shape[^axis];
                stride *= other.Shape[^axis];
            }

            result[i] = data[i] + other.Data[at];
        }

        return (shape, result);
    }

    private (long[] Shape, double[] Data) Multiply(GraphNode node, long[] shape, double[] data)
    {
        (long[] w, double[] weight) = _values[node.Inputs[1]];
        bool transposed = node.GetInt("transB", 0) != 0;
        long columns = transposed ? w[0] : w[1];
        var output = new double[shape[0] * columns];
        for (long i = 0; i < output.Length; i++)
        {
            double sum = 0;
            for (long k = 0; k < shape[1]; k++)
            {
                sum += data[(i / columns * shape[1]) + k] * weight[transposed ? (i % columns * w[1]) + k : (k * columns) + (i % columns)];
            }

            double[] bias = node.HasInput(2) ? _values[node.Inputs[2]].Data : [0];
            output[i] = (node.GetFloat("alpha", 1) * sum) + (node.GetFloat("beta", 1) * bias[bias.Length == 1 ? 0 : i % columns]);
        }

        return ([shape[0], columns], output);
    }

    private static double At(long[] shape, double[] data, long n, long c, long y, long x, double outside = 0) =>
        n < 0 || n >= shape[0] || c < 0 || c >= shape[1] || y < 0 || y >= shape[2] || x < 0 || x >= shape[3]
            ? outside
            : data[(((((n * shape[1]) + c) * shape[2]) + y) * shape[3]) + x];

    private static void ForEach(long[] shape, Action<long, long, long, long, long> action)
    {
        long at = 0;
        for (long n = 0; n < shape[0]; n++)
        {
            for (long c = 0; c < shape[1]; c++)
            {
                for (long y = 0; y < shape[2]; y++)
                {
                    for (long x = 0; x < shape[3]; x++)
                    {
                        action(n, c, y, x, at++);
                    }
                }
            }
        }
    }
}
