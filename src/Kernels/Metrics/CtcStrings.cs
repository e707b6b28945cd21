namespace Cluster.Kernels.Metrics;

/// <summary>
/// Strings by CTC's greedy decoding (Graves et al. 2006): the likeliest class of each step, repeats once, without
/// blanks.
/// </summary>
/// <param name="Steps">Steps of the output.</param>
/// <param name="Classes">Classes of a step.</param>
/// <param name="Blank">The class that stands for no character.</param>
public sealed record CtcStrings(int Steps, int Classes, int Blank)
{
    /// <summary>The reading of an output of (N, steps, classes), or (steps, N, classes) of one sample at a time.</summary>
    /// <param name="output">With its whole shape, samples outermost.</param>
    /// <param name="blank">-1: the last class.</param>
    /// <exception cref="KernelException">It has another shape, or the blank is no class.</exception>
    public static CtcStrings Of(ValueInfo output, int blank)
    {
        ArgumentNullException.ThrowIfNull(output);
        long[] shape = [.. output.Shape.Skip(1)];
        long[] sizes = shape.Length > 2 ? [.. shape.Where(size => size != 1)] : shape;
        if (sizes is not [> 0 and var steps, > 1 and var classes])
        {
            throw new KernelException(
                $"The output '{output.Name}' is (N, {string.Join(", ", shape)}) where strings are read: (N, steps, classes) or (steps, N, "
                + "classes) is expected; put such an output first.");
        }

        return blank < classes
            ? new CtcStrings((int)steps, (int)classes, blank < 0 ? (int)classes - 1 : blank)
            : throw new KernelException(
                $"--blank is {blank} where the output '{output.Name}' has the classes 0 to {classes - 1}; correct it, -1 is the last.");
    }

    /// <summary>The string of one sample, as classes.</summary>
    /// <param name="output">(steps, classes).</param>
    public int[] Read(ReadOnlySpan<float> output)
    {
        var read = new List<int>();
        int before = Blank;
        for (int step = 0; step < Steps; step++)
        {
            var scores = output.Slice(step * Classes, Classes);
            int best = 0;
            for (int kind = 1; kind < Classes; kind++)
            {
                best = scores[kind] > scores[best] ? kind : best;
            }

            if (best != before && best != Blank)
            {
                read.Add(best);
            }

            before = best;
        }

        return [.. read];
    }

    /// <summary>For each string 1 if it is wrong, else 0.</summary>
    public static float[] Wrong(IReadOnlyList<int[]> read, IReadOnlyList<int[]> expected) =>
        [.. read.Zip(expected, (left, right) => left.AsSpan().SequenceEqual(right) ? 0f : 1f)];

    /// <summary>
    /// The character error rate as a mean over strings: the edits that make each string the expected one, over the mean length of those.
    /// </summary>
    public static float[] WrongCharacters(IReadOnlyList<int[]> read, IReadOnlyList<int[]> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        double length = Math.Max(1, expected.Sum(text => text.Length)) / (double)Math.Max(1, expected.Count);
        return [.. read.Zip(expected, (left, right) => (float)(Edits(left, right) / length))];
    }

    // Levenshtein's distance: unlike EditDistance, which is for mistyped names, an error rate counts a swap as two.
    private static int Edits(int[] left, int[] right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 0; i < left.Length; i++)
        {
            int corner = row[0];
            row[0] = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int replaced = corner + (left[i] == right[j] ? 0 : 1);
                corner = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(corner, row[j]) + 1);
            }
        }

        return row[^1];
    }
}
