namespace Cluster.Networks.Graphs.Passes;

/// <summary>The sum of two branches of one tensor as one convolution.</summary>
internal static class ParallelConvolutions
{
    /// <summary>Null if no convolution with the kernel of one of them computes the sum.</summary>
    /// <param name="main">A convolution.</param>
    /// <param name="other">Any branch of the same tensor.</param>
    public static GraphNode? Sum(LinearBranch main, LinearBranch other, GraphEditor editor)
    {
        if (main.Bias.Length != other.Bias.Length)
        {
            return null;
        }

        if (other.Node is not { } second)
        {
            return WithDiagonal(main, other, editor);
        }

        if (second.GetInt("group", 1) != main.Node!.GetInt("group", 1)
            || !second.GetInts("strides")!.SequenceEqual(main.Node.GetInts("strides")!)
            || second.GetInts("pads")!.Count != main.Node.GetInts("pads")!.Count)
        {
            return null;
        }

        return Offsets(main, other) is { } offsets ? Widened(main, other, offsets, editor)
            : Offsets(other, main) is { } reverse ? Widened(other, main, reverse, editor)
            : null;
    }

    // The position of the small kernel's first tap in the large kernel, by axis; null if it reaches beyond. Otherwise both read the same
    // pixels and give equally many outputs.
    private static long[]? Offsets(LinearBranch large, LinearBranch small)
    {
        var (pads, others) = (large.Node!.GetInts("pads")!, small.Node!.GetInts("pads")!);
        int rank = pads.Count / 2;
        var offsets = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            offsets[axis] = pads[axis] - others[axis];
            long after = pads[rank + axis] - others[rank + axis];
            if (offsets[axis] < 0 || after < 0 || large.Weight.Shape[2 + axis] != small.Weight.Shape[2 + axis] + offsets[axis] + after)
            {
                return null;
            }
        }

        return offsets;
    }

    private static GraphNode Widened(LinearBranch large, LinearBranch small, long[] offsets, GraphEditor editor)
    {
        double[] weight = Doubles(large);
        var values = small.Weight.As<float>();
        for (int i = 0; i < values.Length; i++)
        {
            weight[Place(i, small.Weight.Shape, large.Weight.Shape, offsets)] += values[i];
        }

        return With(large, weight, small.Bias, editor);
    }

    // The tap at the output's own pixel; it exists for every output only with strides of 1.
    private static GraphNode? WithDiagonal(LinearBranch main, LinearBranch other, GraphEditor editor)
    {
        long[] shape = main.Weight.Shape;
        long inputs = shape[1] * main.Node!.GetInt("group", 1);
        var pads = main.Node.GetInts("pads")!;
        int rank = shape.Length - 2;
        bool keepsSize = Enumerable.Range(0, rank).All(axis => pads[axis] + pads[rank + axis] + 1 == shape[2 + axis]);
        if (inputs != shape[0] || !keepsSize || main.Node.GetInts("strides")!.Any(stride => stride != 1) || pads.Any(pad => pad < 0))
        {
            return null;
        }

        double[] weight = Doubles(main);
        var factors = other.Weight.As<float>();
        long taps = shape[2..].Aggregate(1L, (product, size) => product * size);
        long centre = Enumerable.Range(0, rank).Aggregate(0L, (place, axis) => (place * shape[2 + axis]) + pads[axis]);
        for (int channel = 0; channel < factors.Length; channel++)
        {
            weight[(((channel * shape[1]) + (channel % shape[1])) * taps) + centre] += factors[channel];
        }

        return With(main, weight, other.Bias, editor);
    }

    private static long Place(long index, long[] small, long[] large, long[] offsets)
    {
        long place = 0;
        long step = 1;
        for (int axis = small.Length - 1; axis >= 0; axis--)
        {
            long coordinate = (index % small[axis]) + (axis >= 2 ? offsets[axis - 2] : 0);
            index /= small[axis];
            place += coordinate * step;
            step *= large[axis];
        }

        return place;
    }

    private static GraphNode With(LinearBranch layer, double[] weight, double[] added, GraphEditor editor)
    {
        var node = layer.Node!;
        float[] bias = [.. layer.Bias.Zip(added, (own, more) => (float)(own + more))];
        return node
            .WithInput(1, editor.Add(
                $"{node.Name}.merged_weight", TensorData.FromFloats(layer.Weight.Shape, Array.ConvertAll(weight, value => (float)value))))
            .WithInput(2, editor.Add($"{node.Name}.merged_bias", TensorData.FromFloats([bias.Length], bias)));
    }

    private static double[] Doubles(LinearBranch branch) => Array.ConvertAll(branch.Weight.As<float>().ToArray(), value => (double)value);
}
