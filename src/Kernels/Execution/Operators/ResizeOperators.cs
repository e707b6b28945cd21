using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// Resize, axis by axis: every element of the result is a weighted sum of up to four elements of its row, with weights that depend on the
/// sizes only (<see cref="ResizeTaps"/>). So every mode has gradients and any axis can be resized.
/// </summary>
internal static class ResizeOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal) { ["Resize"] = Resize };

    private static NodeKernel Resize(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        float[]? scales = node.HasInput(2) && context.Constants.Data(node.Inputs[2]) is { Count: > 0 } stated
            ? stated.As<float>().ToArray()
            : null;
        return inputs =>
        {
            var current = inputs[0].alias();
            var axes = ResizeGeometry.Axes(node, inputs[0].shape, scales, operands.Integers(inputs, 3));
            foreach (var axis in axes.Where(axis => axis.IsResized))
            {
                using var before = current;
                current = Along(before, axis, ResizeTaps.Of(node, axis));
            }

            return current;
        };
    }

    private static Tensor Along(Tensor x, ResizedAxis axis, IReadOnlyList<ResizeTap> taps)
    {
        Tensor? sum = null;
        foreach (var tap in taps)
        {
            var taken = TensorOps.Select(x, axis.Axis, tap.Index);
            if (taps.Count == 1)
            {
                return taken;
            }

            long[] shape = new long[x.shape.Length];
            Array.Fill(shape, 1);
            shape[axis.Axis] = axis.Output;
            using var made = TensorFactory.FromFloats(tap.Weight, shape);
            using var weight = made.to(x.device);
            using (taken)
            {
                var weighted = taken.mul(weight);
                if (sum is null)
                {
                    sum = weighted;
                    continue;
                }

                using var before = sum;
                using (weighted)
                {
                    sum = before.add(weighted, ScalarNumbers.One);
                }
            }
        }

        return sum!;
    }
}
