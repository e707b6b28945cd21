namespace Cluster.Harness;

/// <summary>One job under one schedule of faults.</summary>
/// <param name="Findings">What the journal tells.</param>
/// <param name="Again">What was measured more than once, and why.</param>
/// <param name="Recoveries">The faults, in their order.</param>
/// <param name="Commands">The ends of the clients' commands.</param>
internal sealed record ChaosRun(
    JournalFindings Findings, MeasuredAgain Again, IReadOnlyList<Recovery> Recoveries, IReadOnlyList<CommandEnd> Commands)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Runs the job to its end; silos that were struck are running again when it returns.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="target">The synthetic target.</param>
    /// <param name="faults">Whom to strike, when and how.</param>
    /// <param name="usual">Records of the undisturbed run.</param>
    /// <param name="client">The program whose commands are given meanwhile; null: none are.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The job does not end.</exception>
    public static async Task<ChaosRun> RunAsync(
        ChaosCluster cluster, string target, IReadOnlyList<ChaosFault> faults, long usual, string? client, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            var job = await cluster.SubmitAsync(target, limit.Token);
            var done = new List<(DateTimeOffset At, SiloMember Silo, FaultKind Kind, long Owner, int Others)>();
            var returns = new Dictionary<SiloMember, Task>();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var commands = client is null
                ? Task.FromResult<IReadOnlyList<CommandEnd>>([])
                : ClientCommands.RunAsync(client, cluster, job, over.Token, limit.Token);
            foreach (var fault in faults)
            {
                await cluster.UntilLengthAsync(job, fault.AtShare * usual, limit.Token);
                var coordinator = cluster.CoordinatorOf(job);
                var victim = fault.Coordinator && coordinator is not null ? coordinator : cluster.Silos[fault.Victim];
                if (!victim.IsRunning || returns.GetValueOrDefault(victim) is { IsCompleted: false })
                {
                    continue;
                }

                var others = cluster.Silos.Count(silo => silo != victim && silo.IsReady);
                done.Add((DateTimeOffset.UtcNow, victim, fault.Kind, victim == coordinator ? victim.OwnerOf(job) : 0, others));
#pragma warning disable CA2025 // The cluster, whose silos these are, outlives the run, which awaits them or ends the program.
                returns[victim] = StrikeAsync(victim, fault, limit.Token);
#pragma warning restore CA2025
            }

            var records = await EndAsync(cluster, job, limit.Token);
            await over.CancelAsync();
            await Task.WhenAll(returns.Values);
            await cluster.UntilReadyAsync(limit.Token);
            return new ChaosRun(
                JournalFindings.Of(records),
                cluster.MeasuredAgain(job, records),
                [
                    .. done.Select(fault => new Recovery(
                        fault.Silo.Number,
                        fault.Kind,
                        fault.Owner > 0,
                        fault.Others,
                        After(records, fault.At, Before(fault.Kind, fault.Owner)),
                        Before(fault.Kind, fault.Owner) is var owner and > 0 ? cluster.CoordinatedAfter(job, owner, fault.At) : null)),
                ],
                await commands);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The job did not end within {Patience.TotalMinutes} minutes.", late);
        }
    }

    /// <summary>The job without any fault: what the others have to equal.</summary>
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

    private static async Task StrikeAsync(SiloMember silo, ChaosFault fault, CancellationToken cancellation)
    {
        switch (fault.Kind)
        {
            case FaultKind.Evaluator:
                silo.KillEvaluator();
                return;
            case FaultKind.Freeze or FaultKind.Hang:
                silo.Freeze();
                await Task.Delay(fault.For, cancellation);
                silo.Thaw();
                return;
            case FaultKind.Drain:
                await silo.DrainAsync(cancellation);
                break;
            default:
                await silo.KillAsync();
                break;
        }

        await Task.Delay(fault.For, cancellation);
        silo.Start();
    }

    // The coordinator outlives its evaluator.
    private static long Before(FaultKind kind, long owner) => kind == FaultKind.Evaluator ? 0 : owner;

    // Of a coordinator that was struck, a last record may have been under way to the database.
    private static double? After(IReadOnlyList<JournalRecord> records, DateTimeOffset at, long owner) =>
        records.FirstOrDefault(record => record.At > at && record.Owner > owner) is { } next ? (next.At - at).TotalSeconds : null;
}
