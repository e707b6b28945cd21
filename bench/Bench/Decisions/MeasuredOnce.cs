using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Bench.Decisions;

/// <summary>Results of a network, kept: every rule's search sees the same ones.</summary>
internal sealed class MeasuredOnce(SampledNetwork network)
{
    private readonly Dictionary<WorkItem, WorkResult> _results = [];

    public WorkResult Of(WorkItem item) =>
        _results.TryGetValue(item, out var known) ? known : _results[item] = network.Evaluate(item);
}
