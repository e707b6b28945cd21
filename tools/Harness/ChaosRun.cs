using Cluster.Coordinator.Journal;

namespace Cluster.Harness;

/// <summary>One job under one schedule of kills.</summary>
internal sealed record ChaosRun(JournalFindings Findings, IReadOnlyList<Recovery> Recoveries)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs the job to its end; silos that were killed are running again when it returns.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The synthetic target.</param>
    /// <param name="kills">Whom to kill, and when.</param>
    /// <param name="usual">Records of the undisturbed run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The job does not end.</exception>
    public static async Task<ChaosRun> RunAsync(
        ChaosCluster cluster, string target, IReadOnlyList<ChaosKill> kills, long usual, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            var job = await cluster.SubmitAsync(target, limit.Token);
            var done = new List<(DateTimeOffset At, SiloMember Silo, long Owner, int Others)>();
            var restarts = new List<Task>();
            foreach (var kill in kills)
            {
                while (await cluster.LengthAsync(job, limit.Token) < kill.AtShare * usual)
                {
                    await Task.Delay(Look, limit.Token);
                }

                var coordinator = cluster.CoordinatorOf(job);
                var victim = kill.Coordinator && coordinator is not null ? coordinator : cluster.Silos[kill.Victim];
                if (!victim.IsRunning)
                {
                    continue;
                }

                var others = cluster.Silos.Count(silo => silo != victim && silo.IsReady);
                done.Add((DateTimeOffset.UtcNow, victim, victim == coordinator ? victim.OwnerOf(job) : 0, others));
                await victim.KillAsync();
#pragma warning disable CA2025 // The cluster, whose silos these are, outlives the run, which awaits them or ends the program.
                restarts.Add(StartAgainAsync(victim, kill.DownFor, limit.Token));
#pragma warning restore CA2025
            }

            var records = await EndAsync(cluster, job, limit.Token);
            await Task.WhenAll(restarts);
            await cluster.UntilReadyAsync(limit.Token);
            return new ChaosRun(
                JournalFindings.Of(records),
                [.. done.Select(kill => new Recovery(kill.Silo.Number, kill.Owner > 0, kill.Others, After(records, kill.At, kill.Owner)))]);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The job did not end within {Patience.TotalMinutes} minutes.", late);
        }
    }

    /// <summary>The job without any kill: what the others have to equal.</summary>
    public static async Task<(JournalFindings Findings, long Length)> UndisturbedAsync(
        ChaosCluster cluster, string target, CancellationToken cancellation)
    {
        var job = await cluster.SubmitAsync(target, cancellation);
        var records = await EndAsync(cluster, job, cancellation);
        return (JournalFindings.Of(records), records.Count);
    }

    /// <summary>Waits for the job to be over; its journal.</summary>
    public static async Task<IReadOnlyList<JournalRecord>> EndAsync(ChaosCluster cluster, string job, CancellationToken cancellation)
    {
        while (true)
        {
            var length = await cluster.LengthAsync(job, cancellation);
            var records = length == 0 ? [] : await cluster.ReadAsync(job, cancellation);
            if (records.Count > 0 && records[^1].Event is JobCompleted or JobFailed or JobCancelled)
            {
                return records;
            }

            await Task.Delay(250, cancellation);
        }
    }

    private static async Task StartAgainAsync(SiloMember silo, TimeSpan after, CancellationToken cancellation)
    {
        await Task.Delay(after, cancellation);
        silo.Start();
    }

    // Of a coordinator that was killed, a last record may have been under way to the database.
    private static double? After(IReadOnlyList<JournalRecord> records, DateTimeOffset at, long owner) =>
        records.FirstOrDefault(record => record.At > at && record.Owner > owner) is { } next ? (next.At - at).TotalSeconds : null;
}
