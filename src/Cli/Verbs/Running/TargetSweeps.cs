using System.Collections.Concurrent;
using Cluster.Coordinator.Ports;

namespace Cluster.Cli.Verbs.Running;

/// <summary>
/// Shares sweeps between one command's jobs, which differ only by their targets: a sweep is simulated, with the same integers for every
/// target, so all jobs can use the first one's.
/// </summary>
internal sealed class TargetSweeps
{
    private readonly ConcurrentDictionary<SensitivityItem, WorkResult> _known = new();

    /// <summary>One job's cache, with the sweeps of all of them.</summary>
    /// <param name="own">The job's own results, or null for none.</param>
    public IEvaluationCache With(IEvaluationCache? own) => new Shared(this, own);

    // Removes what names the target: the context, and a plan that only says which calibrators groups have.
    private static SensitivityItem WithoutTarget(SensitivityItem sweep) =>
        sweep with { Context = string.Empty, Plan = sweep.Plan is { } plan ? new Plan(string.Empty, plan.Groups) : null };

    private sealed class Shared(TargetSweeps sweeps, IEvaluationCache? own) : IEvaluationCache
    {
        public WorkResult? Find(WorkItem item) => own?.Find(item)
            ?? (item is SensitivityItem sweep ? sweeps._known.GetValueOrDefault(WithoutTarget(sweep)) : null);

        public void Store(WorkItem item, WorkResult result)
        {
            own?.Store(item, result);
            if (item is SensitivityItem sweep)
            {
                sweeps._known[WithoutTarget(sweep)] = result;
            }
        }
    }
}
