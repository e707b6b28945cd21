using System.CommandLine;
using Orleans;

namespace Cluster.Bench.Throughput;

/// <summary>`bench cluster-throughput`: candidates that take no time, through grains, leases and the journal.</summary>
internal static class ThroughputCommand
{
    private static readonly Option<int> Candidates = new("--candidates") { DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Slots = new("--slots") { Description = "of each silo", DefaultValueFactory = _ => 32 };
    private static readonly Option<int[]> InFlight = new("--in-flight")
    {
        Description = "candidates at once",
        DefaultValueFactory = _ => [64],
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<int[]> Silos = new("--silos")
    {
        Description = "more than one need PostgreSQL",
        DefaultValueFactory = _ => [1],
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<bool> Postgres = new("--postgres") { Description = "journal and jobs in PostgreSQL instead of files" };
    private static readonly Option<int> More = new("--more")
    {
        Description = "how often silos are weighed after 2000 candidates more",
        DefaultValueFactory = _ => 1
    };
    private static readonly Option<string?> Member = new("--member")
    {
        Description = "be one of several silos on this database",
        Hidden = true
    };

    public static Command Create()
    {
        var command = new Command("cluster-throughput", "Candidates that take no time, through grains, leases and the journal.")
        {
            Candidates, Slots, InFlight, Silos, Postgres, More, Member
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new ThroughputOptions(
                parsed.GetValue(Candidates),
                parsed.GetRequiredValue(InFlight)[0],
                parsed.GetValue(Slots),
                parsed.GetValue(Member),
                string.Empty,
                parsed.GetValue(More));
            if (options.Database is not null)
            {
                await ThroughputTrial.BeMemberAsync(options, cancellation);
                return;
            }

            Console.WriteLine(
                $"Orleans: {typeof(IGrainFactory).Assembly.GetName().Version}, {Environment.ProcessorCount} processors");
            Console.WriteLine(ThroughputTrial.Header);
            foreach (var inFlight in parsed.GetRequiredValue(InFlight))
            {
                foreach (var silos in parsed.GetRequiredValue(Silos))
                {
                    Console.WriteLine(await ThroughputTrial.MeasureAsync(
                        options with { InFlight = inFlight }, silos, parsed.GetValue(Postgres), cancellation));
                }
            }
        });
        return command;
    }
}
