namespace Cluster.Coordinator.Questions;

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

        var memory = SearchMemory.Of(state, options);
        return memory.Full(memory.Baseline) is not null && WinnerSelector.HasAny(memory) && !(isTimed && memory.BaselineMs is null)
            ? memory
            : throw new JobException($"{name} has measured no quantized plan yet: let it go on with the command that began it.");
    }
}
