namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>The tensors that later blocks still read, from the quantized prefix and in FP32, for all images.</summary>
internal sealed class ActivationCaches(GroupedGraph graph, IReadOnlyList<ReconstructionBlock> blocks) : IDisposable
{
    private readonly Dictionary<string, (TensorCache Quantized, TensorCache Exact)> _pairs = new(StringComparer.Ordinal);

    public (TensorCache Quantized, TensorCache Exact) this[string tensor] => _pairs[tensor];

    public void Add(string tensor, TensorCache quantized, TensorCache exact) => _pairs.Add(tensor, (quantized, exact));

    /// <summary>Frees the tensors that no block after this one reads.</summary>
    public void DropAfter(int block)
    {
        var wanted = blocks.Skip(block + 1)
            .SelectMany(later => later.Nodes)
            .SelectMany(graph.Roles.Activations)
            .ToHashSet(StringComparer.Ordinal);
        foreach (string tensor in _pairs.Keys.Where(tensor => !wanted.Contains(tensor)).ToList())
        {
            Free(_pairs[tensor]);
            _pairs.Remove(tensor);
        }
    }

    public void Dispose()
    {
        foreach (var pair in _pairs.Values)
        {
            Free(pair);
        }

        _pairs.Clear();
    }

    private static void Free((TensorCache Quantized, TensorCache Exact) pair)
    {
        pair.Quantized.Dispose();
        pair.Exact.Dispose(); // twice if they are the same: harmless
    }
}
