using System.Text.Json.Serialization;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Model.Options;

/// <summary>
/// What a user chooses for a job, the same on the command line, on the wire and in a journal. The values here are the defaults. What is
/// null is left open: <see cref="Decided"/> says what it comes to.
/// </summary>
public sealed record JobOptions
{
    /// <summary>Passes of a fine-tuning where nothing else is asked for.</summary>
    public const int UsualEpochs = 10;

    /// <summary>Iterations a block, a layer for AdaRound, where nothing else is asked for: a cheap reconstruction, as PPQ has it.</summary>
    public const int UsualReconstructIterations = 500;

    /// <summary>What <see cref="SweepParts"/> is in a cluster: all images of a sweep, at the fewest that a piece is worth.</summary>
    public const int UsualSweepParts = 4;

    /// <summary>The largest divergence, in nats, where nothing else is asked for.</summary>
    public const double UsualMaxKl = 0.05;

    /// <summary>The least signal to noise, in decibels, where nothing else is asked for.</summary>
    public const double UsualMinSqnr = 20;

    /// <summary>The largest rise of RMSE, a share of FP32's, where nothing else is asked for.</summary>
    public const double UsualMaxRmseRise = 0.01;

    /// <summary>The runtime that candidates are placed and measured for.</summary>
    public string Target { get; init; } = "onnxruntime-cpu";

    /// <summary>Calibrators to try, each once, in order of preference among equals.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["max", "percentile:99.99", "kl", "mse"];

    /// <summary>What a calibrator is chosen for; null, undecided: <see cref="CalibratorScope.Network"/>.</summary>
    public CalibratorScope? Calibrators { get; init; }

    /// <summary>Patterns of the names of groups that stay in FP32 (* stands for any characters, ? for one), or null.</summary>
    public IReadOnlyList<string>? KeepFloat32 { get; init; }

    /// <summary>Patterns of the names of groups that alone may be quantized, or null: all may be.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>
    /// The formats that each group may get one of, besides FP32, as <see cref="GroupFormat.Text"/> writes them, INT8 among them, which
    /// every result is compared with; null: INT8 alone. Which of them a target takes is the target's to say.
    /// </summary>
    public IReadOnlyList<string>? Formats { get; init; }

    /// <summary>What plans are judged by; null: <see cref="MetricKind.Top1"/>, which no job writes.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>The metric that is meant.</summary>
    [JsonIgnore]
    public MetricKind Measure => Metric ?? (MetricCommand is null ? MetricKind.Top1 : MetricKind.Score);

    /// <summary>A command of the shell that judges predictions, for <see cref="MetricKindExtensions.IsCommand"/>; null otherwise.</summary>
    public string? MetricCommand { get; init; }

    /// <summary>By how much its number may become worse, in its own unit; null where plans are judged by something else.</summary>
    public double? MaxMetricDrop { get; init; }

    /// <summary>The largest accepted loss of top-1 or top-5, as a fraction: 0.005 is half a percentage point.</summary>
    public double MaxDrop { get; init; } = 0.005;

    /// <summary>The largest mean KL(FP32 ‖ plan), nats; null where plans are judged by something else.</summary>
    public double? MaxKl { get; init; }

    /// <summary>The least signal to noise of the outputs, decibels; null where plans are judged by something else.</summary>
    public double? MinSqnr { get; init; }

    /// <summary>The largest rise of RMSE, a share of FP32's; null where plans are judged by something else.</summary>
    public double? MaxRmseRise { get; init; }

    /// <summary>The same as a share of what FP32 has, which then replaces it: 0.01 of 60 % is 0.6 points. Null: it is not used.</summary>
    public double? MaxDropRelative { get; init; }

    /// <summary>Which plan is looked for; null: see <see cref="Aim"/>.</summary>
    public SearchGoal? Goal { get; init; }

    /// <summary>The most milliseconds a run of <see cref="Batch"/> images may take, above 0; null: any.</summary>
    public double? LatencyBudgetMs { get; init; }

    /// <summary>The most bytes of the file, above 0; null: any.</summary>
    public long? SizeBudgetBytes { get; init; }

    /// <summary>The most bit operations an image (MACs · weight bits · activation bits), above 0; null: any.</summary>
    public long? BopsBudget { get; init; }

    /// <summary>Which plans' files are published; null: <see cref="KeptFiles.Winner"/>.</summary>
    public KeptFiles? KeepFiles { get; init; }

    /// <summary>What the winner is written for beside <see cref="Target"/>; null: nothing. It takes no part in the search.</summary>
    public ExtraExport? AlsoExport { get; init; }

    /// <summary>
    /// The goal that is meant: the most accurate plan where there are budgets and nothing else is said, else the fastest.
    /// </summary>
    [JsonIgnore]
    public SearchGoal Aim => Goal ?? (Budgets == 0 ? SearchGoal.Fastest : SearchGoal.Accurate);

