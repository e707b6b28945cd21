using Cluster.Grains.Quotas;

namespace Cluster.Silo.Api.Access;

/// <summary>
/// The amount of a quota that a call is about to use, held until the result is disposed of: by then a store shows its use.
/// </summary>
internal sealed partial class QuotaHold : IAsyncDisposable
{
    private readonly IQuotaGrain _quota;
    private readonly string _subject;
    private readonly long _amount;
    private readonly ILogger _logger;
    private readonly string _call = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _over = new();
    private Task _renewing = Task.CompletedTask;

    private QuotaHold(IQuotaGrain quota, string subject, long amount, ILogger logger) =>
        (_quota, _subject, _amount, _logger) = (quota, subject, amount, logger);

    /// <summary>Takes the amount, if it fits.</summary>
    /// <param name="quota">The quota, of one tenant or of the cluster.</param>
    /// <param name="subject">The purpose, by the name under which a store shows it afterwards.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="refusal">
    /// Reads the store and returns the refusal, or null if the amount fits in addition to it and to the promises of earlier calls, by
    /// subject.
    /// </param>
    /// <param name="time">Paces renewals.</param>
    /// <param name="logger">For later failures.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<QuotaHold> TakeAsync(
        IQuotaGrain quota,
        string subject,
        long amount,
        Func<IReadOnlyDictionary<string, long>, Task<Exception?>> refusal,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var hold = new QuotaHold(quota, subject, amount, logger);
        try
        {
            // First the promise, then the store: a call that ends in between is in both, never in neither.
            if (await refusal(await hold.PromiseAsync(cancellationToken)) is { } refused)
            {
                throw refused;
            }
        }
        catch
        {
            await hold.DisposeAsync();
            throw;
        }

        hold._renewing = hold.RenewAsync(time);
        return hold;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _renewing;
        _over.Dispose();
        try
        {
            await _quota.ReleaseAsync(_call);
        }
        catch (Exception failure) when (GrainFailure.IsTransient(failure))
        {
            LogKept(failure.Message);
        }
    }

    private Task<IReadOnlyDictionary<string, long>> PromiseAsync(CancellationToken cancellationToken) =>
        _quota.PromiseAsync(_call, _subject, _amount).WaitAsync(cancellationToken);

    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(QuotaPromises.Lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                try
                {
                    await PromiseAsync(_over.Token);
                }
                catch (Exception failure) when (GrainFailure.IsTransient(failure))
                {
                    LogKept(failure.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The call has ended.
        }
    }

    [LoggerMessage(
        EventId = 2602,
        Level = LogLevel.Debug,
        Message = "A quota was not told of a call's end or progress, which it forgets or learns within a minute: {Problem}")]
    private partial void LogKept(string problem);
}
