using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Runtimes;

namespace Cluster.Silo.Evaluation;

/// <summary>Times a candidate's file in turn with the FP32 network, on evaluation images, in ONNX Runtime.</summary>
internal sealed class LatencyMeasurer(EvaluationSetup setup)
{
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

    public LatencyResult Measure(LatencyItem item, CancellationToken cancellation)
    {
        var sessionOptions = new OrtSessionOptions { Threads = setup.Threads };
        using var float32 = OrtSession.Open(setup.Network.Float32Model, sessionOptions);
        if (item.Plan.IsFloat32)
        {
            return Result(item.Plan, LatencyMeter.Measure([float32], LatencyInput.Pixels(setup), LatencyInput.Shape(setup), Options(setup.Threads), cancellation)[0].Summary, null);
        }

        using var candidate = OrtSession.Open(setup.Builder.Build(item.Plan, cancellation).Bytes, sessionOptions);
        var measured = LatencyMeter.Measure([float32, candidate], LatencyInput.Pixels(setup), LatencyInput.Shape(setup), Options(setup.Threads), cancellation);
        return Result(item.Plan, measured[1].Summary, measured[0].Summary);
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
