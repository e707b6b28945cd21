namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Whether a file is slower than FP32 where no timing was asked for, as with convolutions in three dimensions.</summary>
internal static class SlowFile
{
    // Below, starting an operator takes as long as computing it.
    private const long LeastMacs = 10_000_000;

    // A quick look beside whatever else runs: less is noise.
    private const double LeastRatio = 1.1;
    private const double Precision = 0.1;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How much slower it is, in a sentence without its full stop; null if it is not, or too small to say, or of fewer bits than integer
    /// kernels have.
    /// </summary>
    public static string? Words(EvaluationSetup setup, BuiltArtefact artefact, CancellationToken cancellation)
    {
        if (artefact.Network is null or { Layout.ComputesInFloat: true }
            || GraphSummary.Of(setup.Network.Grouped.Graph).MultiplyAccumulates < LeastMacs)
        {
            return null;
        }

        var timed = TargetTiming.Measure(
            setup.Target,
            [setup.Network.Float32Model, artefact.File],
            setup.Threads,
            setup.Timed.Repeated(1),
            new SittingOptions(FileTimer.Sitting(setup.Threads), Precision, Most),
            cancellation);
        var ratio = timed.Sittings[1].Ratio;
        return ratio.Low <= LeastRatio ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the file takes {ratio.Median:0.0} times as long as FP32 here, by a quick look with one sample: the integer kernels do not "
            + $"pay in this network; ./cluster run finds the groups in which they do");
    }
}
