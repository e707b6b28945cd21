namespace Cluster.Simulation;

/// <summary>
/// A chain of groups whose damage in 8 bits and whose milliseconds are known: a network that searches, and the
/// machinery around them, can be judged on without computing anything.
/// </summary>
public sealed record SyntheticNetwork
{
    /// <summary>Share of the images lost by each group in 8 bits.</summary>
    public required IReadOnlyList<double> Damage { get; init; }

    /// <summary>Milliseconds of each group in FP32.</summary>
    public required IReadOnlyList<double> Float32Ms { get; init; }

    /// <summary>Milliseconds of each group in 8 bits.</summary>
    public required IReadOnlyList<double> Int8Ms { get; init; }

    /// <summary>Milliseconds of each group in FP16; null where the target has only 8 bits.</summary>
    public IReadOnlyList<double>? Float16Ms { get; init; }

    /// <summary>Whether weights of 4 bits are offered, too: as fast as 8, damage by the variance of rounding.</summary>
    public bool Nibbles { get; init; }

    /// <summary>What each change of format costs.</summary>
    public double EdgeMs { get; init; } = 0.02;

    /// <summary>What the profile claims it costs, where it is wrong.</summary>
    public double? ProfiledEdgeMs { get; init; }

    /// <summary>Factor of the damage without bias correction.</summary>
    public double Uncorrected { get; init; } = 1.5;

    /// <summary>Extra damage of two neighbours that are both in integers.</summary>
    public double Interaction { get; init; }

    /// <summary>Share of a plan's damage that its weights do, which FP32 weights undo.</summary>
    public double WeightShare { get; init; } = 0.8;

    /// <summary>Share of a plan's damage that a method undoes.</summary>
    public Func<ReconstructionStep, double> Recovered { get; init; } = static step => 0.2 * (int)step;

    /// <summary>Share of a group's damage that roundings learned before the exploration undo; negative where they harm.</summary>
    public Func<int, double> RepairUndoes { get; init; } = static _ => 0.4;

    /// <summary>That of a method, "adaround", "brecq" or "qdrop", as a multiple.</summary>
    public Func<string, double> RepairStrength { get; init; } = static _ => 1;

    /// <summary>The same as their learning has it, by its layers' losses; what it does not lower it does not keep.</summary>
    public Func<int, double> RepairClaims { get; init; } = static _ => 0.4;

    /// <summary>Whether the runtime computes a quantized group of a plan otherwise than its simulation.</summary>
    public Func<Plan, string, bool> Differs { get; init; } = static (_, _) => false;

    /// <summary>Images of the evaluation set.</summary>
    public int Images { get; init; } = 1000;

    /// <summary>
    /// Whether they have labels. Without, a right answer is class 0 and a wrong one class 1, so that every label that a person gives is 0.
    /// </summary>
    public bool HasLabels { get; init; } = true;

    /// <summary>Formats that some groups, by index, lack; null: none.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<GroupFormat>>? Lacks { get; init; }

    /// <summary>Number of groups.</summary>
    public int Count => Damage.Count;

    /// <summary>What a search decides about.</summary>
    public SearchSpace Space => new(
        Spec.ModelDigest,
        [.. Enumerable.Range(0, Count).Select(
            i => new GroupInfo($"g{i:00}", ["Conv", "Relu"], 1000 + i, 100, $"group {i}", Lacks: Lacks?.GetValueOrDefault(i)))],
        [.. Enumerable.Range(0, Count + 1).Select(i => new GroupEdge(i - 1, i, $"t{i}", 1000))],
        Float16Ms is null && !Nibbles ? null : Offered);

    private GroupFormat[] Offered =>
    [
        GroupFormat.Int8,
        .. Nibbles ? new[] { GroupFormat.Integer(4, 8) } : [],
        .. Float16Ms is null ? [] : new[] { GroupFormat.Float16 },
    ];

    /// <summary>A job on this network.</summary>
    public JobSpec Spec { get; init; } = new()
    {
        ModelDigest = "model",
        Data = new DataDigests("calibration", "evaluation"),
        Options = new()
        {
            Methods = ["max", "kl", "mse"],
            MaxDrop = 0.01,
            Seed = 1,
            FineTune = FineTuneMode.Never,
            Reconstruct = ReconstructionMode.Never
        },
        Versions = new EvaluatorVersions("1", "synthetic 1", "none"),
    };

