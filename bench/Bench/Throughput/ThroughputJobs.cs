using Cluster.Coordinator.Model;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Grains.Ports;
using Cluster.Simulation;

namespace Cluster.Bench.Throughput;

/// <summary>Runs the benchmark's jobs, wherever their grains are.</summary>
internal sealed class ThroughputJobs(int inFlight) : IJobHost
{
    private const int Groups = 16;

    /// <summary>A job of so many candidates, which its id says.</summary>
    public static JobEntry Entry(string name, int candidates)
    {
        var network = new SyntheticNetwork
        {
            Damage = [.. Enumerable.Repeat(0.001, Groups)],
            Float32Ms = [.. Enumerable.Repeat(1.0, Groups)],
            Int8Ms = [.. Enumerable.Repeat(0.5, Groups)]
        };
        return new JobEntry
        {
            Id = FormattableString.Invariant($"{name}-{candidates}"),
            CreatedAt = DateTimeOffset.UnixEpoch,
            Spec = network.Spec,
            Space = network.Space,
            Inputs = new JobInputs { Model = "model", Calibration = new DataLocation("folder:none") },
        };
    }

    public JobRunnerOptions OptionsFor(JobEntry job) => new() { Workers = inFlight };

    public ISearchStrategy StrategyFor(JobEntry job) => new ManyCandidates(
        int.Parse(job.Id.AsSpan(job.Id.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture));
}
