using Microsoft.Extensions.Hosting;

namespace Cluster.Grains.Jobs;

/// <summary>
/// Jobs that run here while their grain has no activation, as the directory lost it together with another silo. The next activation here
/// takes its job over; if it comes up elsewhere it owns the journal, and the one here ends by itself. Thread-safe.
/// </summary>
internal sealed class KeptJobs : IHostedService
{
    private readonly ConcurrentDictionary<string, RunningJob> _jobs = new(StringComparer.Ordinal);
    private volatile bool _isStopping;

    /// <summary>False if this silo stops, which nothing outlives.</summary>
    public bool TryKeep(string id, RunningJob job)
    {
        _jobs[id] = job;
        if (_isStopping)
        {
            return Take(id) is null;
        }

        _ = ForgetAsync(KeyValuePair.Create(id, job));
        return true;
    }

    /// <summary>The job that runs here, which is no longer kept; null if there is none.</summary>
    public RunningJob? Take(string id) => _jobs.TryRemove(id, out var job) && !job.Completion.IsCompleted ? job : null;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        return Task.WhenAll(_jobs.Values.Select(job => job.DisposeAsync().AsTask()));
    }

    private async Task ForgetAsync(KeyValuePair<string, RunningJob> kept)
    {
        await Task.WhenAny(kept.Value.Completion);
        _jobs.TryRemove(kept);
    }
}