    /// <summary>How many budgets there are.</summary>
    [JsonIgnore]
    public int Budgets => (LatencyBudgetMs is null ? 0 : 1) + (SizeBudgetBytes is null ? 0 : 1) + (BopsBudget is null ? 0 : 1);

    /// <summary>The largest accepted drop in the scale of the metric, given FP32's <see cref="Work.AccuracyResult.Level"/>.</summary>
    public double Bound(double float32) => Measure switch
    {
        MetricKind.OutputKl => MaxKl ?? UsualMaxKl,
        MetricKind.OutputSqnr => Math.Pow(10, -(MinSqnr ?? UsualMinSqnr) / 10),

        // Of squared errors: an RMSE of (1 + r) that of FP32.
        MetricKind.Rmse => float32 * (Math.Pow(1 + (MaxRmseRise ?? UsualMaxRmseRise), 2) - 1),
        MetricKind.Score or MetricKind.Loss => MaxMetricDrop ?? 0,
        _ => MaxDropRelative is { } share ? share * (Measure.IsDetection() ? 1 - float32 : float32) : MaxDrop,
    };

    /// <summary>A sentence where a bound is given that the metric does not have; else null.</summary>
    public string? MisplacedBound()
    {
        var misplaced = new[]
        {
            (Name: JobLimits.MaxKl.Name, IsGiven: MaxKl is not null, Metric: MetricKind.OutputKl),
            (Name: JobLimits.MinSqnr.Name, IsGiven: MinSqnr is not null, Metric: MetricKind.OutputSqnr),
            (Name: JobLimits.MaxRmseRise.Name, IsGiven: MaxRmseRise is not null, Metric: MetricKind.Rmse),
            (
                Name: JobLimits.MaxMetricDrop.Name,
                IsGiven: MaxMetricDrop is not null,
                Metric: Measure.IsCommand() ? Measure : MetricKind.Score),
            (
                Name: JobLimits.MaxDropRelative.Name,
                IsGiven: MaxDropRelative is not null,
                Metric: Measure.IsShare() ? Measure : MetricKind.Top1),
        }.FirstOrDefault(bound => bound.IsGiven && bound.Metric != Measure);
        return misplaced.Name is { } name ? Misplaced(name, misplaced.Metric, Measure) : null;
    }

    /// <summary>A sentence where a command that judges and its metric do not go together; else null.</summary>
    public string? CommandFault() => (MetricCommand is not null, Measure.IsCommand()) switch
    {
        (true, false) =>
            $"{JobLimits.MetricCommand.Name} is given where plans are judged by {Measure.Word()}: leave one of them out, or say "
            + $"{JobLimits.Metric.Name} {MetricKind.Score.Word()} (higher is better) or {MetricKind.Loss.Word()} (lower is better).",
        (false, true) =>
            $"{JobLimits.Metric.Name} {Measure.Word()} is what a command of yours prints: give {JobLimits.MetricCommand.Name}.",
        (true, true) when MaxMetricDrop is null && Aim != SearchGoal.Accurate =>
            $"{JobLimits.MetricCommand.Name} has no bound: give {JobLimits.MaxMetricDrop.Name}, by how much its {Measure.Word()} may "
            + "become worse, in its own unit.",
        _ => null,
    };

    /// <summary>The sentence of <see cref="MisplacedBound"/>.</summary>
    /// <param name="name">The option that was given.</param>
    /// <param name="bounded">The metric that it bounds.</param>
    /// <param name="metric">The metric of the job.</param>
    public static string Misplaced(string name, MetricKind bounded, MetricKind metric) =>
        $"{name} bounds {bounded.Word()}, and this job judges by {metric.Word()}: give {metric.BoundName()}, or {JobLimits.Metric.Name} "
        + $"{bounded.Word()}.";

    /// <summary>
    /// Null: an estimate of the drop decides. Otherwise, in (0.5, 1), its one-sided upper bound at this confidence does.
    /// </summary>
    public double? Confidence { get; init; }

    /// <summary>
    /// The most accuracy evaluations to spend, those after the search among them (baselines are always made), or null for as many as the
    /// search wants.
    /// </summary>
    public int? BudgetEvaluations { get; init; }

    /// <summary>
    /// The most minutes to work on the job, 0 and up, after which the best so far is published; null: as long as it takes. No part of
    /// the job's identity: asked for again with other minutes it is the same job.
    /// </summary>
    public double? MaxMinutes { get; init; }

    /// <summary>How the job searches; null: <see cref="StrategyKind.Greedy"/>.</summary>
    public StrategyKind? Strategy { get; init; }

    /// <summary>
    /// How the temperature of <see cref="StrategyKind.Anneal"/> falls; null: <see cref="TemperatureSchedule.Exponential"/>, which no job
    /// writes.
    /// </summary>
    public TemperatureSchedule? AnnealSchedule { get; init; }

