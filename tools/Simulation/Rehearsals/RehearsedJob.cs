namespace Cluster.Simulation.Rehearsals;

/// <summary>A job of a rehearsal.</summary>
/// <param name="Entry">The job.</param>
/// <param name="Strategy">Makes its strategy, anew for each coordinator.</param>
internal sealed record RehearsedJob(JobEntry Entry, Func<ISearchStrategy> Strategy)
{
    /// <summary>A job on a synthetic network, as its options choose its strategy.</summary>
    public static RehearsedJob Of(Cluster.Simulation.SyntheticNetwork network, string id) => new(
        new JobEntry
        {
            Id = id,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Spec = network.Spec,
            Space = network.Space,
            Inputs = new JobInputs { Model = "model", Calibration = new DataLocation("folder:calibration") },
        },
        () => Coordinator.Search.Strategies.Explorations.SearchStrategies.Of(network.Spec.Options));
}
