using System.CommandLine;
using Cluster.Harness;
using Cluster.Simulation;

namespace Cluster.Bench.Chaos;

/// <summary>
/// `bench chaos`: schedules of SIGKILL, SIGSTOP and SIGTERM against silos, and clients' commands meanwhile;
/// `--outage`: their database away for a while; `--rolling`: another build's silos and back; `--poison`: candidates that
/// break their evaluators.
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
        var silos = new Option<int>("--silos") { Description = "how many silos", DefaultValueFactory = _ => 3 };
        var gateway = new Option<bool>("--gateway") { Description = "clients ask a gateway alone, and open its page" };
        var faults = new Option<FaultKind[]>("--faults")
        {
            Description = "what the schedules are drawn from",
            DefaultValueFactory = _ => Enum.GetValues<FaultKind>(),
            AllowMultipleArgumentsPerToken = true,
        };
        var outage = new Option<double?>("--outage") { Description = "instead: the database is away for so many seconds" };
        var rolling = new Option<string?>("--rolling")
        {
            Description = "instead: silos of another build's Cluster.Harness are replaced by this one's, one after the other, and back",
            HelpName = "PROGRAM",
        };
        var json = new Option<string?>("--json") { Description = "file of the results" };
        var command = new Command("chaos", "Silos as processes on PostgreSQL, killed, stopped and drained by schedule.")
        {
            schedules, seed, silos, gateway, target, poison, faults, outage, rolling, json
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var program = SiloProgram.Find();
            await using var postgres = await PostgresServer.StartAsync(cancellation);
            var setup = new ChaosSetup(parsed.GetValue(rolling) ?? program, await postgres.CreateDatabaseAsync(cancellation))
            {
                Silos = parsed.GetValue(silos),
                Gateway = parsed.GetValue(gateway),
                NoticesLossesFast = false,
                ItemLimit = TimeSpan.FromMilliseconds(Math.Max(
                    ChaosSetup.ShortItem.TotalMilliseconds,
                    2 * SyntheticTarget.Parse(parsed.GetRequiredValue(target)).Milliseconds.Largest)),
            };
            await using var cluster = await ChaosCluster.StartAsync(setup, cancellation);
            if (parsed.GetValue(poison))
            {
                return await PoisonTrial.RunAsync(cluster, cancellation) ? 0 : 1;
            }

            if (parsed.GetValue(outage) is { } seconds)
            {
                return await OutageTrial.RunAsync(
                    cluster, postgres, parsed.GetRequiredValue(target), TimeSpan.FromSeconds(seconds), cancellation) ? 0 : 1;
            }

            if (parsed.GetValue(rolling) is { } other)
            {
                return await RollingTrial.RunAsync(
                    cluster, other, program, SiloProgram.FindClient(), parsed.GetRequiredValue(target), cancellation) ? 0 : 1;
            }

            var trial = new ChaosTrial(
                cluster, parsed.GetRequiredValue(target), parsed.GetRequiredValue(faults), SiloProgram.FindClient());
            return await trial.RunAsync(parsed.GetValue(seed), parsed.GetValue(schedules), parsed.GetValue(json), cancellation) ? 0 : 1;
        });
        return command;
    }

    /// <summary>What a trial begins with.</summary>
    internal static async Task<string> HeadAsync(ChaosCluster cluster, string target, CancellationToken cancellation) =>
        $"{target}, {cluster.Silos.Count} silos of 2 slots with a child each"
        + $"{(cluster.Gateway is null ? "" : ", a gateway with its page")}, load {await LoadAsync(cancellation)}";

    internal static async Task<string> LoadAsync(CancellationToken cancellation) =>
        (await File.ReadAllTextAsync("/proc/loadavg", cancellation)).Split(' ')[0];
}
