using System.CommandLine;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;

namespace Cluster.Bench.Spaces;

/// <summary>
/// `bench latency-model`: times drawn plans of a network, and says how far the latency model is off on those it has not seen.
/// </summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "FP32 ONNX file of at most 30 groups" };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images, at least a batch" };
        var keep = new Option<string>("--keep") { Required = true, Description = "folder of what is measured; nothing is measured twice" };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 32, Description = "images a timed run" };
        var count = new Option<int>("--plans") { DefaultValueFactory = _ => 60, Description = "how many plans are timed" };
        var command = new Command("latency-model", "The latency model's error on plans that it has not seen.")
        {
            model, data, keep, batch, count,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(keep);
            Directory.CreateDirectory(folder);
            var inputs = new LocalInputs
            {
                Model = parsed.GetRequiredValue(model),
                Calibration = parsed.GetRequiredValue(data),
                Evaluation = parsed.GetRequiredValue(data),
            };
            var options = new JobOptions
            {
                Methods = [PlanSpace.Calibrator],
                Batch = parsed.GetValue(batch),
                Reconstruct = ReconstructionMode.Never,
                FineTune = FineTuneMode.Never,
            };
            using var job = OpenedJob.Describe(inputs, options, folder);
            var space = job.Lazy.Space;
            var times = new PlanTimes(folder, job, new PlanSpace(options.Target, space), Console.Error, cancellation);
            await times.MeasureAsync(Drawn(space.Groups.Count, parsed.GetValue(count)));
            var measured = times.ReadTimes();
            await new ModelErrors(
                space,
                times.ReadProfile(),
                measured.ToDictionary(time => time.Key, time => time.Value.Share),
                PlanTimes.Median(measured.Values.Select(time => time.Float32Ms))).WriteAsync(Console.Out);
        });
        return command;
    }

    // All INT8, and others with 1, 2, ... groups in FP32 in turn, which lie anywhere.
    private static int[] Drawn(int groups, int count)
    {
        var random = new SplitMix64(0);
        int all = (1 << groups) - 1;
        var drawn = new List<int> { all };
        for (int i = 0; drawn.Count < count; i++)
        {
            int plan = all;
            for (int left = 1 + i % (groups - 1); left > 0;)
            {
                int group = random.Below(groups);
                left -= plan >> group & 1;
                plan &= ~(1 << group);
            }

            if (!drawn.Contains(plan))
            {
                drawn.Add(plan);
            }
        }

        return [.. drawn];
    }
}
