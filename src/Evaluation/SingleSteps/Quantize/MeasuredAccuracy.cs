namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Top-1 of a file in its target's runtime.</summary>
/// <param name="Ci95">Wilson interval of top-1: low, high.</param>
/// <param name="Kl">Mean KL(FP32 || file) of the softmax, nats; null for FP32 itself.</param>
/// <param name="Agree">Images with FP32's top-1 class; null for FP32 itself.</param>
public sealed record MeasuredAccuracy(int Correct, int Total, double Top1, IReadOnlyList<double> Ci95, double? Kl, int? Agree)
{
    /// <summary>The accuracy of a file's outputs.</summary>
    /// <param name="isFloat32">Whether the file is the FP32 network itself.</param>
    public static MeasuredAccuracy Of(RuntimeScore score, bool isFloat32)
    {
        var interval = WilsonInterval.Of(score.Correct, score.Total);
        return new MeasuredAccuracy(
            score.Correct,
            score.Total,
            (double)score.Correct / score.Total,
            [interval.Low, interval.High],
            isFloat32 ? null : score.Kl,
            isFloat32 ? null : score.Agree);
    }
}

/// <summary>Latency of one run of a file, as in result.json.</summary>
/// <param name="N">Timed runs.</param>
public sealed record MeasuredLatency(double MedianMs, double IqrMs, int N, string Runtime, string Device, int Batch, int Threads);
