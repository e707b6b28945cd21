namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Finds the plan to build: read together with its numbers, or made with one calibrator for every group.</summary>
internal sealed class QuantizePlanner(JobRequest request, GivenPlan given, NetworkSetup setup, JobData data, Action<string> say)
{
    private NetworkFile Network => setup.Network;

    /// <summary>Reads or makes the plan and its statistics.</summary>
    /// <exception cref="JobException">The plan belongs to another network, or its calibration is not the one it was built from.</exception>
    public QuantizePlan Make(CancellationToken cancellation)
    {
        if (given.Plan is not { } path)
        {
            return Calibrate(Keep(new Plan(request.Options.Target, Decide())), request.Options.Seed, cancellation);
        }

        var file = PlanFiles.Read(path);
        if (file.BuiltFrom.Model != Network.Digest)
        {
            throw new JobException(
                $"{path} was made for a model with SHA-256 {file.BuiltFrom.Model}, but {request.Inputs.Model} has {Network.Digest}: give "
                + "the model that the plan was made for.");
        }

        setup.Translator.Require(file.Plan);
        return given.Calibration is { } folder ? Stored(file, new CalibrationFolder(folder)) : Anew(file, cancellation);
    }

    private Plan Keep(Plan plan) => KeptGroups.Apply(plan, request.Options.KeepFloat32 ?? [], Network.Grouped.Groups, request.Inputs.Model);

    // As in papers: few bits inside, more in the first and the last layer, which have few weights and the most to lose.
    private IReadOnlyList<GroupDecision> Decide()
    {
        string method = given.MethodId;
        string[] weighted = [.. setup.Translator.Weighted.Select(group => group.Name)];
        return [.. setup.Translator.Decided.Select(group =>
        {
            bool isEnd = weighted.Length > 0 && (group.Name == weighted[0] || group.Name == weighted[^1]);
            var format = isEnd
                ? Integer(given.FirstLastBits, given.FirstLastBits)
                : Integer(given.WeightBits, given.ActivationBits);
            if (given.Format is { IsOfRuntime: true } inEachRun)
            {
                bool isTaken = RuntimePlacement.Takes(Network.Grouped, group, inEachRun);
                format = isTaken ? inEachRun
                    : inEachRun == GroupFormat.Int8Weights ? GroupFormat.Baseline
                    : TargetList.Usual.SearchedFormats[0];
            }

            return GroupDecision.In(format, group.Name, method, given.BiasCorrection) with
            {
                Rounding = given.Rounding ?? GroupDecision.Nearest,
            };
        })];
    }

    private GroupFormat Integer(int? weightBits, int? activationBits) =>
        GroupFormat.Integer(weightBits ?? GivenPlan.DefaultBits, activationBits ?? GivenPlan.DefaultBits) is var format
            && format == GroupFormat.Int8 ? given.Int8Form : format;

    private QuantizePlan Stored(PlanFile file, CalibrationFolder folder)
    {
        var (statistics, digest) = folder.ReadStatistics();
        if (digest != file.BuiltFrom.Calibration)
        {
            throw new JobException(
                $"{folder.StatisticsPath} has SHA-256 {digest}, but the plan was built from {file.BuiltFrom.Calibration}: give "
                + "the calibration folder of the same run, or --data to calibrate anew.");
        }

        // A run that withdrew all its corrections stored none.
        var corrections = file.BuiltFrom.Corrections is { } stored
            ? folder.ReadCorrections(stored)
            : new Dictionary<string, float[]>(StringComparer.Ordinal);
        var learned = file.BuiltFrom.Learned is { } named ? folder.ReadLearned(named) : null;
        var plan = Keep(file.Plan);
        if (!plan.Equals(file.Plan) && corrections.Count > 0)
        {
            say("the other groups keep the biases that were corrected with these in INT8; "
                + "--data instead of --calibration corrects them anew");
        }

        var numbers = new StoredNumbers(plan, Network.Grouped.Groups);
        return new QuantizePlan(
            plan,
            statistics,
            numbers.Biases(corrections),
            file.Seed,
            learned is null || plan.Equals(file.Plan) ? learned
                : numbers.Learned(learned, new PlanResolver(Network.Grouped, statistics).Resolve(setup.Translator.Settings(plan))));
    }

    private QuantizePlan Anew(PlanFile file, CancellationToken cancellation)
    {
        if (file.BuiltFrom.Learned is not null)
        {
            throw new JobException(
                $"{given.Plan} was built from learned parameters, which --data does not give again: give --calibration with the "
                + "folder that lies beside the plan.");
        }

        var plan = Calibrate(Keep(file.Plan), file.Seed, cancellation);
        if (plan.Statistics.ComputeDigest() != file.BuiltFrom.Calibration)
        {
            say("these images, or this build of libtorch, give other calibration statistics than the plan was built from: the "
                + "file will differ from the run's");
        }

        return plan;
    }

