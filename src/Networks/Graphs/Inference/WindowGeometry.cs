namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// Kernel, strides, dilations and pads of a convolution or pooling, defaults filled in. One entry per spatial axis;
/// pads are all begins, then all ends.
/// </summary>
internal sealed record WindowGeometry(long[] Kernel, long[] Strides, long[] Dilations, long[] Pads)
{
    private const long Largest = 1 << 20;

    public int Rank => Kernel.Length;

    /// <summary>
    /// Reads and checks a node's attributes. auto_pad is resolved here, with the input's spatial sizes.
    /// </summary>
    /// <param name="kernel">The weight's spatial sizes, if there is a weight.</param>
    /// <param name="spatial">Sizes of the input's spatial axes.</param>
    public static WindowGeometry Of(GraphNode node, long[]? kernel, ReadOnlySpan<long> spatial)
    {
        long[] size = [.. node.GetInts("kernel_shape") ?? kernel ?? throw node.Error("states no kernel_shape; expected one.")];
        if (size.Length != spatial.Length || (kernel is not null && !size.AsSpan().SequenceEqual(kernel)))
        {
            throw node.Error(
                $"has the kernel {ShapeMath.Text(size)}, which fits neither its input of {spatial.Length} spatial axes nor its weight.");
        }

        long[] strides = Read(node, "strides", size.Length, 1, 1);
        long[] dilations = Read(node, "dilations", size.Length, 1, 1);
        if (Array.Exists(size, length => length is < 1 or > Largest))
        {
            throw node.Error($"has the kernel {ShapeMath.Text(size)}; expected positive sizes.");
        }

        long[] pads = AutoPads(node, size, strides, dilations, spatial) ?? Read(node, "pads", 2 * size.Length, 0, 0);
        return new WindowGeometry(size, strides, dilations, pads);
    }

    /// <summary>Elements that a ConvTranspose adds at the end of each axis.</summary>
    public static long[] OutputPadding(GraphNode node, int rank) => Read(node, "output_padding", rank, 0, 0);

    /// <summary>The extent of the dilated kernel on an axis.</summary>
    public long Reach(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>Number of window positions on an axis.</summary>
    public long Positions(GraphNode node, int axis, long size, bool ceil)
    {
        long begin = Pads[axis];
        long room = size + begin + Pads[Rank + axis] - Reach(axis);
        if (room < 0)
        {
            throw node.Error(
                $"has a window of {Reach(axis)} on an axis of {size} with pads {begin} and {Pads[Rank + axis]}; the window is "
                + "larger than its input.");
        }

        long positions = (ceil ? (room + Strides[axis] - 1) / Strides[axis] : room / Strides[axis]) + 1;

        // With ceil_mode a window that would start in the end padding is dropped (ONNX, libtorch and ONNX Runtime
        // agree).
        return ceil && (positions - 1) * Strides[axis] >= size + begin ? positions - 1 : positions;
    }

    /// <summary>Whether a pooling that rounds up has fewer windows than a shape states: as many as if it rounded down.</summary>
    public static bool DropsLast(GraphNode node, long[] input, IReadOnlyList<long> stated)
    {
        if (input.Length < 3 || input.Contains(-1) || stated.Count != input.Length || node.GetText("auto_pad", "NOTSET") != "NOTSET")
        {
            return false;
        }

        var window = Of(node, null, input.AsSpan(2));
        int[] axes = [.. Enumerable.Range(0, window.Rank)];
        return axes.Any(axis => window.Positions(node, axis, input[2 + axis], ceil: true) != stated[2 + axis])
            && axes.All(axis => window.Positions(node, axis, input[2 + axis], ceil: true)
                == window.Positions(node, axis, input[2 + axis], ceil: false));
    }

    private static long[]? AutoPads(GraphNode node, long[] kernel, long[] strides, long[] dilations, ReadOnlySpan<long> spatial)
    {
        string mode = node.GetText("auto_pad", "NOTSET");
        switch (mode)
        {
            case "NOTSET":
                return null;
            case "VALID":
                return new long[2 * kernel.Length];
            case "SAME_UPPER" or "SAME_LOWER":
                break;
            default:
                throw node.Error($"has auto_pad '{mode}'; expected NOTSET, VALID, SAME_UPPER or SAME_LOWER.");
        }

        // ONNX pads for the dilated kernel; ONNX Runtime's Conv refuses, and its MaxPool pads for the undilated one.
        if (Array.Exists(dilations, dilation => dilation != 1))
        {
            throw node.Error(
                $"combines auto_pad {mode} with dilations {ShapeMath.Text(dilations)}, which runtimes compute differently; export "
                + "it with explicit pads.");
        }

        var pads = new long[2 * kernel.Length];
        for (int i = 0; i < kernel.Length; i++)
        {
            long total;
            if (node.OpType == "ConvTranspose")
            {
                // For SAME the output is input * stride here.
                total = kernel[i] - strides[i] + OutputPadding(node, kernel.Length)[i];
            }
            else
            {
                long positions = (spatial[i] + strides[i] - 1) / strides[i];
                total = ((positions - 1) * strides[i]) + kernel[i] - spatial[i];
            }

            total = Math.Max(0, total);

            // The odd element goes to the end for SAME_UPPER, to the beginning for SAME_LOWER.
            pads[i] = mode == "SAME_UPPER" ? total / 2 : total - (total / 2);
            pads[kernel.Length + i] = total - pads[i];
        }

        return pads;
    }

    private static long[] Read(GraphNode node, string attribute, int count, long fallback, long smallest)
    {
        long[] values = node.GetInts(attribute)?.ToArray() ?? [.. Enumerable.Repeat(fallback, count)];
        return values.Length == count && Array.TrueForAll(values, value => value >= smallest && value <= Largest)
            ? values
            : throw node.Error($"has {attribute} {ShapeMath.Text(values)}; expected {count} values from {smallest} to {Largest}.");
    }
}
