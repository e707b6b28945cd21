namespace Cluster.Harness;

/// <summary>A job whose database is away for a while, and what silos said meanwhile.</summary>
/// <param name="Findings">What the journal tells.</param>
/// <param name="Before">Records that were there when the database was stopped.</param>
/// <param name="AreKept">Whether these are the journal's first ones afterwards.</param>
/// <param name="Refused">How a job was refused that was submitted meanwhile.</param>
/// <param name="UnreadyAfter">Seconds until all silos said that they are not ready.</param>
/// <param name="ReadyAfter">Seconds from the database's return until all silos said that they are.</param>
/// <param name="Seconds">From the database's return to the job's next record.</param>
internal sealed record DatabaseOutage(
    JournalFindings Findings, int Before, bool AreKept, StatusCode Refused, double UnreadyAfter, double ReadyAfter, double Seconds)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs the job to its end; the database is stopped in good order as a third of its records are there.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="database">Its database.</param>
    /// <param name="target">The synthetic target.</param>
    /// <param name="usual">Records of the undisturbed run.</param>
    /// <param name="atLeast">How long it is away; it comes back once all silos have noticed, too.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DatabaseOutage> RunAsync(
        ChaosCluster cluster, PostgresServer database, string target, long usual, TimeSpan atLeast, CancellationToken cancellation)
    {
        var job = await cluster.SubmitAsync(target, cancellation);
        while (await cluster.LengthAsync(job, cancellation) < usual / 3)
        {
            await Task.Delay(Look, cancellation);
        }

        var before = await cluster.ReadAsync(job, cancellation);
        var away = Stopwatch.StartNew();
        await database.StopAsync();
        await cluster.UntilServingAsync(isServing: false, cancellation);
        var unready = away.Elapsed;
        var refused = await Refusal(cluster.SubmitOnceAsync(0, target, Guid.NewGuid().ToString(), cancellation));
        if (atLeast > away.Elapsed)
        {
            await Task.Delay(atLeast - away.Elapsed, cancellation);
        }

        await database.StartAgainAsync(cancellation);
        cluster.ForgetConnections();
        var (back, returned) = (Stopwatch.StartNew(), DateTimeOffset.UtcNow);
        await cluster.UntilServingAsync(isServing: true, cancellation);
        var ready = back.Elapsed;
        var records = await ChaosRun.EndAsync(cluster, job, cancellation);
        return new DatabaseOutage(
            JournalFindings.Of(records),
            before.Count,
            records.Take(before.Count).Select(CanonicalJson.Serialize).SequenceEqual(before.Select(CanonicalJson.Serialize)),
            refused,
            unready.TotalSeconds,
            ready.TotalSeconds,
            (records.First(record => record.At > returned).At - returned).TotalSeconds);
    }

    private static async Task<StatusCode> Refusal(Task call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
