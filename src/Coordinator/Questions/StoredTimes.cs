namespace Cluster.Coordinator.Questions;

/// <summary>
/// The times of another kind of machine, from a job that ran there: what it timed, and else what its latency model predicts.
/// </summary>
public sealed class StoredTimes : ILatencyTable
{
    private readonly SearchMemory _memory;

    internal StoredTimes(SearchMemory memory) => _memory = memory;

    /// <summary>The times of a job.</summary>
    /// <param name="name">Its name for messages.</param>
    /// <param name="state">The job.</param>
    /// <param name="asking">The name of the job that asks, and its spec: of the same network, data and conditions.</param>
    /// <exception cref="JobException">The jobs are not alike, or it has timed nothing.</exception>
    public static StoredTimes Of(string name, JobState state, (string Name, JobSpec Spec) asking)
    {
        FleetSolver.RequireAlike(asking, (name, state.Spec));
        var memory = StoredMemory.Of($"The job in {name}", state, static options => options, isTimed: true);
        return memory.Profile is not null
            ? new StoredTimes(memory)
            : throw new JobException($"The job in {name} has no profile of its groups, to predict times from: run it again with --fresh.");
    }

    /// <summary>A plan's latency; null if it can be neither looked up nor predicted.</summary>
    public LatencyResult? Find(Plan plan) => _memory.Latency(plan) is { } timed
        ? (timed with { Earlier = EarlierTiming.Measured, Turn = null }).Beside(_memory.BaselineMs!.Value)
        : _memory.Model is { } model
            ? _memory.Latencies[0].Result with
            {
                PlanDigest = plan.Digest,
                MedianMs = plan.IsBaseline ? _memory.BaselineMs!.Value : model.Predict(plan),
                LowMs = null,
                HighMs = null,
                Float32MedianMs = _memory.BaselineMs!.Value,
                Earlier = plan.IsBaseline ? EarlierTiming.Measured : EarlierTiming.Predicted,
                Turn = null,
            }
            : null;

    /// <inheritdoc/>
    public LatencyResult? Find(LatencyItem item) => Find(item.Plan);

    /// <inheritdoc/>
    public FinalTimingResult? Find(FinalTimingItem item) => new([.. item.Plans.Select(plan => Find(plan)!)]);

    /// <inheritdoc/>
    public ProfileResult? Find(ProfileItem item) => _memory.Profile;
}

/// <summary>What a stored job measured, for another question.</summary>
internal static class StoredMemory
{
    /// <param name="name">The job, as a sentence begins with it.</param>
    /// <param name="ask">Makes the question from the job's options.</param>
    /// <param name="isTimed">Whether something must have been timed, too.</param>
    /// <exception cref="JobException">The question is not valid, or nothing was measured yet.</exception>
    public static SearchMemory Of(string name, JobState state, Func<JobOptions, JobOptions> ask, bool isTimed = false)
    {
        var options = ask(state.Spec.Options);
        if (options.Fault() is { } fault)
        {
            throw new JobException(fault) { FailsOn = JobFault.Request };
        }

        var memory = state.MemoryFor(options);
        return memory.Full(memory.Baseline) is not null && WinnerSelector.HasAny(memory) && !(isTimed && memory.BaselineMs is null)
            ? memory
            : throw new JobException($"{name} has measured no quantized plan yet: let it go on with the command that began it.");
    }
}
