namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// The numbers known so far: codes of every quantized weight (rounded to nearest until they are learned) and ranges of activations.
/// </summary>
/// <param name="readers">As <see cref="ReconstructionStart.Readers"/>.</param>
/// <param name="unlearned">As <see cref="ReconstructionStart.Fixed"/>.</param>
internal sealed class LearnedNumbers(
    IReadOnlyDictionary<string, WeightGrid> grids,
    IReadOnlyDictionary<string, QuantizationParameters> activations,
    IReadOnlyDictionary<string, IReadOnlySet<string>> readers,
    IReadOnlySet<string> unlearned)
{
    private readonly Dictionary<string, sbyte[]> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuantizationParameters> _activations = new(activations, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, WeightGrid> Grids => grids;

    public IReadOnlyDictionary<string, QuantizationParameters> Activations => _activations;

    /// <summary>Whether the tensor is quantized by its producer, for all its readers.</summary>
    public bool IsMadeQuantized(string tensor) => _activations.ContainsKey(tensor) && !readers.ContainsKey(tensor);

    /// <summary>Whether the tensor's scale is learned with the block that makes it.</summary>
    public bool HasOwnScale(string tensor) => IsMadeQuantized(tensor) && !unlearned.Contains(tensor);

    /// <summary>Registers quantized reads for nodes that see a tensor quantized while others read it in FP32.</summary>
    public void SetReads(BlockQuantization quantization, ReconstructionBlock block)
    {
        var names = block.Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (tensor, quantized) in readers.Where(pair => names.Overlaps(pair.Value))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            quantization.SetRead(tensor, quantized, _activations[tensor]);
        }
    }

    /// <summary>The codes of a block's quantized weights, by node.</summary>
    public Dictionary<string, sbyte[]> Codes(ReconstructionBlock block) => block.Weighted
        .Where(node => grids.ContainsKey(node.Name))
        .ToDictionary(node => node.Name, node => _codes[node.Name], StringComparer.Ordinal);

    /// <summary>A block with these codes.</summary>
    /// <param name="activations">Ranges of quantized tensors, or null for FP32 activations.</param>
    public BlockQuantization Quantization(
        ReconstructionBlock block,
        IReadOnlyDictionary<string, sbyte[]> codes,
        IReadOnlyDictionary<string, QuantizationParameters>? activations,
        ComputeDevice device)
    {
        var quantization = new BlockQuantization { Device = device };
        SetWeights(quantization, codes);
        if (activations is not null)
        {
            foreach (string tensor in block.Nodes.Select(node => node.Output).Where(IsMadeQuantized))
            {
                quantization.SetScale(tensor, device.Floats([activations[tensor].Scale], [1]), activations[tensor]);
            }

            SetReads(quantization, block);
        }

        return quantization;
    }

    /// <summary>Registers the real values of codes as weights.</summary>
    public void SetWeights(BlockQuantization quantization, IReadOnlyDictionary<string, sbyte[]> codes)
    {
        foreach (var (node, chosen) in codes)
        {
            quantization.SetWeight(node, grids[node].Dequantize(chosen, quantization.Device));
        }
    }

    /// <summary>Stores codes and ranges.</summary>
    public void Set(IReadOnlyDictionary<string, sbyte[]> codes, IReadOnlyDictionary<string, QuantizationParameters> ranges)
    {
        foreach (var (node, chosen) in codes)
        {
            _codes[node] = chosen;
        }

        foreach (var (tensor, parameters) in ranges)
        {
            _activations[tensor] = parameters;
        }
    }

    /// <summary>The numbers of some nodes and tensors.</summary>
    public LearnedParameters Of(IEnumerable<string> nodes, IEnumerable<string> tensors) => new()
    {
        Weights = nodes.Where(grids.ContainsKey)
            .ToDictionary(node => node, node => new LearnedWeights(_codes[node], grids[node].Scales), StringComparer.Ordinal),
        Activations = tensors.Where(_activations.ContainsKey)
            .ToDictionary(tensor => tensor, tensor => _activations[tensor], StringComparer.Ordinal),
    };
}

/// <summary>Nodes that are run together and, if they have weights, reconstructed together.</summary>
/// <param name="Nodes">In execution order.</param>
/// <param name="Weighted">The nodes with constant weights; empty if the block only moves or joins activations.</param>
internal sealed record ReconstructionBlock(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphNode> Weighted)
{
    public string Name => string.Join('+', (Weighted.Count > 0 ? Weighted : Nodes).Select(node => node.Name));
}
