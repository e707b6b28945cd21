namespace Cluster.Grains.Jobs;

/// <summary>A job's wait in the queue of its tenant. A job that has begun waits no more.</summary>
internal sealed class JobTurn(
    JobEntry job, JobJournal journal, IGrainFactory grains, GrainCalls calls, GrainOptions options, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private ITenantGrain Tenant => grains.GetGrain<ITenantGrain>(TenantName.Of(job));

    /// <summary>Waits until the job may run, or is to end.</summary>
    /// <param name="control">Cancels and stops it.</param>
    /// <param name="tell">Receives its place.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task WaitAsync(JobControl control, Action<int> tell, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, control.Cancelled, control.Stopped);
        var wait = TimeSpan.Zero;
        int? place = null;
        try
        {
            if (journal.Count == 0)
            {
                // Before that nothing can be asked of it.
                await journal.AppendAsync(new JobSubmitted(job.Spec.JobId, job.Spec, job.Space));
            }

            while (place != 0 && journal.Read(state => state!.Rounds.Count == 0))
            {
                var (count, status) = journal.Read(state => (journal.Count, state!.Status));
                if (status is JobStatus.Pausing or JobStatus.Paused)
                {
                    await journal.ReadAsync(count, 1, end.Token);
                    continue;
                }

                var answer = await calls.TryAsync<object>(
                    async stop => await Tenant.PlaceAsync(job.Id, job.CreatedAt, wait, stop), end.Token, wait + options.CallMargin);
                if (answer is int known)
                {
                    tell(known);
                    (place, wait) = (known, 3 * options.LongestWait);
                }
                else
                {
                    await Task.Delay(AskAgain, time, end.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The runner ends it.
        }
    }

    /// <summary>The job has ended: the next may run.</summary>
    public Task EndAsync() => calls.TellAsync(() => Tenant.EndedAsync(job.Id, job.CreatedAt));
}
