using Cluster.Coordinator.Model;
using System.CommandLine;
using Cluster.Bench.Spaces;
using Cluster.Coordinator.Model.Options;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;

namespace Cluster.Bench.Outcomes;

/// <summary>
/// `bench search-outcomes`: what drawn plans of a real network answer, recorded once, and how often the product's rule and the measured
/// drop alone are wrong about them on samples of the images.
/// </summary>
internal static class OutcomesCommand
{
    private const int Plans = 30;

    private static readonly int[] Sizes = [800, 3000];

    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "FP32 ONNX file of a classifier" };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images" };
        var eval = new Option<string>("--eval") { Required = true, Description = "labelled images, thousands" };
        var keep = new Option<string>("--keep") { Required = true, Description = "folder of what is recorded; nothing is recorded twice" };
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 1000, Description = "samples, each with plans of its own" };
        var command = new Command("search-outcomes", "Wrong acceptances on recorded answers of a real network's plans.")
        {
            model, data, eval, keep, jobs,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var inputs = new JobInputs
            {
                Model = parsed.GetRequiredValue(model),
                Calibration = parsed.GetRequiredValue(data),
                Evaluation = parsed.GetRequiredValue(eval),
            };
            var recorded = Recorded(inputs, parsed.GetRequiredValue(keep), cancellation);
            Console.WriteLine(OutcomeTrials.Header);
            foreach (int images in Sizes.Where(images => images < recorded.Labels.Count))
            {
                foreach (var rule in OutcomeTrials.Rules)
                {
                    Console.WriteLine(OutcomeTrials.Row(recorded, images, parsed.GetValue(jobs), rule));
                }
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static RecordedOutcomes Recorded(JobInputs inputs, string folder, CancellationToken cancellation)
    {
        var options = new JobOptions
        {
            Methods = ["max", "mse"],
            Formats = [DrawnPlans.Eight.Text, DrawnPlans.Four.Text],
            Reconstruct = ReconstructionMode.Never,
            FineTune = FineTuneMode.Never,
        };
        Directory.CreateDirectory(folder);
        using var job = OpenedJob.Describe(inputs, options, folder);
        var setup = job.Setup;
        int classes = setup.Network.Classes;
        float[] Logits(ModelFile file) => TargetLogits.Of(setup.Target, file, setup.Evaluation, classes, setup.Cores, cancellation);
        float[] float32 = Logits(setup.Network.Float32Model);
        string[] groups = [.. job.Lazy.Space.Groups.Select(group => group.Name)];
        var plans = DrawnPlans.Of(options.Target, groups, Plans).Select((plan, number) =>
        {
            string path = Path.Combine(folder, $"{number:00}");
            if (!File.Exists(path))
            {
                PlanAnswers.Of(Logits(setup.Builder.Build(plan, cancellation).File), float32, classes).Write(path);
            }

            return PlanAnswers.Read(path);
        });
        var labels = setup.Evaluation.Images;
        return new RecordedOutcomes(
            [.. Enumerable.Range(0, labels.Count).Select(labels.Label)], PlanAnswers.Of(float32, float32, classes), [.. plans]);
    }
}
