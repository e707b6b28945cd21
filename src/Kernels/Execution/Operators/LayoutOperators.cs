using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Operators that move elements without computing.</summary>
internal static class LayoutOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Identity"] = static (_, _) => Unchanged,
        ["Concat"] = Concat,
        ["Flatten"] = Flatten,
        ["Reshape"] = Reshape,
        ["Transpose"] = Transpose,
        ["Squeeze"] = Squeeze,
        ["Unsqueeze"] = Unsqueeze,
        ["Slice"] = Slice,
        ["Pad"] = Pad,
    };

    /// <summary>The input itself, with a new handle.</summary>
    public static Tensor Unchanged(NodeInputs inputs) => inputs[0].alias();

    private static NodeKernel Concat(GraphNode node, OperatorContext context)
    {
        long axis = node.GetInt("axis", 1);
        var constants = node.Inputs.Select(input => context.Constants.Has(input) ? context.Constants.Tensor(input) : null).ToArray();
        return inputs =>
        {
            var parts = new Tensor[constants.Length];
            int next = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = constants[i] ?? inputs[next++];
            }

            return cat(parts, axis);
        };
    }

    private static NodeKernel Flatten(GraphNode node, OperatorContext context)
    {
        long axis = node.GetInt("axis", 1);
        return inputs =>
        {
            long[] shape = inputs[0].shape;
            long at = axis < 0 ? axis + shape.Length : axis;
            long rows = shape.Take((int)at).Aggregate(1L, (product, size) => product * size);
            return Rearranged(inputs[0], [rows, -1]);
        };
    }

    private static NodeKernel Reshape(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        bool zeroCopies = node.GetInt("allowzero", 0) == 0;
        return inputs =>
        {
            var x = operands.Get(inputs, 0);
            long[] from = x.shape;
            return Rearranged(
                x, [.. operands.Integers(inputs, 1)!.Select((size, axis) => size == 0 && zeroCopies ? from[axis] : size)]);
        };
    }

    private static NodeKernel Transpose(GraphNode node, OperatorContext context)
    {
        long[]? order = node.GetInts("perm")?.ToArray();
        return inputs => inputs[0].permute(order ?? [.. Axes(inputs[0].shape.Length).Reverse()]);
    }

    private static NodeKernel Squeeze(GraphNode node, OperatorContext context)
    {
        var constants = context.Constants;
        long[]? axes = node.HasInput(1) ? constants.Integers(node.Inputs[1]) : null;
        return inputs =>
        {
            long[] shape = inputs[0].shape;
            var drop = (axes ?? [.. Enumerable.Range(1, shape.Length - 1).Where(axis => shape[axis] == 1).Select(axis => (long)axis)])
                .Select(axis => axis < 0 ? axis + shape.Length : axis).ToHashSet();
            return Rearranged(inputs[0], [.. shape.Where((_, axis) => !drop.Contains(axis))]);
        };
    }

    private static NodeKernel Unsqueeze(GraphNode node, OperatorContext context)
    {
        var constants = context.Constants;
        long[] axes = constants.Integers(node.Inputs[1]);
        return inputs =>
        {
            var shape = inputs[0].shape.ToList();
            foreach (long axis in axes.Select(axis => axis < 0 ? axis + shape.Count + axes.Length : axis).Order())
            {
                shape.Insert((int)axis, 1);
            }

            return Rearranged(inputs[0], [.. shape]);
        };
    }

    private static NodeKernel Slice(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            long[] starts = operands.Integers(inputs, 1)!;
            long[] ends = operands.Integers(inputs, 2)!;
            long[] axes = operands.Integers(inputs, 3) ?? [.. Axes(starts.Length)];
            long[] steps = operands.Integers(inputs, 4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
            var current = operands.Get(inputs, 0).alias();
            for (int i = 0; i < starts.Length; i++)
            {
                using var before = current;
                current = steps[i] > 0
                    ? before.slice(axes[i], starts[i], ends[i], steps[i])
                    : Backwards(before, axes[i], starts[i], ends[i], steps[i]);
            }

            return current;
        };
    }

    // For negative steps, which libtorch does not have.
    private static Tensor Backwards(Tensor x, long axis, long start, long end, long step)
    {
        long size = x.shape[(int)(axis < 0 ? axis + x.shape.Length : axis)];
        (long first, long count, long stride) = ShapeMath.Slice(start, end, step, size);
        long[] taken = [.. Axes((int)count).Select(i => first + (i * stride))];
        return TensorOps.Select(x, axis, taken);
    }

    private static NodeKernel Pad(GraphNode node, OperatorContext context)
    {
        var constants = context.Constants;
        string mode = node.GetText("mode", "constant");
        float value = node.HasInput(2) ? constants.Data(node.Inputs[2]).As<float>()[0] : 0;
        long[] given = constants.Integers(node.Inputs[1]); // all begins, then all ends
        long[]? axes = node.HasInput(3) ? constants.Integers(node.Inputs[3]) : null;
        return inputs =>
        {
            int rank = inputs[0].shape.Length;
            long[] pads = ShapeMath.Pads(node, given, axes, rank);
            return mode == "constant"
                ? TensorOps.Pad(inputs[0], pads[..rank], pads[rank..], value)
                : Mirrored(inputs[0], pads, mode == "reflect");
        };
    }

    // Axis by axis, which fills the corners too; libtorch's own operators support fewer ranks.
    private static Tensor Mirrored(Tensor x, long[] pads, bool reflects)
    {
        int rank = pads.Length / 2;
        var current = x.alias();
        for (int axis = 0; axis < rank; axis++)
        {
            if (pads[axis] == 0 && pads[rank + axis] == 0)
            {
                continue;
            }

            long last = current.shape[axis] - 1;
            long[] from = [.. Axes((int)(pads[axis] + last + 1 + pads[rank + axis]))
                .Select(i => i - pads[axis])
                .Select(i => reflects ? last - Math.Abs(last - Math.Abs(i)) : Math.Clamp(i, 0, last))];
            using var before = current;
            current = TensorOps.Select(before, axis, from);
        }

        return current;
    }

    private static IEnumerable<long> Axes(int rank) => Enumerable.Range(0, rank).Select(axis => (long)axis);

    // The order of elements is ONNX's row-major one, independent of the tensor's strides.
    internal static Tensor Rearranged(Tensor x, long[] shape)
    {
        using var rowMajor = x.contiguous();
        return rowMajor.reshape(shape);
    }
}
