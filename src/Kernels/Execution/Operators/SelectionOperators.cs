using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Operators that pick or repeat elements, or exchange blocks of them between axes.</summary>
internal static class SelectionOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["DepthToSpace"] = DepthToSpace,
        ["Expand"] = Expand,
        ["Gather"] = Gather,
        ["GatherElements"] = GatherElements,
        ["SpaceToDepth"] = SpaceToDepth,
        ["Tile"] = Tile,
        ["Trilu"] = Trilu,
    };

    // data (a, axis, b), indices (i) -> (a, i, b); an index may count from the end.
    private static NodeKernel Gather(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        long axis = node.GetInt("axis", 0);
        return inputs =>
        {
            var data = operands.Get(inputs, 0);
            var indices = operands.Get(inputs, 1);
            long[] shape = data.shape;
            int at = (int)(axis < 0 ? axis + shape.Length : axis);
            using var flat = indices.reshape([-1]);
            using var index = FromTheFront(flat, shape[at]);
            using var taken = data.index_select(at, index);
            return LayoutOperators.Rearranged(taken, [.. shape[..at], .. indices.shape, .. shape[(at + 1)..]]);
        };
    }

    private static NodeKernel GatherElements(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        long axis = node.GetInt("axis", 0);
        return inputs =>
        {
            var data = operands.Get(inputs, 0);
            long[] shape = data.shape;
            int at = (int)(axis < 0 ? axis + shape.Length : axis);
            using var index = FromTheFront(operands.Get(inputs, 1), shape[at]);
            return data.gather(at, index);
        };
    }

    private static Tensor FromTheFront(Tensor indices, long size)
    {
        using var wide = indices.to(ScalarType.Int64);
        return wide.remainder(size.AsScalar());
    }

    // Broadcasting both ways: a target of 1 keeps a larger axis unchanged.
    private static NodeKernel Expand(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            var x = operands.Get(inputs, 0);
            long[] shape = x.shape;
            long[] target = operands.Integers(inputs, 1)!;
            long[] full = new long[Math.Max(shape.Length, target.Length)];
            for (int i = 1; i <= full.Length; i++)
            {
                long own = i <= shape.Length ? shape[^i] : 1;
                full[^i] = i <= target.Length && own == 1 ? target[^i] : own;
            }

            return x.expand(full);
        };
    }

    private static NodeKernel Tile(GraphNode node, OperatorContext context)
    {
        var operands = new Operands(node, context.Constants);
        return inputs => operands.Get(inputs, 0).repeat(operands.Integers(inputs, 1)!);
    }

    private static NodeKernel Trilu(GraphNode node, OperatorContext context)
    {
        long diagonal = node.HasInput(1) ? context.Constants.Integers(node.Inputs[1])[0] : 0;
        bool isUpper = node.GetInt("upper", 1) != 0;
        return inputs => isUpper ? inputs[0].triu(diagonal) : inputs[0].tril(diagonal);
    }

    // (N, C, H, W) -> (N, C / b², H b, W b). DCR: the blocks are the outer part of the channels, CRD: the inner one.
    private static NodeKernel DepthToSpace(GraphNode node, OperatorContext context)
    {
        long block = node.GetInt("blocksize", 1);
        bool isInner = node.GetText("mode", "DCR") == "CRD";
        long[] order = isInner ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
        return inputs =>
        {
            long[] shape = inputs[0].shape;
            long channels = shape[1] / (block * block);
            long[] split = isInner
                ? [shape[0], channels, block, block, shape[2], shape[3]]
                : [shape[0], block, block, channels, shape[2], shape[3]];
            return Exchanged(inputs[0], split, order, [shape[0], channels, shape[2] * block, shape[3] * block]);
        };
    }

    // (N, C, H b, W b) -> (N, b² C, H, W), the blocks outermost among the channels.
    private static NodeKernel SpaceToDepth(GraphNode node, OperatorContext context)
    {
        long block = node.GetInt("blocksize", 1);
        return inputs =>
        {
            long[] shape = inputs[0].shape;
            long[] split = [shape[0], shape[1], shape[2] / block, block, shape[3] / block, block];
            return Exchanged(
                inputs[0], split, [0, 3, 5, 1, 2, 4], [shape[0], shape[1] * block * block, shape[2] / block, shape[3] / block]);
        };
    }

    private static Tensor Exchanged(Tensor x, long[] split, long[] order, long[] shape)
    {
        using var blocks = LayoutOperators.Rearranged(x, split);
        using var moved = blocks.permute(order);
        return LayoutOperators.Rearranged(moved, shape);
    }
}
