using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cluster.Harness;

namespace Cluster.Bench.Chaos;

/// <summary>
/// `bench chaos`: schedules of SIGKILL and restart against three silos; `--poison`: candidates that break their
/// evaluators.
/// </summary>
internal static class ChaosCommand
{
    public static Command Create()
    {
        var schedules = new Option<int>("--schedules") { Description = "how many seeds, from --seed on", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "the first schedule's seed", DefaultValueFactory = _ => 1 };
        var target = new Option<string>("--target")
        {
            Description = "the synthetic job",
            DefaultValueFactory = _ => "synthetic:groups=60,sensitive=45,seed=7,ms=5..40"
        };
        var poison = new Option<bool>("--poison") { Description = "instead: a job of which a tenth breaks its evaluator" };
        var inProcess = new Option<bool>("--in-process") { Description = "slots work in their silo's process instead of a child each" };
        var json = new Option<string?>("--json") { Description = "file of the results" };
        var command = new Command("chaos", "Three silos as processes on PostgreSQL, killed by schedule.")
        {
            schedules, seed, target, poison, inProcess, json
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var program = SiloProgram.Find();
            await using var postgres = await PostgresServer.StartAsync(cancellation);
            await using var cluster = await ChaosCluster.StartAsync(
                program, await postgres.CreateDatabaseAsync(cancellation), parsed.GetValue(inProcess), identity: null, cancellation);
            if (parsed.GetValue(poison))
            {
                return await PoisonTrial.RunAsync(cluster, cancellation) ? 0 : 1;
            }

            return await RunAsync(cluster, parsed.GetValue(seed), parsed.GetValue(
                schedules), parsed.GetRequiredValue(target), parsed.GetValue(inProcess), parsed.GetValue(json), cancellation) ? 0 : 1;
        });
        return command;
    }

    private static async Task<bool> RunAsync(
        ChaosCluster cluster, int first, int count, string target, bool inProcess, string? json, CancellationToken cancellation)
    {
        Console.WriteLine($"{target}, 3 silos of 2 slots, load {await LoadAsync(cancellation)}");
        var (usual, length) = await ChaosRun.UndisturbedAsync(cluster, target, cancellation);
        Console.WriteLine(
            $"undisturbed: {usual.Proposed} candidates, {length} records, {usual.Seconds:0.0} s, winner {usual.Winner?[..12]}, "
            + $"decisions {usual.Decisions[..12]}");
        Console.WriteLine(
            "| seed | kills (c: coordinator's silo, !: no other was ready) | candidates | lost | twice | same winner | same "
            + "decisions | failed attempts | s | recovery s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var runs = new List<(int Seed, ChaosRun Run, bool Good)>();
        for (var seed = first; seed < first + count; seed++)
        {
            var run = await ChaosRun.RunAsync(cluster, target, ChaosKill.Schedule(seed), length, cancellation);
            var good = run.Findings is { Lost: 0, Twice: 0 } found && found.Winner == usual.Winner && found.Decisions == usual.Decisions;
            runs.Add((seed, run, good));
            Console.WriteLine(Row(seed, run, usual));
            if (!good)
            {
                Console.WriteLine(
                    $"FAILED; again: Cluster.Bench chaos --seed {seed} --schedules 1 --target "
                    + $"{target}{(inProcess ? " --in-process" : "")}");
            }
        }

        Summarize(runs.SelectMany(run => run.Run.Recoveries).ToArray());
        Console.WriteLine(runs.TrueForAll(run => run.Good)
            ? $"all {count} schedules: 0 lost, 0 twice, the undisturbed winner and decisions; load {await LoadAsync(cancellation)}"
            : "NOT all schedules ended as the undisturbed run");
        if (json is not null)
        {
            await using var file = File.Create(json);
            await JsonSerializer.SerializeAsync(
                file, runs.Select(run => new { run.Seed, run.Good, run.Run.Findings, run.Run.Recoveries }), Indented, cancellation);
        }

        return runs.TrueForAll(run => run.Good);
    }

    internal static async Task<string> LoadAsync(CancellationToken cancellation) =>
        (await File.ReadAllTextAsync("/proc/loadavg", cancellation)).Split(' ')[0];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static string Row(int seed, ChaosRun run, JournalFindings usual)
    {
        var kills = string.Join(
            ' ', run.Recoveries.Select(kill => $"{kill.Silo}{(kill.Coordinator ? "c" : "")}{(kill.OthersReady == 0 ? "!" : "")}"));
        var recoveries = string.Join(
            ' ', run.Recoveries.Select(kill => kill.Seconds is { } seconds ? seconds.ToString("0.00", CultureInfo.InvariantCulture) : "–"));
        var found = run.Findings;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {seed} | {kills} | {found.Proposed} | {found.Lost} | {found.Twice} | {Yes(found.Winner == usual.Winner)} | "
            + $"{Yes(found.Decisions == usual.Decisions)} | {found.FailedAttempts} | {found.Seconds:0.0} | {recoveries} |");
    }

    private static string Yes(bool value) => value ? "yes" : "NO";

    private static void Summarize(IReadOnlyList<Recovery> recoveries)
    {
        Console.WriteLine("| killed | kills | recovery p50 s | p95 s | max s |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, sample) in new[]
        {
            ("coordinator's silo, another one ready", recoveries.Where(kill => kill is { Coordinator: true, OthersReady: > 0 })),
            ("coordinator's silo, the only one ready", recoveries.Where(kill => kill is { Coordinator: true, OthersReady: 0 })),
            ("another silo", recoveries.Where(kill => !kill.Coordinator)),
            ("all", recoveries),
        })
        {
            var seconds = sample.Select(kill => kill.Seconds).OfType<double>().ToArray();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {seconds.Length} | {Percentiles.Text(seconds, 0.5)} | {Percentiles.Text(seconds, 0.95)} | "
                    + $"{Percentiles.Text(seconds, 1)} |"));
        }
    }
}
