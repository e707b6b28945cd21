using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.Measuring;

/// <summary>Times a candidate's file in turn with the FP32 network, on evaluation images, in ONNX Runtime.</summary>
internal sealed class LatencyMeasurer(EvaluationSetup setup)
{
    private const int Repeats = 2;
    private const double DisturbedFrom = 1.1;

    private double _fastestFloat32Ms = double.PositiveInfinity;

    // Enough rounds for a median that is stable to about 1 %, and no more than a search can afford a candidate.
    public static LatencyOptions Options(int threads) => new()
    {
        Rounds = 50,
        WarmUpRuns = 10,
        WarmUpTime = TimeSpan.FromMilliseconds(200),
        TimeCap = TimeSpan.FromSeconds(3),
        FewestRounds = 15,
        PinThread = threads == 1,
    };

    public LatencyResult Measure(LatencyItem item, CancellationToken cancellation) =>
        Measure(item.Plan, item.Plan.IsBaseline ? null : setup.Builder.Build(item.Plan, cancellation).Bytes, cancellation);

    /// <param name="model">The plan's file; null: the FP32 network.</param>
    public LatencyResult Measure(Plan plan, byte[]? model, CancellationToken cancellation)
    {
        var sessionOptions = new OrtSessionOptions { Threads = setup.Threads };
        using var float32 = OrtSession.Open(setup.Network.Float32Model, sessionOptions);
        if (model is null)
        {
            return Result(plan, Time([float32], cancellation)[0].Summary, null);
        }

        using var candidate = OrtSession.Open(model, sessionOptions);
        var calmest = Time([float32, candidate], cancellation);
        for (int again = 0; again < Repeats && IsDisturbed(calmest[0].Summary.MedianMs); again++)
        {
            var other = Time([float32, candidate], cancellation);
            calmest = other[0].Summary.MedianMs < calmest[0].Summary.MedianMs ? other : calmest;
        }

        return Result(plan, calmest[1].Summary, calmest[0].Summary);
    }

    private IReadOnlyList<LatencyMeasurement> Time(IReadOnlyList<OrtSession> sessions, CancellationToken cancellation) =>
        LatencyMeter.Measure(sessions, LatencyInput.Pixels(setup), LatencyInput.Shape(setup), Options(setup.Threads), cancellation);

    // What runs in turn shares a slow machine, but not a disturbance that happens to fall on one of the two: FP32,
    // which is the same file each time, tells the one from the other.
    private bool IsDisturbed(double float32MedianMs)
    {
        bool disturbed = float32MedianMs > _fastestFloat32Ms * DisturbedFrom;
        _fastestFloat32Ms = Math.Min(_fastestFloat32Ms, float32MedianMs);
        return disturbed;
    }

    private LatencyResult Result(Plan plan, LatencySummary candidate, LatencySummary? float32) => new()
    {
        PlanDigest = plan.Digest,
        MedianMs = candidate.MedianMs,
        IqrMs = candidate.IqrMs,
        Count = candidate.Count,
        Float32MedianMs = (float32 ?? candidate).MedianMs,
        Float32IqrMs = (float32 ?? candidate).IqrMs,
        Runtime = setup.Versions.Runtime,
        Device = "cpu",
        Batch = setup.Batch,
        Threads = setup.Threads,
    };
}
