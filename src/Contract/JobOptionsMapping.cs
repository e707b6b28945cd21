using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Contract;

/// <summary>
/// The options of a job on the wire: what a client sends, and what a server reads and shows. What is left open is not
/// set.
/// </summary>
public static class JobOptionsMapping
{
    /// <summary>Sets a message's fields.</summary>
    public static void Write(JobOptions options, V1.JobSpec spec)
    {
        spec.Target = options.Target;
        spec.Methods.Clear();
        spec.Methods.AddRange(options.Methods);
        spec.Calibrators = OpenOption.ToContract<CalibratorScope, V1.CalibratorScope>(options.Calibrators);
        spec.KeepFp32.Clear();
        spec.KeepFp32.AddRange(options.KeepFloat32 ?? []);
        spec.Only.Clear();
        spec.Only.AddRange(options.Only ?? []);
        spec.Formats.Clear();
        spec.Formats.AddRange(options.Formats ?? []);
        Set(options.SweepParts, value => spec.SweepParts = value, spec.ClearSweepParts);
        spec.Scores = OpenOption.ToContract<ScoreSource, V1.ScoreSource>(options.Scores);
        spec.Equalize = OpenOption.ToContract<ChannelScaling, V1.ChannelScaling>(options.Equalize);
        spec.Repair = OpenOption.ToContract<RepairMethod, V1.RepairMethod>(options.Repair);
        Set(options.RepairIterations, value => spec.RepairIterations = value, spec.ClearRepairIterations);
        spec.FirstPlan = options.FirstPlan is { } first
            ? new V1.FirstPlan { Plan = first.Plan.Json, Job = first.Job ?? string.Empty }
            : null;
        spec.Metric = OpenOption.ToContract<MetricKind, V1.MetricKind>(options.Metric);
        spec.MaxDrop = options.MaxDrop;
        Set(options.MaxKl, value => spec.MaxKl = value, spec.ClearMaxKl);
        Set(options.MinSqnr, value => spec.MinSqnr = value, spec.ClearMinSqnr);
        Set(options.MaxRmseRise, value => spec.MaxRmseRise = value, spec.ClearMaxRmseRise);
        spec.MetricCommand = options.MetricCommand ?? string.Empty;
        Set(options.MaxMetricDrop, value => spec.MaxMetricDrop = value, spec.ClearMaxMetricDrop);
        Set(options.MaxDropRelative, value => spec.MaxDropRelative = value, spec.ClearMaxDropRelative);
        spec.Goal = OpenOption.ToContract<SearchGoal, V1.SearchGoal>(options.Goal);
        Set(options.LatencyBudgetMs, value => spec.LatencyBudgetMs = value, spec.ClearLatencyBudgetMs);
        Set(options.SizeBudgetBytes, value => spec.SizeBudgetBytes = value, spec.ClearSizeBudgetBytes);
        Set(options.BopsBudget, value => spec.BopsBudget = value, spec.ClearBopsBudget);
        spec.KeepFiles = OpenOption.ToContract<KeptFiles, V1.KeptFiles>(options.KeepFiles);
        spec.AlsoExport = OpenOption.ToContract<ExtraExport, V1.ExtraExport>(options.AlsoExport);
        Set(options.Confidence, value => spec.Confidence = value, spec.ClearConfidence);
        Set(options.BudgetEvaluations, value => spec.BudgetEvaluations = value, spec.ClearBudgetEvaluations);
        Set(options.MaxMinutes, value => spec.MaxMinutes = value, spec.ClearMaxMinutes);
        spec.Strategy = OpenOption.ToContract<StrategyKind, V1.SearchStrategy>(options.Strategy);
        spec.AnnealSchedule = OpenOption.ToContract<TemperatureSchedule, V1.TemperatureSchedule>(options.AnnealSchedule);
        spec.Batch = options.Batch;
        spec.Threads = options.Threads;
        spec.Seed = options.Seed;
        spec.FineTune = OpenOption.ToContract<FineTuneMode, V1.FineTuneMode>(options.FineTune);
        Set(options.Epochs, value => spec.Epochs = value, spec.ClearEpochs);
        spec.Reconstruct = OpenOption.ToContract<ReconstructionMode, V1.ReconstructionMode>(options.Reconstruct);
        Set(options.ReconstructIterations, value => spec.ReconstructIterations = value, spec.ClearReconstructIterations);
    }