    /// <summary>Factor of the damage by calibrator.</summary>
    public static double MethodFactor(string calibrator) => calibrator switch
    {
        "mse" => 1.0,
        "kl" => 1.1,
        _ => 1.2,
    };

    /// <summary>Factor of a group's damage by calibrator, in place of <see cref="MethodFactor"/>.</summary>
    public Func<int, string, double> GroupFactor { get; init; } = static (_, calibrator) => MethodFactor(calibrator);

    /// <summary>Share of the images that a plan loses.</summary>
    public double DamageOf(Plan plan)
    {
        var damage = 0.0;
        for (var i = 0; i < Count; i++)
        {
            var decision = plan.Groups[i];
            if (!decision.Format.IsBaseline)
            {
                // A float's exponent follows the range: nothing to calibrate or to correct.
                var own = decision.Format.IsCalibrated
                    ? DamageIn(i, decision.Format) * GroupFactor(i, decision.Calibrator) * (decision.BiasCorrection ? 1 : Uncorrected)
                    : DamageIn(i, decision.Format);
                var joint = i > 0 && plan.Groups[i - 1].Format.IsCalibrated && decision.Format.IsCalibrated ? Interaction : 0;
                damage += (own + joint) * (1 - (decision.Repair is null
                    ? Undone(decision.Rounding)
                    : RepairUndoes(i) * RepairStrength(decision.RoundingMethod)));
            }
        }

        return damage;
    }

    private double DamageIn(int group, GroupFormat format) =>
        format == GroupFormat.Int8 ? Damage[group] : Damage[group] * format.RoundingVariance / GroupFormat.Int8.RoundingVariance;

    /// <summary>Milliseconds of a plan.</summary>
    public double MsOf(Plan plan)
    {
        var ms = 0.0;
        var before = GroupFormat.Baseline;
        for (var i = 0; i < Count; i++)
        {
            var format = plan.Groups[i].Format;
            ms += format.IsBaseline ? Float32Ms[i] : format == GroupFormat.Float16 ? Float16Ms![i] : Int8Ms[i];
            ms += IsSameKernel(format, before) ? 0 : EdgeMs;
            before = format;
        }

        return ms + (before.IsBaseline ? 0 : EdgeMs);
    }

    // Weights of 4 bits are unpacked to codes of 8.
    private static bool IsSameKernel(GroupFormat x, GroupFormat y) => x == y || (x.IsInteger && y.IsInteger);

    /// <summary>Accuracy of a plan.</summary>
    public AccuracyResult Accuracy(Plan plan, ImageScope scope) => Accuracy(DamageOf(plan), scope, plan);

    // What is known of answers without labels: where they are not FP32's.
    private static AccuracyResult Unlabelled(AccuracyResult found, double damage, int[] indices)
    {
        bool[] same = [.. indices.Select(image => IsCorrect(image, damage) == IsCorrect(image, 0))];
        var bits = new byte[found.CorrectBits.Length];
        for (var i = 0; i < same.Length; i++)
        {
            bits[i >> 3] |= (byte)(same[i] ? 1 << (i & 7) : 0);
        }

        return found with
        {
            Correct = same.Count(isSame => isSame),
            Agree = same.Count(isSame => isSame),
            CorrectBits = bits,
            Answers = ClassAnswers.Pack(
                [.. indices.Where((_, i) => damage == 0 || !same[i]).Select(image => IsCorrect(image, damage) ? 0 : 1)]),
            Classes = 2,
        };
    }

    private AccuracyResult Accuracy(double damage, ImageScope scope, Plan plan)
    {
        var indices = scope.Indices(Images);
        var bits = new byte[(indices.Length + 7) / 8];
        var correct = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (IsCorrect(indices[i], damage))
            {
                bits[i >> 3] |= (byte)(1 << (i & 7));
                correct++;
            }
        }

