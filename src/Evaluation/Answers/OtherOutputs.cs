using System.Runtime.CompilerServices;

namespace Cluster.Evaluation.Answers;

/// <summary>The other outputs of runs, as long as their first one, by which a run is known, is used.</summary>
internal sealed class OtherOutputs
{
    private readonly ConditionalWeakTable<float[], IReadOnlyList<(string Name, TensorData Value)>> _others = [];

    /// <summary>The other outputs of a run; none if they were not kept.</summary>
    public IReadOnlyList<(string Name, TensorData Value)> Of(float[] first) => _others.TryGetValue(first, out var others) ? others : [];

    /// <summary>Remembers the other outputs of a run.</summary>
    /// <param name="first">Its first output.</param>
    public void Keep(float[] first, IReadOnlyList<(string Name, TensorData Value)> others) => _others.AddOrUpdate(first, others);

    /// <summary>Remembers those of some samples of a run.</summary>
    /// <param name="whole">The first output of all samples.</param>
    /// <param name="first">That of the chosen ones.</param>
    /// <param name="part">Their places.</param>
    public void KeepPart(float[] whole, float[] first, int[] part) =>
        Keep(first, [.. Of(whole).Select(output => (output.Name, Rows(output.Value, part)))]);

    private static TensorData Rows(TensorData all, int[] rows)
    {
        int bytes = all.Bytes.Length / (int)all.Shape[0];
        using var chosen = new MemoryStream(rows.Length * bytes);
        Array.ForEach(rows, row => chosen.Write(all.Bytes.Span.Slice(row * bytes, bytes)));
        return new TensorData(all.Type, [rows.Length, .. all.Shape[1..]], chosen.GetBuffer());
    }
}
