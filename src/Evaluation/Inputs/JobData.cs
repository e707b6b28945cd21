using Cluster.Data.Arrays;
using Cluster.DataSpecs.Labels;

namespace Cluster.Evaluation.Inputs;

/// <summary>The images of each role, checked against the network and each other before any work.</summary>
/// <param name="GivenCalibration">Null only where a given plan has its numbers.</param>
/// <param name="GivenEvaluation">Null only where a given plan is not measured.</param>
public sealed record JobData(
    ImageBatches? GivenCalibration,
    ImageBatches? GivenEvaluation,
    ImageBatches? Test,
    ImageBatches? Training,
    DataDigests Digests,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The calibration images, where there are some, as for every search.</summary>
    public ImageBatches Calibration =>
        GivenCalibration ?? throw new InvalidOperationException("This work was given no calibration images.");

    /// <summary>The evaluation images, likewise.</summary>
    public ImageBatches Evaluation => GivenEvaluation ?? throw new InvalidOperationException("This work was given no evaluation images.");

    /// <summary>What files are compared with their simulation on; null without any images.</summary>
    public ImageBatches? Samples => GivenEvaluation ?? GivenCalibration;

    /// <summary>
    /// What files are timed on: <see cref="Samples"/> of the network's shape, which is that of the calibration; where none has it, the
    /// calibration images. So a latency does not depend on the sizes of what plans are judged on.
    /// </summary>
    public ImageBatches? Timed => Samples is { Images.HasNetworkShape: true } samples ? samples : GivenCalibration ?? Samples;

    /// <summary>The metric for evaluation and test images.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>How pictures become the network's floats; null: none of the data are pictures.</summary>
    internal Preprocess? Preprocess { get; init; }

    /// <summary>What scores predictions, where the metric is the user's own and something is measured.</summary>
    internal IPredictionJudge? Predictions { get; init; }

    /// <summary>What judges boxes, masks or strings, if these are the metric.</summary>
    internal AnswerJudge? Judge { get; init; }

    /// <summary>How samples of several shapes are run, and outputs and labels read for the metric, a sentence each.</summary>
    public IEnumerable<string> Readings => new[] { Samples is { } samples ? SampleShapes.Words(samples.Images, Timed!.Images) : null }
        .OfType<string>()
        .Concat(Judge?.Sentences ?? []);

    // The most calibration images when one set serves both purposes; the rest evaluate.
    private const int LargestCalibrationShare = 512;

    // Share of the evaluation images.
    private const double LeastCopies = 0.01;

    /// <param name="pixels">Where the pixels are stored; null: in memory.</param>
    /// <param name="isSearch">Whether plans are searched: then there are evaluation images, if need be a part of the others, and a person
    /// may be asked for their labels.</param>
    /// <param name="access">Where data may lie; null: anywhere.</param>
    /// <exception cref="Networks.KernelException">Data is missing, damaged, unlabelled, or not for this
    /// network.</exception>
    public static JobData Open(
        JobInputs inputs,
        JobOptions options,
        NetworkFile network,
        SpillSpace? pixels = null,
        bool isSearch = true,
        JobAccess? access = null)
    {
        access ??= JobAccess.Own;
        RequireJudged(inputs, options);
        var preprocess = InputPreprocess.Load(
            inputs.Model, inputs.Preprocess, GivenInputs.Of(options), inputs.Calibration?.Spec, inputs.Evaluation?.Spec, inputs.Test?.Spec,
            inputs.Training?.Spec);
        var inputsOf = network.Grouped.Graph.SampleInputs;
        SampleSet Open(DataLocation data, DataAccess from) => DataSource
            .OpenSamples(data.Spec, from, pixels, preprocess)
            .For(inputsOf, preprocess);
        var calibration = inputs.Calibration is { } calibrating ? Open(calibrating, access.Calibration) : null;
        SampleSet Judged(DataLocation data, DataAccess from) => JudgedSamples.Of(Open(data, from), options, network);
        var evaluation = inputs.Evaluation is { } judged ? Judged(judged, access.Evaluation) : null;
        var test = inputs.Test is { } tested ? Judged(tested, access.Test) : null;
        var training = inputs.Training is { } trained && options.FineTune != FineTuneMode.Never
            ? DataSource
                .Open(trained.Spec, access.Training, pixels: pixels, preprocess: preprocess)
                .For(inputsOf, preprocess)
            : null;
        if (evaluation is null && isSearch)
        {
            var all = calibration!;
            var split = DataSplit.Seeded(all.Count, options.Seed, Math.Min(LargestCalibrationShare, Math.Max(1, all.Count / 4)));
            (calibration, evaluation) = (all.Select(split.Calibration), JudgedSamples.Of(all.Select(split.Evaluation), options, network));
        }

        var labelled = inputs.Evaluation is null ? access.Calibration : access.Evaluation;
        string[] repeated = [];
        if (evaluation is not null)
        {
            JudgedSamples.RequireAsked(evaluation, options, network);
            JudgedSamples.RequireLabels(
                options.Measure,
                network,
                (evaluation.HasLabels || !isSearch ? evaluation : null, labelled),
                (test, access.Test),
                (training, access.Training));
            (evaluation, repeated) = Once(evaluation);
        }

        string? DigestOf(SampleSet? samples) => samples is null ? null : Digest(samples, preprocess);
        string? Judging(SampleSet? samples) => DigestOf(samples) is not { } digest ? null
            : options.MetricCommand is { } command ? MetricFiles.Judged(digest, samples!.ReadOthers(), command, access.IsOwn)
            : digest;
        string? judgedSpec = (inputs.Evaluation ?? inputs.Calibration)?.Spec;
        var names = judgedSpec is null ? ClassNames.None : DataSource.ReadClassNames(judgedSpec, labelled);
        ImageBatches? Batches(SampleSet? samples) =>
            samples is null ? null : new(samples, preprocess, network.ExecutionBatch) { Names = names };
        ImageBatches?[] sets = [Batches(calibration), Batches(evaluation), Batches(test), Batches(training)];
        if (network.Pixels is { } taken)
        {
            AskedPixels.Require(taken, preprocess!, sets);
        }

        return new JobData(
            sets[0],
            sets[1],
            sets[2],
            sets[3],
            new DataDigests(
                DigestOf(calibration) ?? string.Empty, Judging(evaluation) ?? string.Empty, Judging(test), DigestOf(training)),
            [
                .. network.FixedSizes is { } sizes ? [sizes] : Array.Empty<string>(),
                .. Overlaps(("calibration", calibration), ("evaluation", evaluation), ("test", test)),

                // Calibrating on training images is usual, and harms nothing.
                .. training is null
                    ? []
                    : Overlaps(("training", training), ("evaluation", evaluation)).Concat(Overlaps(("training", training), ("test", test))),
                .. Untrained(inputs, options),
                .. calibration is null ? [] : EvaluationSanity.JudgeCalibration(calibration),
                .. judgedSpec is null ? [] : Forgotten(judgedSpec, labelled),
                .. repeated,
            ])
        {
            Metric = options.Measure,
            Preprocess = preprocess,
            Predictions = options.MetricCommand is { } command ? access.IsOwn ? new MetricProgram(command) : access.Judge : null,
            Judge = evaluation is null ? null : JudgedSamples.Judge(evaluation, options, network),
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

    private static void RequireJudged(JobInputs inputs, JobOptions options)
    {
        if (options.Measure.IsCommand() && inputs.Evaluation is null)
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

    private static IEnumerable<string> Untrained(JobInputs inputs, JobOptions options)
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
                    yield return $"{shared} {(shared == 1 ? "image is" : "images are")} in the {sets[i].Role} set and in the "
                        + $"{sets[j].Role} set; what is measured on them is too good. Give sets that share no image.";
                }
            }
        }
    }
}
