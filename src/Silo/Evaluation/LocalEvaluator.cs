using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Kernels;
using Cluster.Silo.Jobs;

namespace Cluster.Silo.Evaluation;

/// <summary>Measures candidates in this process. Accuracy work holds the machine shared, timing holds it exclusively.</summary>
internal sealed class LocalEvaluator(LazySetup lazy) : IEvaluator
{
    private readonly Lazy<Measurers> _measurers = new(() => new Measurers(lazy.Value));

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(lazy.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started(Environment.MachineName, "cpu");
        var machine = lazy.Value.Machine;
        using var hold = item.IsExclusive ? await machine.ExclusiveAsync(cancellationToken) : await machine.SharedAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Measure(item, cancellationToken), cancellationToken);
        }
        catch (NotFiniteLogitsException failure)
        {
            return new FailedResult(FailureKind.NotFinite, failure.Message);
        }
        catch (OutOfMemoryException failure)
        {
            return new FailedResult(FailureKind.OutOfMemory, failure.Message);
        }
        catch (KernelException failure)
        {
            return new FailedResult(FailureKind.InvalidCandidate, failure.Message);
        }
    }

    private WorkResult Measure(WorkItem item, CancellationToken cancellation) => item switch
    {
        AccuracyItem accuracy => _measurers.Value.Accuracy.Measure(accuracy, cancellation),
        TestItem test => _measurers.Value.Accuracy.Measure(test, cancellation),
        LatencyItem latency => _measurers.Value.Latency.Measure(latency, cancellation),
        ProfileItem profile => _measurers.Value.Profile.Measure(profile, cancellation),
        SensitivityItem sensitivity => _measurers.Value.Sensitivity.Measure(sensitivity, cancellation),
        _ => throw new InvalidOperationException($"No measurement is known for {item.GetType().Name}."),
    };

    private sealed class Measurers(EvaluationSetup setup)
    {
        public AccuracyMeasurer Accuracy { get; } = new(setup);

        public LatencyMeasurer Latency { get; } = new(setup);

        public ProfileMeasurer Profile { get; } = new(setup);

        public SensitivityMeasurer Sensitivity { get; } = new(setup);
    }
}
