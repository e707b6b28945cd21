namespace Cluster.Export.Parity;

/// <summary>
/// What float32 leaves open of a network's output: how far it moves if inputs and functions are as inexact as any runtime may have them. A
/// channel that a Sigmoid of 1e-7 gates is nothing but that, and so is a sum whose terms cancel.
/// </summary>
public static class OpenRounding
{
    /// <summary>Draws to take the largest of: one alone hardly moves some element by chance.</summary>
    public const int Draws = 4;

    /// <summary>What a runtime may differ by, in power of the largest draw: it is one more draw.</summary>
    public const double Times = OutputParity.DriftTimes * OutputParity.DriftTimes;

    /// <summary>The first output in FP32 with <see cref="RoundingDrift"/>.</summary>
    /// <param name="draw">From 0; each moves otherwise.</param>
    public static float[] Run(FloatNetwork float32, IReadOnlyList<TensorData> inputs, int draw)
    {
        var drift = new RoundingDrift(draw);
        return float32.Run(drift.Moved(inputs), [.. float32.Graph.Groups.Select(group => float32.Float32(group.Index))], drift);
    }
}
