namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Folds a Pad by zeros on the spatial axes into the Conv that alone reads it, whose own padding is zeros too; and into an AveragePool
/// without pads of its own, which then counts the padding, as after the Pad. Never into MaxPool, which pads with minus infinity.
/// </summary>
internal static class PadFolding
{
    public static ModelGraph Apply(ModelGraph graph) => PairFusion.Apply(graph, Fuse);

    private static GraphNode? Fuse(GraphNode first, GraphNode second, int input, GraphEditor editor)
    {
        if (first.OpType != "Pad" || input != 0 || second.OpType is not ("Conv" or "AveragePool")
            || second.GetText("auto_pad", "NOTSET") != "NOTSET"
            || second.GetInts("kernel_shape") is not { } kernel
            || SpatialZeros(first, kernel.Count, editor) is not { } added)
        {
            return null;
        }

        long[] own = second.GetInts("pads")?.ToArray() ?? new long[added.Length];
        GraphNode merged = second.WithInput(0, first.Inputs[0]);
        if (second.OpType == "AveragePool")
        {
            // Runtimes refuse pads that reach the kernel's size, and with ceil_mode the last window counts differently.
            bool exact = own.All(amount => amount == 0) && second.GetInt("ceil_mode", 0) == 0
                && added.Index().All(pad => pad.Item < kernel[pad.Index % kernel.Count]);
            if (!exact)
            {
                return null;
            }

            merged = merged.With("count_include_pad", AttributeValue.Of(1));
        }

        return merged.With("pads", AttributeValue.Of([.. own.Zip(added, (a, b) => a + b)]));
    }

    // Begins then ends of the spatial axes; null where the Pad does anything but add zeros there.
    private static long[]? SpatialZeros(GraphNode pad, int spatialRank, GraphEditor editor)
    {
        if (pad.GetText("mode", "constant") != "constant"
            || (pad.HasInput(2)
                && (editor.Constant(pad, 2) is not { Type: ElementType.Float, Count: 1 } value || value.As<float>()[0] != 0))
            || editor.Constant(pad, 1)?.Integers() is not { } amounts
            || (pad.HasInput(3) && editor.Constant(pad, 3) is null))
        {
            return null;
        }

        int rank = spatialRank + 2;
        long[] full = ShapeMath.Pads(pad, amounts, editor.Constant(pad, 3)?.Integers(), rank);
        bool spatialOnly = full[0] == 0 && full[1] == 0 && full[rank] == 0 && full[rank + 1] == 0;
        return spatialOnly && Array.TrueForAll(full, amount => amount is >= 0 and < 1 << 16)
            ? [.. full[2..rank], .. full[(rank + 2)..]]
            : null;
    }
}