    /// <summary>Where groups' scores come from; null: <see cref="ScoreSource.Sweep"/>, which no job writes.</summary>
    public ScoreSource? Scores { get; init; }

    /// <summary>
    /// Whether channels are scaled across layers before anything is quantized; null: <see cref="ChannelScaling.Off"/>, which no job writes.
    /// </summary>
    public ChannelScaling? Equalize { get; init; }

    /// <summary>
    /// Whether roundings are learned before the exploration, for plans to choose from; null: <see cref="RepairMethod.Never"/>, which no job
    /// writes.
    /// </summary>
    public RepairMethod? Repair { get; init; }

    /// <summary>
    /// Iterations of that a layer, 1 to <see cref="JobLimits.MostReconstructIterations"/>; null: <see cref="UsualReconstructIterations"/>,
    /// which no job writes.
    /// </summary>
    public int? RepairIterations { get; init; }

    /// <summary>Images per run when latency is measured.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Threads of the runtime when latency is measured.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>A plan to look at before the search's own; null: none.</summary>
    public FirstPlan? FirstPlan { get; init; }

    /// <summary>The seed from which every other seed is derived; 0 to 2^53 − 1, as JSON readers keep no more.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Most pieces that a sweep over all groups is made in; null: one, as where a single process, which works on all cores of its own
    /// accord, runs the job.
    /// </summary>
    public int? SweepParts { get; init; }

    /// <summary>When the winner is fine-tuned; null: automatic where there are training images, else never.</summary>
    public FineTuneMode? FineTune { get; init; }

    /// <summary>Passes of the fine-tuning over the training images, at least 1; null: <see cref="UsualEpochs"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>When roundings are learned after the search; null: automatic.</summary>
    public ReconstructionMode? Reconstruct { get; init; }

    /// <summary>
    /// Iterations of that a block, 1 to <see cref="JobLimits.MostReconstructIterations"/>; null: <see cref="UsualReconstructIterations"/>.
    /// </summary>
    public int? ReconstructIterations { get; init; }

    /// <summary>
    /// The same with nothing left open, as a new job has it: modes are there, a step that is never taken has no passes or iterations and
    /// every other step has them.
    /// </summary>
    /// <param name="hasTrainingImages">Whether the job has images to fine-tune on; without them, automatic is never.</param>
    public JobOptions Decided(bool hasTrainingImages)
    {
        var fineTune = FineTune is null or FineTuneMode.Auto ? hasTrainingImages ? FineTuneMode.Auto : FineTuneMode.Never : FineTune;
        var reconstruct = Reconstruct ?? ReconstructionMode.Auto;
        var repair = Repair == RepairMethod.Never ? null : Repair;
        return this with
        {
            Calibrators = Calibrators ?? CalibratorScope.Group,
            Metric = Measure == MetricKind.Top1 ? null : Measure,
            MaxKl = Metric == MetricKind.OutputKl ? MaxKl ?? UsualMaxKl : MaxKl,
            MinSqnr = Metric == MetricKind.OutputSqnr ? MinSqnr ?? UsualMinSqnr : MinSqnr,
            MaxRmseRise = Metric == MetricKind.Rmse ? MaxRmseRise ?? UsualMaxRmseRise : MaxRmseRise,
            Formats = Formats is [var only] && GroupFormat.TryParse(only) == GroupFormat.Int8 ? null : Formats,
            AnnealSchedule = AnnealSchedule == TemperatureSchedule.Exponential ? null : AnnealSchedule,
            Scores = Scores == ScoreSource.Sweep ? null : Scores,
            Equalize = Equalize == ChannelScaling.Off ? null : Equalize,
            Repair = repair,
            RepairIterations = RepairIterations == UsualReconstructIterations ? null : RepairIterations,
            FineTune = fineTune,
            Epochs = fineTune == FineTuneMode.Never ? null : Epochs ?? UsualEpochs,
            Reconstruct = reconstruct,
            ReconstructIterations = reconstruct == ReconstructionMode.Never ? null : ReconstructIterations ?? UsualReconstructIterations,
        };
    }

    /// <summary>The same where slots share a job's work.</summary>
    public JobOptions InACluster() => this with { SweepParts = SweepParts ?? UsualSweepParts };

    /// <summary>What is out of its limits, empty where everything is fine.</summary>
    public IReadOnlyList<JobOptionFault> Validate()
    {
        var faults = JobLimits.All.Select(limit => limit.FaultIn(this));
        var noBudget = Goal is SearchGoal.Accurate && Budgets == 0 ? JobLimits.Goal.Fault("accurate without a budget") : null;
        return [.. faults.Append(noBudget).OfType<JobOptionFault>()];
    }
}
