using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.Inputs;

/// <summary>The FP32 network as the user gave it: what every accuracy is compared with.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Batch">The samples that it takes at a time; null: any number.</param>
internal sealed record OriginalFile(byte[] Bytes, int? Batch)
{
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

    /// <summary>The samples of all parts in one tensor; of scalars, one a part.</summary>
    public static TensorData Joined(IReadOnlyList<TensorData> parts)
    {
        using var all = new MemoryStream(parts.Sum(part => part.Bytes.Length));
        foreach (var part in parts)
        {
            all.Write(part.Bytes.Span);
        }

        long[] shape = parts[0].Shape is [_, .. var rest] ? [parts.Sum(part => part.Shape[0]), .. rest] : [parts.Count];
        return new TensorData(parts[0].Type, shape, all.GetBuffer());
    }
}