    /// <summary>
    /// Reads a message's fields; those that are not set have their defaults. Nothing is checked: see
    /// <see cref="JobOptions.Validate"/>.
    /// </summary>
    public static JobOptions Read(V1.JobSpec spec)
    {
        var usual = new JobOptions();
        return new JobOptions
        {
            Target = spec.Target.Length == 0 ? usual.Target : spec.Target,
            Methods = spec.Methods.Count == 0 ? usual.Methods : [.. spec.Methods],
            Calibrators = OpenOption.ToChoice<V1.CalibratorScope, CalibratorScope>(spec.Calibrators),
            KeepFloat32 = spec.KeepFp32.Count == 0 ? null : [.. spec.KeepFp32],
            Only = spec.Only.Count == 0 ? null : [.. spec.Only],
            Formats = spec.Formats.Count == 0 ? null : [.. spec.Formats],
            SweepParts = spec.HasSweepParts ? spec.SweepParts : usual.SweepParts,
            Scores = OpenOption.ToChoice<V1.ScoreSource, ScoreSource>(spec.Scores),
            Equalize = OpenOption.ToChoice<V1.ChannelScaling, ChannelScaling>(spec.Equalize),
            Repair = OpenOption.ToChoice<V1.RepairMethod, RepairMethod>(spec.Repair),
            RepairIterations = spec.HasRepairIterations ? spec.RepairIterations : usual.RepairIterations,
            FirstPlan = spec.FirstPlan is { } first
                ? FirstPlan.Parse(first.Plan, "spec.first_plan") with { Job = first.Job.Length == 0 ? null : first.Job }
                : null,
            Metric = OpenOption.ToChoice<V1.MetricKind, MetricKind>(spec.Metric),
            MaxDrop = spec.HasMaxDrop ? spec.MaxDrop : usual.MaxDrop,
            MaxKl = spec.HasMaxKl ? spec.MaxKl : usual.MaxKl,
            MinSqnr = spec.HasMinSqnr ? spec.MinSqnr : usual.MinSqnr,
            MaxRmseRise = spec.HasMaxRmseRise ? spec.MaxRmseRise : usual.MaxRmseRise,
            MetricCommand = spec.MetricCommand.Length == 0 ? null : spec.MetricCommand,
            MaxMetricDrop = spec.HasMaxMetricDrop ? spec.MaxMetricDrop : usual.MaxMetricDrop,
            MaxDropRelative = spec.HasMaxDropRelative ? spec.MaxDropRelative : usual.MaxDropRelative,
            Goal = OpenOption.ToChoice<V1.SearchGoal, SearchGoal>(spec.Goal),
            LatencyBudgetMs = spec.HasLatencyBudgetMs ? spec.LatencyBudgetMs : usual.LatencyBudgetMs,
            SizeBudgetBytes = spec.HasSizeBudgetBytes ? spec.SizeBudgetBytes : usual.SizeBudgetBytes,
            BopsBudget = spec.HasBopsBudget ? spec.BopsBudget : usual.BopsBudget,
            KeepFiles = OpenOption.ToChoice<V1.KeptFiles, KeptFiles>(spec.KeepFiles),
            AlsoExport = OpenOption.ToChoice<V1.ExtraExport, ExtraExport>(spec.AlsoExport),
            Confidence = spec.HasConfidence ? spec.Confidence : usual.Confidence,
            BudgetEvaluations = spec.HasBudgetEvaluations ? spec.BudgetEvaluations : usual.BudgetEvaluations,
            MaxMinutes = spec.HasMaxMinutes ? spec.MaxMinutes : usual.MaxMinutes,
            Strategy = OpenOption.ToChoice<V1.SearchStrategy, StrategyKind>(spec.Strategy),
            AnnealSchedule = OpenOption.ToChoice<V1.TemperatureSchedule, TemperatureSchedule>(spec.AnnealSchedule),
            Batch = spec.HasBatch ? spec.Batch : usual.Batch,
            Threads = spec.HasThreads ? spec.Threads : usual.Threads,
            Seed = spec.Seed,
            FineTune = OpenOption.ToChoice<V1.FineTuneMode, FineTuneMode>(spec.FineTune),
            Epochs = spec.HasEpochs ? spec.Epochs : usual.Epochs,
            Reconstruct = OpenOption.ToChoice<V1.ReconstructionMode, ReconstructionMode>(spec.Reconstruct),
            ReconstructIterations = spec.HasReconstructIterations ? spec.ReconstructIterations : usual.ReconstructIterations,
        };
    }

    private static void Set<T>(T? value, Action<T> set, Action clear)
        where T : struct
    {
        if (value is { } given)
        {
            set(given);
        }
        else
        {
            clear();
        }
    }
}
