using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>
/// The numbers known so far: codes of every quantized weight (rounded to nearest until they are learned) and ranges of activations.
/// </summary>
/// <param name="readers">As <see cref="ReconstructionStart.Readers"/>.</param>
internal sealed class LearnedNumbers(
    IReadOnlyDictionary<string, WeightGrid> grids,
    IReadOnlyDictionary<string, QuantizationParameters> activations,
    IReadOnlyDictionary<string, IReadOnlySet<string>> readers)
{
    private readonly Dictionary<string, sbyte[]> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuantizationParameters> _activations = new(activations, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, WeightGrid> Grids => grids;

    public IReadOnlyDictionary<string, QuantizationParameters> Activations => _activations;

    /// <summary>Whether the tensor is quantized by its producer, for all its readers.</summary>
    public bool IsMadeQuantized(string tensor) => _activations.ContainsKey(tensor) && !readers.ContainsKey(tensor);

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

    public sbyte[] Codes(string node) => _codes[node];

    /// <summary>Stores codes. Neighbours that would saturate are made safe if the weight's form requires it.</summary>
    public void SetCodes(string node, sbyte[] codes) =>
        _codes[node] = grids[node].Pairs is { } pairs ? PairSafeWeights.Clip(codes, pairs) : codes;

    public void SetActivation(string tensor, QuantizationParameters parameters) => _activations[tensor] = parameters;

    public LearnedParameters ToParameters() => new()
    {
        Weights = _codes.ToDictionary(
            pair => pair.Key, pair => new LearnedWeights(pair.Value, grids[pair.Key].Scales), StringComparer.Ordinal),
        Activations = new Dictionary<string, QuantizationParameters>(_activations, StringComparer.Ordinal),
    };
}
