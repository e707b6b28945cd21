namespace Cluster.Grains.Jobs;

/// <summary>
/// Has the files of new jobs read and checked: work on a slot, like any other; on one that runs the job's target if there is any, because
/// the class of its device is part of the job.
/// </summary>
internal sealed class Preparation(
    ClusterNodes nodes, IGrainFactory grains, INodeServices services, GrainOptions options, TimeProvider time, ILogger<Preparation> logger)
{
    /// <summary>A <see cref="PreparedResult"/> or a <see cref="RefusedResult"/>; faults outside the job are thrown.</summary>
    /// <param name="job">The job, unprepared.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="IOException">A disk is full.</exception>
    /// <exception cref="GrainProblemException">It could not be determined: try again.</exception>
    public Task<WorkResult> RunAsync(JobEntry job, CancellationToken cancellationToken) =>
        RunAsync(job, AttemptsAt(job), cancellationToken);

    /// <summary>Attempts at a job's preparation: they know whether it waits for a slot, and which nodes have failed it before.</summary>
    public GrainAttempts AttemptsAt(JobEntry job)
    {
        var calls = new GrainCalls(options.LongestWait + options.CallMargin, time, logger);
        var scope = new JobGrainScope { StopsWork = true, Unschedulable = static reason => throw Problem(reason) };
        return new GrainAttempts(job, grains, services, calls, options, scope, time, logger);
    }

    /// <inheritdoc cref="RunAsync(JobEntry, CancellationToken)"/>
    /// <param name="job">The job, unprepared.</param>
    /// <param name="attempts">Its own.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<WorkResult> RunAsync(JobEntry job, GrainAttempts attempts, CancellationToken cancellationToken)
    {
        string target = job.Spec.Options.Target;
        attempts.Slots.Needs = await nodes.HasAsync(target, cancellationToken)
            ? new SlotNeeds { Host = string.Empty, Target = target }
            : null;

        int sequence = Attempt.Unrecorded.Sequence;
        var course = new AttemptCourse(time, sequence);
        var (ended, failure) = await attempts.RunAsync(Attempt.Unrecorded, new PrepareItem(), course, cancellationToken);
        attempts.Recorded(sequence);
        var result = failure ?? ended!.Result!.Value.Value<WorkResult>();
        if (result is FailedResult && course.Node is { } node)
        {
            attempts.Slots.Avoid(sequence, node);
        }

        return result switch
        {
            PreparedResult or RefusedResult { Fault: not JobFault.Disk } => result,
            RefusedResult full => throw DiskFull.Error(full.Message),
            FailedResult { Kind: FailureKind.Unavailable or FailureKind.HostLost } lost =>
                throw Problem(lost.Reason),
            FailedResult failed => new RefusedResult(
                JobFault.Content, string.Empty, $"The job's files could not be checked: {failed.Reason}"),
            _ => throw new InvalidOperationException($"Unexpected result of a preparation: {result.GetType().Name}."),
        };
    }

    private static GrainProblemException Problem(string sentence) => new(sentence) { IsForPeople = true };
}

/// <summary>What a job's evaluator must know about its run.</summary>
internal sealed class JobGrainScope
{
    /// <summary>Receives the reason why no node of the cluster can do the job's work, while that holds.</summary>
    public Func<string, Task> Unschedulable { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when nodes can do the job's work.</summary>
    public Func<Task> Schedulable { get; set; } = static () => Task.CompletedTask;

    /// <summary>
    /// Whether the run has lost the job, or leaves it: running work and stored results on nodes then belong to its next coordinator, and
    /// are neither stopped nor dropped.
    /// </summary>
    public Func<bool> IsLeft { get; set; } = static () => false;

    /// <summary>Whether running work is stopped with the run. Not if only the coordinator moves: the next one continues it.</summary>
    public bool StopsWork { get; set; }

    /// <summary>Whether the job waits for its client: then it keeps no slot, and its running work is stopped and forgotten.</summary>
    public bool IsHeld { get; set; }
}
