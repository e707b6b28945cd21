using System.CommandLine;
using Cluster.Bench.Strategies;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Setup;

namespace Cluster.Bench.Spaces;

/// <summary>
/// `bench search-space`: every plan of a small depthwise network, measured once and kept, and what each strategy and the orders of other
/// tools take on it.
/// </summary>
internal static class SpaceCommand
{
    public static Command Create()
    {
        var keep = new Option<string>("--keep") { Required = true, Description = "folder of what is measured; nothing is measured twice" };
        var only = new Option<SpacePart?>("--only")
        {
            Description = "one part: answers, times or races; null: all",
        };
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 20 };
        var command = new Command("search-space", "What each strategy takes on a network of which every plan is measured.")
        {
            keep, only, seeds,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(keep);
            Directory.CreateDirectory(folder);
            var inputs = SpaceSample.Open(folder, Console.Error, cancellation);
            var options = new JobOptions
            {
                Methods = [PlanSpace.Calibrator],
                Reconstruct = ReconstructionMode.Never,
                FineTune = FineTuneMode.Never,
            };
            using var job = OpenedJob.Describe(inputs, options, folder);
            var plans = new PlanSpace(options.Target, job.Lazy.Space);
            var measurement = new SpaceMeasurement(folder, job, plans, Console.Error, cancellation);
            var times = new PlanTimes(folder, job, plans, Console.Error, cancellation);
            if (parsed.GetValue(only) is null or SpacePart.Answers)
            {
                await measurement.AnswerAsync();
            }

            if (parsed.GetValue(only) is null or SpacePart.Times)
            {
                await times.MeasureAsync([.. Enumerable.Range(1, plans.Count - 1)]);
            }

            if (parsed.GetValue(only) is null or SpacePart.Races)
            {
                Race(new MeasuredSpace(folder, job, plans, times), job.Spec.Options.AcceptedDrop, parsed.GetValue(seeds));
            }
        });
        return command;
    }

    private static void Race(MeasuredSpace space, double bound, int seeds)
    {
        foreach (bool corrected in new[] { true, false })
        {
            Console.WriteLine($"Biases {(corrected ? "corrected" : "as they are")}: {space.Words(corrected, bound)}");
            var tracks = Enumerable.Range(0, seeds).Select(seed => space.Track(corrected, seed)).ToArray();
            foreach (var (goal, share) in new[] { (SearchGoal.Fastest, "speed-up"), (SearchGoal.Front, "volume") })
            {
                Console.WriteLine();
                Console.WriteLine($"Goal: {goal}");
                Console.WriteLine();
                var races = new Race[seeds][];
                Parallel.For(0, seeds, seed => races[seed] = [.. Racers.All.Select(racer =>
                {
                    var race = new Race(tracks[seed], goal);
                    racer.Search(race);
                    return race;
                })]);
                RaceTable.Write(Console.Out, share, [.. Racers.All.Select(racer => racer.Name)], races);
            }
        }
    }

    private enum SpacePart
    {
        Answers,
        Times,
        Races,
    }
}