    private QuantizePlan Calibrate(Plan plan, long seed, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        say($"calibrating on {data.Calibration.Images.Count} images");
        var set = data.Calibration;
        bool isDivided = data.GivenEvaluation is null && set.Images.Count >= HeldOutSamples.Parts;
        var (statistics, parts) = isDivided
            ? setup.CalibrateInParts(set, HeldOutSamples.Parts, cancellation)
            : (setup.Calibrate(set, cancellation), []);
        say($"calibrated in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
        return new QuantizePlan(plan, statistics, null, seed) { HeldOut = isDivided ? new HeldOutSamples(set, parts) : null };
    }
}

/// <summary>A plan with the sources of its numbers.</summary>
/// <param name="Corrections">Stored corrected biases; null: they are estimated.</param>
/// <param name="Learned">Learned weights, ranges and biases, if any.</param>
internal sealed record QuantizePlan(
    Plan Plan,
    CalibrationStatistics Statistics,
    IReadOnlyDictionary<string, float[]>? Corrections,
    long Seed,
    LearnedParameters? Learned = null)
{
    /// <summary>What judges it without evaluation data; null where there are some, and where the statistics were read.</summary>
    public HeldOutSamples? HeldOut { get; init; }
}

/// <summary>
/// The numbers of a calibration folder for a plan, without those of groups that the plan keeps in FP32: their layers have the original
/// network's numbers. For a plan exactly as its run wrote it, nothing is left out.
/// </summary>
internal sealed class StoredNumbers(Plan plan, IReadOnlyList<LayerGroup> groups)
{
    private readonly HashSet<string> _float32 = Nodes(plan, groups);

    public IReadOnlyDictionary<string, float[]> Biases(IReadOnlyDictionary<string, float[]> stored) => Quantized(stored);

    /// <summary>
    /// Without the ranges of tensors that have other bits now, either: beside a group in FP32 the format of the other group decides.
    /// </summary>
    /// <param name="usual">The plan's network with calibrated ranges.</param>
    public LearnedParameters Learned(LearnedParameters stored, QuantizedNetwork usual)
    {
        var bits = usual.Layout.Points.Values.DistinctBy(point => point.ScaleOf, StringComparer.Ordinal)
            .ToDictionary(point => point.ScaleOf, point => usual.Parameters(point).Maximum, StringComparer.Ordinal);
        return stored with
        {
            Weights = Quantized(stored.Weights),
            Biases = Quantized(stored.Biases),
            Activations = stored.Activations
                .Where(range => !bits.TryGetValue(range.Key, out int highest) || highest == range.Value.Maximum)
                .ToDictionary(range => range.Key, range => range.Value, StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// A plan's network with some more groups in FP32. It has the file's own numbers: a bias that also corrects for the inputs' error
    /// counts as the layer's own.
    /// </summary>
    /// <param name="whole">The plan's network.</param>
    /// <param name="left">Groups to leave in FP32, by their places in the plan.</param>
    public static QuantizedNetwork Network(EvaluationSetup setup, QuantizePlan plan, QuantizedNetwork whole, IEnumerable<int> left)
    {
        var rest = plan.Plan.With(left, GroupFormat.Baseline);
        var numbers = new StoredNumbers(rest, setup.Network.Grouped.Groups);
        var settings = setup.Translator.Settings(rest);
        var usual = setup.Resolver.Resolve(settings);
        var network = plan.Learned is { } all ? setup.Resolver.Resolve(settings, numbers.Learned(all, usual)) : usual;
        return network.WithBiases(numbers.Biases(whole.CorrectedBiases));
    }

    private static HashSet<string> Nodes(Plan plan, IReadOnlyList<LayerGroup> groups)
    {
        var kept = plan.Groups
            .Where(decision => decision.Format.IsBaseline)
            .Select(decision => decision.Group)
            .ToHashSet(StringComparer.Ordinal);
        return groups
            .Where(group => kept.Contains(group.Name))
            .SelectMany(group => group.Nodes)
            .Select(node => node.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    private Dictionary<string, T> Quantized<T>(IReadOnlyDictionary<string, T> stored) =>
        stored.Where(entry => !_float32.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}

/// <summary>
/// Judges a plan on samples that did not choose its ranges, where only calibration samples are at hand: each part of them runs in the
/// network whose ranges the other parts choose. On the samples that chose the ranges nothing saturates, however few they are.
/// </summary>
/// <param name="images">The calibration set.</param>
/// <param name="parts">Statistics of each part of it; image i is in part i modulo their number.</param>
internal sealed class HeldOutSamples(ImageBatches images, IReadOnlyList<CalibrationStatistics> parts)
{
    /// <summary>Into how many parts a set is divided; one of fewer samples is not.</summary>
    public const int Parts = 4;

    /// <summary>The plan's networks, each with samples that its ranges have not seen; the first of the set are enough.</summary>
    /// <param name="built">The plan's own network.</param>
    public IEnumerable<(QuantizedNetwork Network, ImageBatches Samples)> Of(
        EvaluationSetup setup, QuantizePlan plan, QuantizedNetwork built)
    {
        var settings = setup.Translator.Settings(plan.Plan);
        var far = plan.Statistics.Unseen(images.Images.Count);
        for (int part = 0; part < parts.Count; part++)
        {
            int[] held =
            [
                .. Enumerable.Range(0, Math.Min(ChannelCheck.Images, images.Images.Count))
                    .Where(image => image % parts.Count == part && !far.Contains(image)),
            ];
            if (held.Length > 0)
            {
                var others = CalibrationStatistics.Merged(parts.Where((_, other) => other != part));
                var network = new PlanResolver(setup.Network.Grouped, others, setup.Resolver).Resolve(settings, plan.Learned);
                yield return (network.WithBiases(built.CorrectedBiases), images with { Images = images.Images.Select(held) });
            }
        }
    }
}
