using System.Globalization;
using Cluster.Harness;

namespace Cluster.Bench.Chaos;

/// <summary>What schedules of faults came to, as tables.</summary>
internal static class ChaosTables
{
    public const string Header =
        "| seed | faults | candidates | lost | twice | same winner | same decisions | failed attempts | unknown "
        + "| again: struck, ahead, dropped, beside, kept | commands, failed | s | coordinated after s | next record after s |"
        + "\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// <summary>A schedule: its faults as number and word of the silo's, c: the coordinator's, !: no other was ready.</summary>
    public static string Row(int seed, ChaosRun run, JournalFindings usual)
    {
        var faults = string.Join(' ', run.Recoveries.Select(Fault));
        var coordinated = string.Join(' ', run.Recoveries.Select(fault => Seconds(fault.Coordinated)));
        var records = string.Join(' ', run.Recoveries.Select(fault => Seconds(fault.Seconds)));
        var (found, again) = (run.Findings, run.Again);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {seed} | {faults} | {found.Proposed} | {found.Lost} | {found.Twice} | {Yes(found.Winner == usual.Winner)} | "
            + $"{Yes(found.Decisions == usual.Decisions)} | {found.FailedAttempts} | {found.Unknown} | {again.Struck}, {again.Ahead}, "
            + $"{again.Dropped}, {again.Beside}, {again.Kept} | {run.Commands.Count}, "
            + $"{run.Commands.Count(command => command.ExitCode != 0)} | {found.Seconds:0.0} | {coordinated} | {records} |");
    }

    /// <summary>How soon jobs went on, by what was done to which silo.</summary>
    public static string Recoveries(IReadOnlyList<Recovery> recoveries)
    {
        var groups = recoveries
            .Where(fault => fault.OthersReady > 0)
            .GroupBy(fault => (fault.Kind, fault.Coordinator))
            .OrderBy(group => group.Key.Kind)
            .ThenByDescending(group => group.Key.Coordinator)
            .Select(group => ($"{group.Key.Kind}: {(group.Key.Coordinator ? "the coordinator's" : "another")} silo", group.AsEnumerable()));
        (string Name, IEnumerable<Recovery> Faults)[] rows =
        [
            .. groups, ("any, where no other silo was ready", recoveries.Where(fault => fault.OthersReady == 0)), ("all", recoveries),
        ];
        return Of("coordinated", fault => fault.Coordinated) + "\n" + Of("next record", fault => fault.Seconds);

        string Of(string what, Func<Recovery, double?> seconds) =>
            Table("struck", "faults", what, rows.Select(row => (row.Name, row.Faults.Select(seconds).OfType<double>())));
    }

    /// <summary>How long commands of clients took, by their verbs; a watch lasts as long as its job.</summary>
    public static string Commands(IReadOnlyList<CommandEnd> commands)
    {
        var failed = commands.Count(command => command.ExitCode != 0);
        return $"{commands.Count} commands, {failed} failed\n"
            + Table("command", "commands", "took", commands
                .GroupBy(command => command.Verb, command => command.Seconds)
                .OrderBy(verb => verb.Key, StringComparer.Ordinal)
                .Select(verb => (verb.Key, verb.AsEnumerable())));
    }

    /// <summary>Commands that failed, a line each.</summary>
    public static void PrintFailed(IEnumerable<CommandEnd> commands)
    {
        foreach (var failed in commands.Where(command => command.ExitCode != 0))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{failed.Verb} ended with {failed.ExitCode} after {failed.Seconds:0.0} s: {failed.Said}"));
        }
    }

    /// <summary>What was measured more than once, over all schedules.</summary>
    public static string Again(IReadOnlyCollection<MeasuredAgain> runs) =>
        $"{runs.Sum(run => run.Measured)} results measured, again: {runs.Sum(run => run.Struck)} as their silo was struck, "
        + $"{runs.Sum(run => run.Ahead)} done ahead and lost with their coordinator, "
        + $"{runs.Sum(run => run.Dropped)} done ahead and given up, {runs.Sum(run => run.Beside)} beside one another, "
        + $"{runs.Sum(run => run.Kept)} although the result was kept";

    private static string Table(string of, string what, string took, IEnumerable<(string Name, IEnumerable<double> Seconds)> rows) =>
        string.Join('\n',
        [
            $"| {of} | {what} | {took} p50 s | p95 s | max s |",
            "|---|---|---|---|---|",
            .. rows.Select(row => (row.Name, Seconds: row.Seconds.ToArray())).Select(row => string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {row.Seconds.Length} | {Percentiles.Text(row.Seconds, 0.5)} | {Percentiles.Text(row.Seconds, 0.95)} | "
                + $"{Percentiles.Text(row.Seconds, 1)} |")),
        ]);

    private static string Fault(Recovery fault) =>
        $"{fault.Kind.ToString().ToLowerInvariant()}-{fault.Silo}{(fault.Coordinator ? "c" : "")}{(fault.OthersReady == 0 ? "!" : "")}";

    private static string Seconds(double? seconds) => seconds?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    private static string Yes(bool value) => value ? "yes" : "NO";
}
