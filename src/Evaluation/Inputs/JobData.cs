using Cluster.DataSpecs.Labels;
using Cluster.Kernels.Data.Arrays;

namespace Cluster.Evaluation.Inputs;

/// <summary>The images of each role, checked against the network and each other before any work.</summary>
public sealed record JobData(
    ImageBatches Calibration,
    ImageBatches Evaluation,
    ImageBatches? Test,
    ImageBatches? Training,
    DataDigests Digests,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The metric for evaluation and test images.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>The user's command, if that is the metric.</summary>
    public string? Command { get; init; }

    /// <summary>What judges boxes, masks or strings, if these are the metric.</summary>
    internal AnswerJudge? Judge { get; init; }

    /// <summary>How outputs and labels are read for the metric, a sentence each.</summary>
    public IReadOnlyList<string> Readings => Judge?.Sentences ?? [];

    // The most calibration images when one set serves both purposes; the rest evaluate.
    private const int LargestCalibrationShare = 512;

    // Share of the evaluation images.
    private const double LeastCopies = 0.01;

    /// <param name="pixels">Where the pixels are stored; null: in memory.</param>
    /// <exception cref="Kernels.KernelException">Data is missing, damaged, unlabelled, or not for this
    /// network.</exception>
    public static JobData Open(LocalInputs inputs, JobOptions options, NetworkFile network, SpillSpace? pixels = null)
    {
        RequireCommand(inputs, options);
        var preprocess = InputPreprocess.Load(
            inputs.Model, inputs.Preprocess, GivenInputs.Of(options), inputs.Calibration, inputs.Evaluation, inputs.Test, inputs.Training);
        var inputsOf = network.Grouped.Graph.SampleInputs;
        SampleSet Open(string spec, DataAccess access) => DataSource
            .OpenSamples(spec, access, pixels, preprocess?.Geometry)
            .For(inputsOf, preprocess);
        var first = Open(inputs.Calibration, inputs.Access.Calibration);
        SampleSet Judged(string spec, DataAccess access) => JudgedSamples.Of(Open(spec, access), options, network);
        var evaluation = inputs.Evaluation is { } spec ? Judged(spec, inputs.Access.Evaluation) : null;
        var test = inputs.Test is { } testSpec ? Judged(testSpec, inputs.Access.Test) : null;
        var training = inputs.Training is { } trainingSpec && options.FineTune != FineTuneMode.Never
            ? DataSource
                .Open(trainingSpec, inputs.Access.Training, pixels: pixels, geometry: preprocess?.Geometry)
                .For(inputsOf, preprocess)
            : null;
        var calibration = first;
        if (evaluation is null)
        {
            var split = DataSplit.Seeded(first.Count, options.Seed, Math.Min(LargestCalibrationShare, Math.Max(1, first.Count / 4)));
            calibration = first.Select(split.Calibration);
            evaluation = JudgedSamples.Of(first.Select(split.Evaluation), options, network);
        }

        var labelled = inputs.Evaluation is null ? inputs.Access.Calibration : inputs.Access.Evaluation;
        JudgedSamples.RequireAsked(evaluation, options, network);
        JudgedSamples.RequireLabels(
            options.Measure,
            network,
            (evaluation.HasLabels ? evaluation : null, labelled),
            (test, inputs.Access.Test),
            (training, inputs.Access.Training));
        (evaluation, string[] repeated) = Once(evaluation);
        var digests = new DataDigests(
            Digest(calibration, preprocess),
            MetricFiles.Judged(Digest(evaluation, preprocess), options.MetricCommand),
            test is null ? null : MetricFiles.Judged(Digest(test, preprocess), options.MetricCommand),
            training is null ? null : Digest(training, preprocess));
        return new JobData(
            new ImageBatches(calibration, preprocess, network.ExecutionBatch),
            new ImageBatches(evaluation, preprocess, network.ExecutionBatch),
            test is null ? null : new ImageBatches(test, preprocess, network.ExecutionBatch),
            training is null ? null : new ImageBatches(training, preprocess, network.ExecutionBatch),
            digests,
            [
                .. Overlaps(("calibration", calibration), ("evaluation", evaluation), ("test", test)),

                // Calibrating on training images is usual, and harms nothing.
                .. training is null
                    ? []
                    : Overlaps(("training", training), ("evaluation", evaluation)).Concat(Overlaps(("training", training), ("test", test))),
                .. new[] { SampleShapes.Words(evaluation) }.OfType<string>(),
                .. Untrained(inputs, options),
                .. EvaluationSanity.JudgeCalibration(calibration),
                .. Forgotten(inputs.Evaluation ?? inputs.Calibration, labelled),
                .. repeated,
            ])
        {
            Metric = options.Measure,
            Command = options.MetricCommand,
            Judge = JudgedSamples.Judge(evaluation, options, network),
        };
    }

    private static IEnumerable<string> Forgotten(string spec, DataAccess access) => DataSpec.Parse(spec).Parts
        .Where(part => part.LabelsPath is not null && part.Format == DataFormat.Folder && part.Slice == SampleSlice.All)
        .Select(part => FolderListing.Of(part, access.CurrentDirectory, access))
        .Select(listing => (Listing: listing, Forgotten: listing.Forgotten(access)))
        .Where(found => found.Forgotten.Count > 0)
        .Select(found => $"'{access.Shown(found.Listing.LabelFile!)}' names {found.Listing.Images.Count} pictures and not "
            + $"'{access.Shown(found.Forgotten[0])}'{(found.Forgotten.Count == 1 ? "" : $" and {found.Forgotten.Count - 1} more")} beside "
            + "them; add a line for each that is to count.");

    // Copies tell nothing new. A few are in many sets; where they are many, each image counts once. Without labels a person is asked by
    // places in the set as it is.
    private static (SampleSet Samples, string[] Warnings) Once(SampleSet evaluation)
    {
        int[] first = evaluation.WithoutCopies();
        int copies = evaluation.Count - first.Length;
        return copies < LeastCopies * evaluation.Count ? (evaluation, [])
            : evaluation.HasLabels
                ? (evaluation.Select(first), [$"{copies} of {evaluation.Count} evaluation images are copies of others: each counts once."])
                : (evaluation, [$"{copies} of {evaluation.Count} evaluation images are copies of others: intervals are too narrow."]);
    }

    private static void RequireCommand(LocalInputs inputs, JobOptions options)
    {
        if (!options.Measure.IsCommand())
        {
            return;
        }

        if (!inputs.RunsCommands)
        {
            throw new JobException(
                $"{JobLimits.MetricCommand.Name} starts a program of a user's where only `run` does so, on the user's own machine: choose "
                + $"another {JobLimits.Metric.Name}.");
        }

        if (inputs.Evaluation is null)
        {
            throw new JobException(
                $"{JobLimits.MetricCommand.Name} is given samples by their places in a set, and there is no evaluation set: give --eval.")
            {
                FailsOn = JobFault.Request,
            };
        }
    }

    /// <summary>Identity of the network's input: the images and their preprocessing, or the arrays.</summary>
    internal static string Digest(SampleSet samples, Preprocess? preprocess) => preprocess is null || samples is ArraySet
        ? CanonicalJson.Digest(new { arrays = samples.Digest })
        : CanonicalJson.Digest(new { images = samples.Digest, preprocess = preprocess.Digest });

    private static IEnumerable<string> Untrained(LocalInputs inputs, JobOptions options)
    {
        if (options.FineTune == FineTuneMode.Auto && inputs.Training is null)
        {
            yield return "there are no training images, so nothing will be fine-tuned; give labelled ones with --train.";
        }
    }

    private static IEnumerable<string> Overlaps(params (string Role, SampleSet? Images)[] sets)
    {
        for (int i = 0; i < sets.Length; i++)
        {
            for (int j = i + 1; j < sets.Length; j++)
            {
                if (sets[i].Images is { } left && sets[j].Images is { } right && left.CountShared(right) is > 0 and var shared)
                {
                    yield return $"{shared} images are in the {sets[i].Role} set and in the {sets[j].Role} set; what is measured "
                        + "on them is too good. Give sets that share no image.";
                }
            }
        }
    }
}
