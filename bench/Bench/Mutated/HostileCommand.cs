using System.Collections.Concurrent;
using System.CommandLine;
using Cluster.Mutations.Hostile;

namespace Cluster.Bench.Mutated;

/// <summary>`bench hostile`: networks in forms that no one here chose, each quantized and compared with the user's file.</summary>
internal static class HostileCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "networks", DefaultValueFactory = _ => 20_000 };
        var seed = new Option<int>("--seed") { Description = "of the first; the others follow" };
        var workers = new Option<int>("--workers") { Description = "networks at once", DefaultValueFactory = _ => 2 };
        var calibrating = new Option<int>("--calibrating")
        {
            Description = "samples that calibrate",
            DefaultValueFactory = _ => HostileCheck.Samples,
        };
        var keep = new Option<string?>("--keep") { Description = "folder for the smallest network of each finding", HelpName = "DIR" };
        var command = new Command("hostile", "Quantizes networks in hostile forms: right numbers, or a sentence.")
        {
            count, seed, workers, calibrating, keep,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var ends = new ConcurrentBag<(HostileRecipe Recipe, HostileOutcome Outcome)>();
            int first = parsed.GetValue(seed);
            await Parallel.ForAsync(
                first,
                first + parsed.GetValue(count),
                new ParallelOptions { MaxDegreeOfParallelism = parsed.GetValue(workers), CancellationToken = cancellation },
                async (number, stop) =>
                {
                    var recipe = HostileRecipe.Of(number);
                    ends.Add((recipe, await HostileCheck.OfAsync(recipe, stop, parsed.GetValue(calibrating))));
                });
            var counts = Enum.GetValues<HostileEnd>().Select(end => $"{end} {ends.Count(one => one.Outcome.End == end)}");
            Console.WriteLine(string.Join(", ", counts));
            bool isGood = true;
            foreach (var kind in ends.Where(one => one.Outcome.End is HostileEnd.Told or HostileEnd.Finding)
                .GroupBy(one => (one.Outcome.End, one.Outcome.Kind))
                .OrderByDescending(kind => kind.Key.End)
                .ThenByDescending(kind => kind.Count()))
            {
                var (recipe, outcome) = kind.MinBy(one => (one.Recipe.Parts.Length, one.Recipe.Seed));
                Console.WriteLine($"{kind.Count(),6} {kind.Key.End}: {outcome.Kind}\n         {outcome.What.Split("\n at ")[0]}");
                if (kind.Key.End == HostileEnd.Finding)
                {
                    isGood = false;
                    var smallest = await HostileCheck.SmallestAsync(
                        recipe, outcome, cancellation, parsed.GetValue(calibrating));
                    Console.WriteLine($"         of {recipe}\n         smallest {smallest}");
                    Keep(parsed.GetValue(keep), smallest, outcome);
                }
            }

            return isGood ? 0 : 1;
        });
        return command;
    }

    private static void Keep(string? folder, HostileRecipe recipe, HostileOutcome outcome)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"{recipe.Seed}.onnx"), recipe.Build().File());
            File.WriteAllText(Path.Combine(folder, $"{recipe.Seed}.txt"), $"{recipe}\n{outcome.Kind}\n{outcome.What}\n");
        }
    }
}
