namespace Cluster.Silo.Api;

/// <summary>
/// Whether jobs can be stored: a server that cannot store jobs is not ready, and becomes ready automatically once it can. A store that is
/// too slow to answer counts as failed.
/// </summary>
internal sealed partial class StoreHealth(IJobStore store, ApiOptions options, TimeProvider time, ILogger<StoreHealth> logger)
    : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<string?>? _answer;
    private long _askedAt;
    private bool _isUnready;
    private volatile bool _isAway;

    /// <summary>Whether it did not answer when it was last asked. A full disk answers: what needs no room works.</summary>
    public bool IsAway => _isAway;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await AnswerAsync().WaitAsync(cancellationToken) is { } problem
            ? HealthCheckResult.Unhealthy(problem)
            : HealthCheckResult.Healthy();

    // There may be many callers; the store is only asked occasionally, by one at a time.
    private Task<string?> AnswerAsync()
    {
        lock (_gate)
        {
            if (_answer is null || (_answer.IsCompleted && time.GetElapsedTime(_askedAt) >= options.StoreAskedEvery))
            {
                _askedAt = time.GetTimestamp();
                _answer = Task.Run(AskAsync);
            }

            return _answer;
        }
    }

    private async Task<string?> AskAsync()
    {
        string? problem = null;
        bool isAway = false;
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await store.CheckWritableAsync(limit.Token).WaitAsync(limit.Token);
        }
#pragma warning disable CA1031 // On any failure, jobs cannot be stored while it lasts, which is the question here.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            isAway = limit.IsCancellationRequested || failure is JobStoreUnavailableException;
            problem = limit.IsCancellationRequested ? $"The store did not answer within {Patience.TotalSeconds} s." : failure.Message;
        }

        _isAway = isAway;
        if (_isUnready != problem is not null)
        {
            _isUnready = problem is not null;
            if (_isUnready)
            {
                LogUnready(problem!);
            }
            else
            {
                LogReady();
            }
        }

        return problem;
    }

    [LoggerMessage(
        EventId = 2205, EventName = "health.unready", Level = LogLevel.Error, Message = "Not ready, as jobs cannot be stored: {Problem}")]
    private partial void LogUnready(string problem);

    [LoggerMessage(EventId = 2206, EventName = "health.ready", Level = LogLevel.Information, Message = "Ready: jobs can be stored again")]
    private partial void LogReady();
}
