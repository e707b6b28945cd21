using System.Diagnostics;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation.Parity;

namespace Cluster.Evaluation.Measuring;

/// <summary>Runs a candidate's file through the gate that it must pass before it is published.</summary>
internal sealed class ParityMeasurer(EvaluationSetup setup)
{
    public ParityResult Measure(ParityItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var artefact = setup.Builder.Build(item.Plan, cancellation);
        var report = setup.Parity.Check(artefact, cancellation)
            ?? throw new InvalidOperationException("A plan that quantizes nothing has no parity.");
        return new ParityResult(
            ParityFindings.Of(report), report.Failure, Groups(artefact, report), Stopwatch.GetElapsedTime(began).TotalSeconds);
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
