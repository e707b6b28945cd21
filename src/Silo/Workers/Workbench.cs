using Cluster.Coordinator.Search;

namespace Cluster.Silo.Workers;

/// <summary>Makes a slot's <see cref="Workbench"/>.</summary>
internal delegate Workbench BenchMaker(NodeFolders folders, WorkingMemory memory, SlotDevice slot);

/// <summary>The state of one slot's work. The jobs of its latest items stay open, because reading networks and images is slow.</summary>
/// <param name="folders">The node's folders.</param>
/// <param name="memory">How much of it a job may fill.</param>
/// <param name="slot">What it computes on.</param>
internal class Workbench(NodeFolders folders, WorkingMemory memory, SlotDevice slot) : IDisposable
{
    private const int Open = 2;

    private readonly NodeText _text = new(folders);

    // Most recent first.
    private readonly LinkedList<(string Id, INodeJob Job)> _jobs = new();

    /// <summary>Scores predictions of jobs with a metric of their client's; null: nothing does.</summary>
    public IPredictionJudge? Judge { get; set; }

    /// <summary>Runs an item. Expected failures become results; defects are thrown.</summary>
    public async Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, Action<WorkStage> stage, CancellationToken cancellation)
    {
        try
        {
            stage(WorkStage.Preparing);
            if (item is PrepareItem)
            {
                return await AnswerAsync(job, cancellation);
            }

            var opened = await OpenedAsync(job, cancellation);
            var result = ResultGuard.Check(item, await opened.ExecuteAsync(item, StateFor(item, journal), stage, cancellation));
            return result is FailedResult failure ? Redact(failure) : result;
        }
        catch (Exception failure) when (failure is not OperationCanceledException && EvaluationFailures.Of(failure) is not null)
        {
            return Redact(EvaluationFailures.Of(failure)!);
        }
    }

    public void Dispose()
    {
        foreach (var (_, job) in _jobs)
        {
            job.Dispose();
        }

        _jobs.Clear();
    }

    /// <summary>Reads a new job's files; whatever is wrong with them is thrown.</summary>
    protected virtual Task<PreparedResult> PrepareAsync(JobEntry job, CancellationToken cancellation) =>
        JobPreparation.RunAsync(job.Inputs, job.Spec.Options, folders, slot, cancellation);

    /// <summary>Opens an accepted job.</summary>
    protected virtual async Task<INodeJob> OpenAsync(JobEntry job, CancellationToken cancellation) =>
        await NodeJob.OpenAsync(job, folders, memory, slot, Judge, cancellation);

    private async Task<WorkResult> AnswerAsync(JobEntry job, CancellationToken cancellation)
    {
        try
        {
            return await PrepareAsync(job, cancellation);
        }
        catch (TimingAgentException unfit)
        {
            // This node's, or the board's: another node may have one that answers.
            return Redact(new FailedResult(FailureKind.Unavailable, unfit.Message));
        }
        catch (PreparationException refusal)
        {
            return new RefusedResult(refusal.FailsOn, refusal.SpecField, _text.Redact(refusal.Message));
        }
        catch (Exception full) when (DiskFull.Is(full))
        {
            return new RefusedResult(JobFault.Disk, string.Empty, _text.Redact(full.Message));
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            string sentence = $"The job's files cannot be read ({unread.Message}): correct them, or what may read them.";
            return new RefusedResult(JobFault.Content, string.Empty, _text.Redact(sentence));
        }
        catch (Exception refusal) when (Refusals.IsRefusal(refusal))
        {
            return new RefusedResult(Refusals.FaultOf(refusal), string.Empty, _text.Redact(refusal.Message));
        }
    }

    private async Task<INodeJob> OpenedAsync(JobEntry job, CancellationToken cancellation)
    {
        for (var node = _jobs.First; node is not null; node = node.Next)
        {
            if (node.Value.Id == job.Id)
            {
                _jobs.Remove(node);
                _jobs.AddFirst(node);
                return node.Value.Job;
            }
        }

        // Make room first: two large jobs and a third being read may be too much.
        if (_jobs.Count == Open)
        {
            _jobs.Last!.Value.Job.Dispose();
            _jobs.RemoveLast();
        }

#pragma warning disable CA2000 // The list of open jobs owns it.
        var opened = await OpenAsync(job, cancellation);
#pragma warning restore CA2000
        _jobs.AddFirst((job.Id, opened));
        return opened;
    }

    private static JobState? StateFor(WorkItem item, IReadOnlyList<JournalRecord> journal) => item is not PublishItem
        ? null
        : JobState.Fold(journal.Select(record => record.Event)) is { Winner: not null } state
            ? state
            : throw new JobException("Files were asked for of a job without a winner: give the journal with the request.");

    private FailedResult Redact(FailedResult failure) => failure with { Reason = _text.Redact(failure.Reason) };
}
