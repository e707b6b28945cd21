namespace Cluster.Evaluation.Measuring;

/// <summary>
/// Runs a candidate's file through the gate that it must pass before it is published, which no plan passes that loses a channel of the
/// outputs (<see cref="ChannelCheck"/>): the metric may look at others.
/// </summary>
internal sealed class ParityMeasurer(EvaluationSetup setup)
{
    public ParityResult Measure(ParityItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var artefact = setup.Builder.Build(item.Plan, cancellation);
        var report = setup.Parity.Check(artefact, cancellation)
            ?? throw new InvalidOperationException("A plan that quantizes nothing has no parity.");
        var (failure, groups) = (report.Failure, Groups(artefact, report));
        OutputChannel? worst = null;
        QuietSamples? quiet = null;
        if (failure is null)
        {
            (failure, string? fault, worst, quiet) = ChannelCheck.Judge(setup, artefact, item.Plan, cancellation);
            groups = fault is null ? [] : [fault];
        }

        return new ParityResult(
            ParityFindings.Of(report) with { Passed = failure is null, WorstChannel = worst, Quiet = quiet },
            failure,
            groups,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    // The groups that decide on each such tensor: the ones to decide differently.
    private static IReadOnlyList<string> Groups(BuiltArtefact artefact, ParityReport report)
    {
        var network = artefact.Network!;
        return
        [
            .. report.Suspects
                .Select(tensor => network.Graph.Groups[network.Layout.Points[tensor.Tensor].Group].Name)
                .Distinct(StringComparer.Ordinal),
        ];
    }
}
