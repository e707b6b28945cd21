using Cluster.Coordinator.Model;
using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Evaluation;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Bench.Decisions;

/// <summary>
/// `bench labels`: a job on labelled images, the same with their labels hidden and given as it asks for them, and one on the first 800
/// labelled images. All have the times that the first measured, so that accuracy alone decides.
/// </summary>
internal static class LabelsCommand
{
    private const int Few = 800;

    public static Command Create()
    {
        var models = new Option<string[]>("--model")
        {
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            Description = "FP32 ONNX files of classifiers",
        };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images" };
        var eval = new Option<string>("--eval") { Required = true, Description = "labelled images, thousands, without a slice" };
        var drop = new Option<double>("--max-drop") { DefaultValueFactory = _ => 0.005, Description = "bound, a fraction of the images" };
        var range = new Option<string>("--range") { Description = "a slice of them, as --range=@0..400, for the first two jobs" };
        var command = new Command("labels", "Decisions with labels hidden and given as they are asked for.")
        {
            models, data, eval, drop, range
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            Console.WriteLine("| network | bound | same winner | labels | asked in | drop, 95 % | drop of 800 labelled, 95 % |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (string model in parsed.GetRequiredValue(models))
            {
                var inputs = new JobInputs { Model = model, Calibration = parsed.GetRequiredValue(data) };
                var options = new JobOptions { MaxDrop = parsed.GetValue(drop), Reconstruct = ReconstructionMode.Never };
                Console.WriteLine(
                    await RowAsync(inputs, options, parsed.GetRequiredValue(eval), parsed.GetValue(range) ?? string.Empty, cancellation));
            }
        });
        return command;
    }

    private static async Task<string> RowAsync(
        JobInputs inputs, JobOptions options, string eval, string range, CancellationToken cancellation)
    {
        var known = await RunAsync(inputs with { Evaluation = eval + range }, options, null, null, cancellation);
        using var labelled = Open(inputs with { Evaluation = eval + range }, options);
        var person = new Person(labelled.Data.Evaluation.Images.Label);
        var hidden = await RunAsync(inputs with { Evaluation = $"{eval},labels=none{range}" }, options, known.Times, person, cancellation);
        var few = await RunAsync(inputs with { Evaluation = $"{eval}@0..{Few}" }, options, known.Times, null, cancellation);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Path.GetFileNameWithoutExtension(inputs.Model)} | {100 * options.AcceptedDrop:0.##} | "
            + $"{(hidden.Outcome.Winner.Plan.Equals(known.Outcome.Winner.Plan) ? "yes" : "no")} | {person.Labels} of "
            + $"{labelled.Data.Evaluation.Images.Count} | {person.Asks} | {Drop(hidden.Outcome)} | {Drop(few.Outcome)} |");
    }

    private static string Drop(JobOutcome outcome) => outcome.Result.Winner is { Plan.IsBaseline: true } or { Accuracy: null }
        ? "FP32"
        : string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * outcome.Result.Winner.Accuracy.DropCi95[0]:0.00} to {100 * outcome.Result.Winner.Accuracy.DropCi95[1]:0.00}"
        + $"{(outcome.Result.Winner.Accuracy.Unlabelled is > 0 and var open ? $", {open} without a label" : string.Empty)}");

    private static OpenedJob Open(JobInputs inputs, JobOptions options) =>
        OpenedJob.Describe(inputs, options, Directory.CreateTempSubdirectory("cluster-bench-labels-").FullName);

    private static async Task<(JobOutcome Outcome, ILatencyTable Times)> RunAsync(
        JobInputs inputs, JobOptions options, ILatencyTable? times, ILabels? labels, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("cluster-bench-labels-").FullName;
        try
        {
            using var job = Open(inputs, options);
            await using var stored = FileJournal.Open(Path.Combine(folder, JobFolder.JournalName));
            using var journal = new JobJournal(stored);
            using var control = new JobControl(journal);
            var evaluator = new LocalEvaluator(job.Lazy);
            var runner = new JobRunner(evaluator, journal, control, SearchStrategies.Of(job.Spec.Options), new JobRunnerOptions
            {
                Latencies = times,
                Labels = labels,
                Timings = evaluator.Expect,
            });
            var outcome = await runner.RunAsync(job.Spec, cancellation) ?? throw new JobException("The job was cancelled.");
            return (outcome, new MeasuredTimes(journal.Read(state => state!.Items.Zip(state.Results).ToArray())));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Timings do not depend on the evaluation images; a plan that the first job did not time is timed now.
    private sealed class MeasuredTimes(IEnumerable<(WorkItem Item, WorkResult Result)> done) : ILatencyTable
    {
        private readonly Dictionary<WorkItem, WorkResult> _known =
            done.GroupBy(pair => pair.Item).ToDictionary(same => same.Key, same => same.Last().Result);

        public LatencyResult? Find(LatencyItem item) => _known.GetValueOrDefault(item) as LatencyResult;

        public FinalTimingResult? Find(FinalTimingItem item) => _known.GetValueOrDefault(item) as FinalTimingResult;

        public ProfileResult? Find(ProfileItem item) => _known.GetValueOrDefault(item) as ProfileResult;
    }

    private sealed class Person(Func<int, int> label) : ILabels
    {
        public int Asks { get; private set; }

        public int Labels { get; private set; }

        public Task<LabelResult> OfAsync(LabelItem item, CancellationToken cancellationToken)
        {
            Asks++;
            Labels += item.Images.Count;
            return Task.FromResult(new LabelResult([.. item.Images.Select(label)]));
        }
    }
}
