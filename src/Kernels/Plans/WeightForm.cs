namespace Cluster.Kernels.Plans;

/// <summary>The allowed codes of a quantized weight.</summary>
/// <param name="Bits">2 to 8.</param>
/// <param name="IsPairSafe">8 bits: no two neighbours saturate (<see cref="PairedCodes"/>).</param>
public readonly record struct WeightForm(int Bits, bool IsPairSafe = false)
{
    /// <summary>8 bits, a scale for each output channel.</summary>
    public static WeightForm Int8 { get; } = new(8);

    /// <summary>What codes the weights of a group may have.</summary>
    public static WeightForm Of(GroupDecision decision) =>
        new(decision.Format.Weights.Bits, decision.Format.Weights == NumberFormat.PairSafe);

    /// <summary>The neighbours that must not saturate; null where the form or the node's kernel has none.</summary>
    internal PairedCodes? PairsOf(GraphNode node, ReadOnlySpan<long> shape) => IsPairSafe ? PairedCodes.Of(node, shape) : null;
}
