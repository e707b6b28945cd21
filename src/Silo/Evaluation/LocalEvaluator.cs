using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Kernels;

namespace Cluster.Silo.Evaluation;

/// <summary>Measures candidates in this process. Accuracy work holds the machine shared, timing holds it exclusively.</summary>
internal sealed class LocalEvaluator(EvaluationSetup setup) : IEvaluator
{
    private readonly AccuracyMeasurer _accuracy = new(setup);
    private readonly LatencyMeasurer _latency = new(setup);
    private readonly ProfileMeasurer _profile = new(setup);
    private readonly SensitivityMeasurer _sensitivity = new(setup);

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(setup.Translator.Space());

    public async Task<WorkResult> EvaluateAsync(WorkItem item, CancellationToken cancellationToken)
    {
        using var hold = item.IsExclusive
            ? await setup.Machine.ExclusiveAsync(cancellationToken)
            : await setup.Machine.SharedAsync(cancellationToken);
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
        AccuracyItem accuracy => _accuracy.Measure(accuracy, cancellation),
        TestItem test => _accuracy.Measure(test, cancellation),
        LatencyItem latency => _latency.Measure(latency, cancellation),
        ProfileItem profile => _profile.Measure(profile, cancellation),
        SensitivityItem sensitivity => _sensitivity.Measure(sensitivity, cancellation),
        _ => throw new InvalidOperationException($"No measurement is known for {item.GetType().Name}."),
    };
}
