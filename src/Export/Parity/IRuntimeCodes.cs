namespace Cluster.Export.Parity;

/// <summary>What a runtime computed of a batch, until disposed.</summary>
internal interface IRuntimeCodes : IDisposable
{
    /// <summary>The codes of a quantized tensor, one byte each, row-major; empty if the runtime does not show them.</summary>
    ReadOnlySpan<byte> Codes(string tensor);

    /// <summary>The elements of an output of the network, row-major.</summary>
    ReadOnlySpan<float> Output(int index);
}

/// <summary>How exactly a runtime's codes must be the simulation's.</summary>
/// <param name="Share">Share of equal codes that each tensor must have.</param>
/// <param name="JudgesFloats">
/// Whether layers in FP16 are computed as in the simulation; if not, the codes and outputs made of theirs are not judged.
/// </param>
internal readonly record struct CodeRule(double Share, bool JudgesFloats)
{
    /// <summary>Kernels of the processor: integers are exact, and only ties and single sums of FP32 layers differ.</summary>
    public static CodeRule Usual { get; } = new(GroupParity.UsualShare, JudgesFloats: true);

    /// <summary>A GPU's kernels: each sum in an order of its own.</summary>
    public static CodeRule Gpu { get; } = new(0.99, JudgesFloats: false);
}