        var found = new AccuracyResult
        {
            Correct = correct,
            Total = indices.Length,
            Kl = damage,
            Agree = indices.Length,
            CorrectBits = bits,
            ArtefactSha256 = plan.Digest,
            SizeBytes = 2000 + plan.Groups.Sum(
                decision => (100L * decision.Format.Weights.Bits / 8) + (decision.Format.IsBaseline ? 0 : 20)),
            Bops = plan.Groups.Select((decision, i) => (1000L + i) * decision.Format.Weights.Bits * decision.Format.Activations.Bits).Sum(),
        };
        return HasLabels ? found : Unlabelled(found, damage, indices);
    }

    /// <summary>The result of an item; the same on every call.</summary>
    public WorkResult Evaluate(WorkItem item) => item switch
    {
        AccuracyItem accuracy => Accuracy(accuracy.Plan, accuracy.Images),
        LatencyItem latency => Latency(latency.Plan),
        ParityItem parity => Parity(parity.Plan),
        RangesItem => new RangesResult([], []),
        FinalTimingItem together => new FinalTimingResult([.. together.Plans.Select(Latency)]),
        CalibratorItem asked => Calibrators(asked),
        SensitivityItem sweep => Swept(sweep),
        ProfileItem profile => new ProfileResult(
            profile.Plan.Digest,
            [.. Enumerable.Range(0, Count).Select(i => new GroupProfile(
                $"g{i:00}",
                Float32Ms[i],
                Int8Ms[i],
                Space.Formats is null ? null : [.. Offered.Skip(1).Select(
                    format => new FormatTime(format, format == GroupFormat.Float16 ? Float16Ms![i] : Int8Ms[i]))]))],
            [.. Space.Edges.Select(
                edge => new EdgeProfile(
                    edge.From, edge.To, edge.Tensor, ProfiledEdgeMs ?? EdgeMs, ProfiledEdgeMs ?? EdgeMs, Conversions()))],
            Float32Ms.Sum(),
            Int8Ms.Sum() + (2 * EdgeMs)),
        PublishItem => new PublishedResult([]),
        TestItem test => new TestResult(Accuracy(test.Plan, ImageScope.Full).Correct, 900, Images, 3, 1),
        RepairItem repair => Repaired(repair),
        ReconstructItem { Step: ReconstructionStep.Probe } probe => Probed(probe.Plan),
        ReconstructItem rebuild => Rebuilt(rebuild),
        FineTuneItem tuning => Tuned(tuning),
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    private SensitivityResult Swept(SensitivityItem sweep) => new(
        [.. Enumerable.Range(0, Count).Select(i => new GroupSensitivity(
            $"g{i:00}", DamageIn(i, sweep.Format ?? GroupFormat.Int8), 30, 900, 1000))],
        Format: sweep.Format,
        Part: sweep.Part is { } part ? Swept(sweep, part) : null);

    private SweptPart Swept(SensitivityItem sweep, SweepPart part)
    {
        var images = part.Within(sweep.Images).GetOffsetAndLength(sweep.Images).Length;
        return new SweptPart(
            part,
            images,
            [.. Enumerable.Range(0, Count).Select(i => new SweptSums(DamageIn(i, sweep.Format ?? GroupFormat.Int8) * images, 1000, 1))]);
    }

    private ParityResult Parity(Plan plan)
    {
        var differ = plan.Groups.Where(decision => !decision.Format.IsBaseline && Differs(plan, decision.Group)).ToArray();
        return new ParityResult(
            new ParityFinding(differ.Length == 0, Images, Count) { Top1Agreement = 1, WorstChannel = new OutputChannel("y", 1, 0, 20) },
            differ.Length == 0 ? null : $"Runtime and simulation diverge first in group '{differ[0].Group}'.",
            [.. differ.Select(decision => decision.Group)]);
    }

    private CalibratorResult Calibrators(CalibratorItem asked)
    {
        var groups = Enumerable.Range(0, Count).Where(i => asked.Plan.Groups[i].Format.IsCalibrated).ToArray();
        GroupCalibrator[] chosen = [.. groups.Select(i => new GroupCalibrator(
            $"g{i:00}",
            asked.Methods.MinBy(method => GroupFactor(i, method))!,
            [.. asked.Methods.Select(method => new CalibratorScore(method, Damage[i] * GroupFactor(i, method), 30))]))];
        return new CalibratorResult(
            chosen,
            [.. asked.Methods.Select(method => new CalibratorScore(method, groups.Sum(i => Damage[i] * GroupFactor(i, method))))],
            groups.Select((i, index) => Damage[i] * GroupFactor(i, chosen[index].Calibrator)).Sum(),
            Images: 64,
            HeldBack: true);
    }

    // Between integers and FP16 it costs as much as any, between integers nothing; the other pairs are what the edge says.
    private IReadOnlyList<ConversionTime>? Conversions() => Space.Formats is null ? null :
    [
        .. Offered.SelectMany(from => Offered.Where(to => to != from).Select(
            to => new ConversionTime(from, to, IsSameKernel(from, to) ? 0 : ProfiledEdgeMs ?? EdgeMs))),
    ];

    private WeightProbeResult Probed(Plan plan)
    {
        var found = Accuracy(DamageOf(plan) * (1 - WeightShare), ImageScope.Full, plan);
        return new WeightProbeResult(found.Correct, found.Total, found.Kl, found.CorrectBits);
    }

    private ReconstructResult Rebuilt(ReconstructItem item)
    {
        var plan = new Plan(item.Plan.Target, [.. item.Plan.Groups.Select(group => group with { Rounding = item.Step.Rounding() })]);
        return new ReconstructResult
        {
            Plan = plan,
            Learned = plan.Digest,
            Accuracy = Accuracy(plan, ImageScope.Full),
            Latency = Latency(item.Plan) with { PlanDigest = plan.Digest },
            Test = new TestResult(890, 900, Images, 11, 1),
            Blocks = [.. plan.Groups.Where(group => group.Format.IsCalibrated).Select(
                group => new ReconstructedBlock(group.Group, "weights", 0.5, 0.25, Kept: true, TakenBack: false, item.Iterations, 0))],
            Evaluations = 1,
        };
    }

    private RepairResult Repaired(RepairItem item)
    {
        RepairedGroup[] groups =
        [
            .. Enumerable.Range(0, Count)
                .Where(i => item.Plan.Groups[i].Format.IsInteger && RepairClaims(i) > 0)
                .Select(i => new RepairedGroup($"g{i:00}", 1, 1 - RepairClaims(i))),
        ];
        return new RepairResult(groups.Length == 0 ? null : item.Id, groups);
    }

    private double Undone(string rounding) =>
        Enum.GetValues<ReconstructionStep>().Where(step => step.Rounding() == rounding).Select(Recovered).FirstOrDefault();

    // Training wins half of what was lost back.
    private FineTuneResult Tuned(FineTuneItem item)
    {
        var plan = new Plan(
            item.Plan.Target, [.. item.Plan.Groups.Select(group => group with { BiasCorrection = false, Rounding = "qat" })]);
        return new FineTuneResult
        {
            Plan = plan,
            Learned = plan.Digest,
            Accuracy = Accuracy(DamageOf(item.Plan) / 2, ImageScope.Full, plan),
            Latency = Latency(item.Plan) with { PlanDigest = plan.Digest },
            Test = new TestResult(880, 900, Images, 21, 1),
            BestEpoch = item.Epochs,
            Images = 10 * Images,
        };
    }

    // One image in ten is wrong from the start; each of the others is lost at a damage of its own, spread evenly.
    private static bool IsCorrect(int image, double damage)
    {
        var random = new SplitMix64((ulong)image);
        var wrong = random.Below(10) == 0;
        return !wrong && random.Below(1_000_000) >= damage * 1_000_000;
    }

    private LatencyResult Latency(Plan plan) => new()
    {
        PlanDigest = plan.Digest,
        MedianMs = MsOf(plan),
        IqrMs = 0.01,
        Count = 50,
        Float32MedianMs = Float32Ms.Sum(),
        Float32IqrMs = 0.01,
        Runtime = "synthetic 1",
        Device = "synthetic",
        Batch = 32,
        Threads = 1,
    };
}
