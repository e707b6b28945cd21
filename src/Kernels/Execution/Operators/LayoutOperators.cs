using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Operators that move elements and compute nothing.</summary>
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
    public static Tensor Unchanged(NodeInputs inputs) => Aten.Call("aten::alias", inputs[0]);

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

            return TensorOps.Cat(parts, axis);
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
        var constants = context.Constants;
        if (!constants.Has(node.Inputs[1]))
        {
            throw new KernelException(
                $"Reshape '{node.Name}' takes a shape that is computed from the activations; only constant shapes are supported.");
        }

        long[] target = constants.Integers(node.Inputs[1]);
        return inputs =>
        {
            long[] from = inputs[0].shape;
            return Rearranged(inputs[0], [.. target.Select((size, axis) => size == 0 ? from[axis] : size)]);
        };
    }

    private static NodeKernel Transpose(GraphNode node, OperatorContext context)
    {
        long[]? order = node.GetInts("perm")?.ToArray();
        return inputs => TensorOps.Transpose(inputs[0], order ?? [.. Axes(inputs[0].shape.Length).Reverse()]);
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
        var constants = context.Constants;
        long[] starts = constants.Integers(node.Inputs[1]);
        long[] ends = constants.Integers(node.Inputs[2]);
        long[] axes = node.HasInput(3) ? constants.Integers(node.Inputs[3]) : [.. Axes(starts.Length)];
        long[] steps = node.HasInput(4) ? constants.Integers(node.Inputs[4]) : [.. Enumerable.Repeat(1L, starts.Length)];
        if (steps.Any(step => step < 1))
        {
            throw new KernelException(
                $"Slice '{node.Name}' has a negative step, which reverses the tensor; only positive steps are supported.");
        }

        return inputs =>
        {
            var current = Aten.Call("aten::alias", inputs[0]);
            for (int i = 0; i < starts.Length; i++)
            {
                using var before = current;
                current = TensorOps.Slice(before, axes[i], starts[i], ends[i], steps[i]);
            }

            return current;
        };
    }

    private static NodeKernel Pad(GraphNode node, OperatorContext context)
    {
        var constants = context.Constants;
        string mode = node.GetText("mode", "constant");
        long[] pads = constants.Integers(node.Inputs[1]); // all begins, then all ends
        float value = node.HasInput(2) ? constants.Data(node.Inputs[2]).As<float>()[0] : 0;
        if (node.HasInput(3))
        {
            throw new KernelException(
                $"Pad '{node.Name}' names its axes; export it with pads for every axis (opset 17 or older writes it so).");
        }

        int rank = pads.Length / 2;
        return mode == "constant"
            ? inputs => TensorOps.Pad(inputs[0], pads[..rank], pads[rank..], value)
            : throw new KernelException($"Pad '{node.Name}' has mode '{mode}'; only constant padding is supported.");
    }

    private static IEnumerable<long> Axes(int rank) => Enumerable.Range(0, rank).Select(axis => (long)axis);

    // The order of elements is ONNX's row-major one, whatever the tensor's strides are.
    private static Tensor Rearranged(Tensor x, long[] shape)
    {
        using var rowMajor = TensorOps.Contiguous(x);
        return TensorOps.Reshape(rowMajor, shape);
    }
}
