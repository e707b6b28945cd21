namespace Cluster.Glyphs;

/// <summary>What one way of quantizing the whole network does to the sample's accuracy.</summary>
/// <param name="Method">A calibration method, or "fp32" for the network as it is.</param>
/// <param name="Correct">Of <paramref name="Total"/> evaluation images, by the exported file in ONNX Runtime.</param>
/// <param name="Kl">Mean KL divergence of the softmax from FP32's, nats.</param>
public sealed record GlyphRow(string Method, bool BiasCorrection, int Correct, int Total, double Kl)
{
    /// <summary>Points of top-1 gained on another row.</summary>
    public double PointsAbove(GlyphRow other) => 100.0 * (Correct - other.Correct) / Total;
}
