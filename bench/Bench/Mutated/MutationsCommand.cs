using System.CommandLine;
using System.Diagnostics;
using Cluster.Mutations;

namespace Cluster.Bench.Mutated;

/// <summary>`bench mutations`: damaged files, none of which may end a process, take long or throw what is no sentence.</summary>
internal static class MutationsCommand
{
    public static Command Create()
    {
        var kinds = new Option<string[]>("--kind")
        {
            Description = "the formats (default: all)",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. MutationKind.Names],
        };
        kinds.AcceptOnlyFromAmong([.. MutationKind.Names]);
        var count = new Option<int>("--count") { Description = "files of each", DefaultValueFactory = _ => 100_000 };
        var from = new Option<int>("--from") { Description = "number of the first" };
        var seed = new Option<long>("--seed") { Description = "with a number a file's damage", DefaultValueFactory = _ => 1 };
        var keep = new Option<string?>("--keep") { Description = "folder for the files that ended badly", HelpName = "DIR" };
        var command = new Command("mutations", "Damaged files of every format that users bring, read by children under a cap on memory.")
        {
            kinds, count, from, seed, keep,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            bool isGood = true;
            foreach (string kind in parsed.GetRequiredValue(kinds))
            {
                long began = Stopwatch.GetTimestamp();
                var run = new MutationRun(kind, parsed.GetValue(seed));
                var outcome = await run.RunAsync(parsed.GetValue(from), parsed.GetValue(count), cancellation);
                Console.WriteLine(
                    $"{kind,-10} {outcome.Count} files: {outcome.Read} read, {outcome.Refused} refused, {outcome.Faults.Count} faults; "
                    + $"slowest {outcome.Slowest:F3} s of the processor; {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s in all");
                foreach (var fault in outcome.Faults)
                {
                    Console.WriteLine($"  case {fault.Number}: {fault.What}");
                    Keep(parsed.GetValue(keep), kind, run.Seed, fault.Number);
                }

                isGood &= outcome.Faults.Count == 0;
            }

            return isGood ? 0 : 1;
        });
        return command;
    }

    private static void Keep(string? folder, string kind, long seed, int number)
    {
        if (folder is null)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var (sample, file) = Damage.Of(MutationKind.Of(kind), seed, number);
        File.WriteAllBytes(Path.Combine(folder, $"{kind}-{number}-{Path.GetFileName(sample.Name)}"), file);
    }
}
