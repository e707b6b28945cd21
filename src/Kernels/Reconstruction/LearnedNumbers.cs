using Cluster.Kernels.Planning;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Reconstruction;

/// <summary>What is known so far: codes of every quantized weight (rounding to nearest until they are learned) and ranges of activations.</summary>
internal sealed class LearnedNumbers(IReadOnlyDictionary<string, WeightGrid> grids, IReadOnlyDictionary<string, QuantizationParameters> activations)
{
    private readonly Dictionary<string, sbyte[]> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuantizationParameters> _activations = new(activations, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, WeightGrid> Grids => grids;

    public IReadOnlyDictionary<string, QuantizationParameters> Activations => _activations;

    public sbyte[] Codes(string node) => _codes[node];

    public void SetCodes(string node, sbyte[] codes) => _codes[node] = codes;

    public void SetActivation(string tensor, QuantizationParameters parameters) => _activations[tensor] = parameters;

    public LearnedParameters ToParameters() => new()
    {
        Weights = _codes.ToDictionary(pair => pair.Key, pair => new LearnedWeights(pair.Value, grids[pair.Key].Scales), StringComparer.Ordinal),
        Activations = new Dictionary<string, QuantizationParameters>(_activations, StringComparer.Ordinal),
    };
}
