using System.Globalization;
using Cluster.Harness;
using Grpc.Core;

namespace Cluster.Bench.Chaos;

/// <summary>A running cluster without its database for a while: the job must end as if nothing had been.</summary>
internal static class OutageTrial
{
    public static async Task<bool> RunAsync(
        ChaosCluster cluster, PostgresServer postgres, string target, TimeSpan away, CancellationToken cancellation)
    {
        Console.WriteLine(await ChaosCommand.HeadAsync(cluster, target, cancellation));
        var (usual, length) = await ChaosRun.UndisturbedAsync(cluster, target, cancellation);
        var outage = await DatabaseOutage.RunAsync(cluster, postgres, target, length, away, cancellation);
        var found = outage.Findings;
        var good = found is { Lost: 0, Twice: 0 } && found.Winner == usual.Winner && found.Decisions == usual.Decisions && outage.AreKept
            && outage.Refused is StatusCode.Unavailable;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            undisturbed: {usual.Proposed} candidates, {length} records, {usual.Seconds:0.0} s, winner {usual.Winner?[..12]}
            database away for {away.TotalSeconds:0} s after {outage.Before} records: kept {(outage.AreKept ? "all" : "NOT all")}
            no silo ready after {outage.UnreadyAfter:0.0} s; a job submitted meanwhile: {outage.Refused}
            all ready {outage.ReadyAfter:0.0} s after its return, the job's next record after {outage.Seconds:0.0} s
            {found.Proposed} candidates, {found.Lost} lost, {found.Twice} twice, {found.FailedAttempts} failed attempts
            """));
        Console.WriteLine(good ? "the undisturbed winner and decisions" : "NOT as the undisturbed run");
        return good;
    }
}
