namespace Cluster.Networks.Graphs;

/// <summary>
/// Any number of samples for a network that takes a fixed number at a time, in turns, of which the last is filled up. A network whose
/// inputs have no axis of samples takes one sample whole: outside its inputs and outputs have that axis, of one.
/// </summary>
public static class SampleTurns
{
    /// <summary>The samples that a network takes at a time; null: any number.</summary>
    /// <param name="declared">Shapes of its inputs; -1 is a free size.</param>
    /// <param name="given">Samples outermost.</param>
    public static int? Size(IReadOnlyList<IReadOnlyList<long>> declared, IReadOnlyList<TensorData> given) =>
        declared.Zip(given).Any(pair => pair.First.Count < pair.Second.Shape.Length) ? 1
            : declared.Count > 0 && declared.All(shape => shape is [> 0, ..] && shape[0] == declared[0][0]) ? (int)declared[0][0]

            // A picture beside any number of boxes.
            : declared.All(shape => shape is [1 or -1, ..]) && declared.Any(shape => shape[0] == 1) ? 1
            : null;

    /// <summary>Runs all samples.</summary>
    /// <param name="run">Runs one turn, of inputs in their declared shapes.</param>
    /// <returns>The outputs of all samples, samples outermost; of those that are not one a sample, all turns'.</returns>
    public static IReadOnlyList<TensorData> Run(
        IReadOnlyList<IReadOnlyList<long>> declared,
        IReadOnlyList<TensorData> given,
        Func<IReadOnlyList<TensorData>, IReadOnlyList<TensorData>> run)
    {
        if (Size(declared, given) is not { } size || (size > 1 && given[0].Shape[0] == size))
        {
            return run(given);
        }

        int samples = checked((int)given[0].Shape[0]);
        var turns = Turns(declared, given).Select(run).ToArray();
        return
        [
            .. turns[0].Index().Select(output =>
            {
                bool isEach = size == 1 || (output.Item.Shape is [var first, ..] && first == size);
                var parts = turns.Select(turn => turn[output.Index]);
                var all = Joined([.. size == 1 ? parts.Select(part => part.Reshaped(BySample(part.Shape))) : parts]);
                return isEach && all.Shape[0] > samples ? Part(all, 0, samples) : all;
            }),
        ];
    }

    /// <summary>The inputs of each turn in their declared shapes; one turn if the network takes any number of samples.</summary>
    public static IEnumerable<IReadOnlyList<TensorData>> Turns(
        IReadOnlyList<IReadOnlyList<long>> declared, IReadOnlyList<TensorData> given)
    {
        int samples = checked((int)given[0].Shape[0]);
        int size = Size(declared, given) ?? samples;
        for (int from = 0; from < samples; from += size)
        {
            yield return size == samples && size > 1
                ? given
                : [.. given.Zip(declared, (input, shape) => Whole(Part(input, from, size), shape))];
        }
    }

    /// <summary>One sample in the shape that the network takes, whose free sizes are the sample's own.</summary>
    public static TensorData Whole(TensorData sample, IReadOnlyList<long> declared) => sample.Shape.Length <= declared.Count
        ? sample
        : sample.Reshaped(sample.Shape[1..]);

    /// <summary>The shape of an input or output of one sample with the axis of samples.</summary>
    public static long[] BySample(long[] shape) => shape is [1, ..] ? shape : [1, .. shape];

    /// <summary>Samples of a tensor; those beyond its end are its first ones again.</summary>
    public static TensorData Part(TensorData input, int from, int count)
    {
        int samples = checked((int)input.Shape[0]);
        int bytes = input.Bytes.Length / samples;
        byte[] part = new byte[count * bytes];
        for (int i = 0; i < count; i++)
        {
            input.Bytes.Span.Slice((from + i) % samples * bytes, bytes).CopyTo(part.AsSpan(i * bytes));
        }

        return new TensorData(input.Type, [count, .. input.Shape[1..]], part);
    }

    /// <summary>A tensor of samples in other sizes: what is beyond them is left out, what it lacks is zero.</summary>
    /// <param name="sizes">Of at least as many axes; the first one is not read.</param>
    public static TensorData Fitted(TensorData given, IReadOnlyList<long> sizes)
    {
        long[] from = BesideSamples(given.Shape, sizes.Count);
        long[] to = [from[0], .. sizes.Skip(1)];
        if (from.AsSpan().SequenceEqual(to))
        {
            return given.Reshaped(to);
        }

        long bytes = TensorData.ByteCount(given.Type, 1);
        byte[] fitted = new byte[TensorData.ByteCount(given.Type, to.Aggregate(1L, (all, size) => all * size))];
        Copy(0, 0, 0);
        return new TensorData(given.Type, to, fitted);

        void Copy(int axis, long source, long target)
        {
            if (axis == to.Length)
            {
                given.Bytes.Span.Slice((int)(source * bytes), (int)bytes).CopyTo(fitted.AsSpan((int)(target * bytes)));
                return;
            }

            for (long i = 0; i < Math.Min(from[axis], to[axis]); i++)
            {
                Copy(axis + 1, (source * from[axis]) + i, (target * to[axis]) + i);
            }
        }
    }

    /// <summary>A shape with as many axes as others of its kind: of one row, its first axis was taken for that of the samples.</summary>
    public static long[] BesideSamples(long[] shape, int rank) => shape.Length == rank ? shape
        : [shape.Length > 0 ? shape[0] : 1, .. Enumerable.Repeat(1L, rank - Math.Max(1, shape.Length)), .. shape.Skip(1)];

    /// <summary>The samples of all parts in one tensor, filled up with zeros to the longest; of scalars, one a part.</summary>
    public static TensorData Joined(IReadOnlyList<TensorData> parts)
    {
        var longest = parts.MaxBy(part => part.Shape.Length)!.Shape;
        if (parts.Any(part => !part.Shape.Skip(1).SequenceEqual(longest.Skip(1))))
        {
            int rank = longest.Length;
            longest = [.. Enumerable.Range(0, rank).Select(axis => parts.Max(part => BesideSamples(part.Shape, rank)[axis]))];
            parts = [.. parts.Select(part => Fitted(part, longest))];
        }

        using var all = new MemoryStream(parts.Sum(part => part.Bytes.Length));
        foreach (var part in parts)
        {
            all.Write(part.Bytes.Span);
        }

        long[] shape = parts[0].Shape is [_, .. var rest] ? [parts.Sum(part => part.Shape[0]), .. rest] : [parts.Count];
        return new TensorData(parts[0].Type, shape, all.ToArray());
    }
}
