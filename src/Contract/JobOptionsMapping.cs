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
        spec.Calibrators = ToContract(options.Calibrators);
        spec.KeepFp32.Clear();
        spec.KeepFp32.AddRange(options.KeepFloat32 ?? []);
        spec.Only.Clear();
        spec.Only.AddRange(options.Only ?? []);
        spec.Subsets = ToContract(options.Subsets);
        spec.Ending = ToContract(options.Ending);
        spec.MaxDrop = options.MaxDrop;
        Set(options.MaxDropRelative, value => spec.MaxDropRelative = value, spec.ClearMaxDropRelative);
        spec.Goal = ToContract(options.Goal);
        Set(options.LatencyBudgetMs, value => spec.LatencyBudgetMs = value, spec.ClearLatencyBudgetMs);
        Set(options.SizeBudgetBytes, value => spec.SizeBudgetBytes = value, spec.ClearSizeBudgetBytes);
        Set(options.BopsBudget, value => spec.BopsBudget = value, spec.ClearBopsBudget);
        spec.KeepFiles = ToContract(options.KeepFiles);
        Set(options.Confidence, value => spec.Confidence = value, spec.ClearConfidence);
        spec.Decision = ToContract(options.Decision);
        Set(options.BudgetEvaluations, value => spec.BudgetEvaluations = value, spec.ClearBudgetEvaluations);
        Set(options.MaxMinutes, value => spec.MaxMinutes = value, spec.ClearMaxMinutes);
        spec.Strategy = ToContract(options.Strategy);
        spec.Batch = options.Batch;
        spec.Threads = options.Threads;
        spec.Seed = options.Seed;
        spec.FineTune = ToContract(options.FineTune);
        Set(options.Epochs, value => spec.Epochs = value, spec.ClearEpochs);
        spec.Reconstruct = ToContract(options.Reconstruct);
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
            Calibrators = Scope(spec.Calibrators),
            KeepFloat32 = spec.KeepFp32.Count == 0 ? null : [.. spec.KeepFp32],
            Only = spec.Only.Count == 0 ? null : [.. spec.Only],
            Subsets = Subsets(spec.Subsets),
            Ending = Ending(spec.Ending),
            MaxDrop = spec.HasMaxDrop ? spec.MaxDrop : usual.MaxDrop,
            MaxDropRelative = spec.HasMaxDropRelative ? spec.MaxDropRelative : usual.MaxDropRelative,
            Goal = Goal(spec.Goal),
            LatencyBudgetMs = spec.HasLatencyBudgetMs ? spec.LatencyBudgetMs : usual.LatencyBudgetMs,
            SizeBudgetBytes = spec.HasSizeBudgetBytes ? spec.SizeBudgetBytes : usual.SizeBudgetBytes,
            BopsBudget = spec.HasBopsBudget ? spec.BopsBudget : usual.BopsBudget,
            KeepFiles = KeepFiles(spec.KeepFiles),
            Confidence = spec.HasConfidence ? spec.Confidence : usual.Confidence,
            Decision = Decision(spec.Decision),
            BudgetEvaluations = spec.HasBudgetEvaluations ? spec.BudgetEvaluations : usual.BudgetEvaluations,
            MaxMinutes = spec.HasMaxMinutes ? spec.MaxMinutes : usual.MaxMinutes,
            Strategy = Strategy(spec.Strategy),
            Batch = spec.HasBatch ? spec.Batch : usual.Batch,
            Threads = spec.HasThreads ? spec.Threads : usual.Threads,
            Seed = spec.Seed,
            FineTune = Mode(spec.FineTune),
            Epochs = spec.HasEpochs ? spec.Epochs : usual.Epochs,
            Reconstruct = Mode(spec.Reconstruct),
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

    private static V1.FineTuneMode ToContract(FineTuneMode? mode) => mode switch
    {
        null => V1.FineTuneMode.Unspecified,
        FineTuneMode.Never => V1.FineTuneMode.Never,
        FineTuneMode.Auto => V1.FineTuneMode.Auto,
        FineTuneMode.Always => V1.FineTuneMode.Always,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, message: null),
    };

    // A mode of a later contract keeps its number, which no mode here has: the limits of the option refuse it.
    private static FineTuneMode? Mode(V1.FineTuneMode mode) => mode switch
    {
        V1.FineTuneMode.Unspecified => null,
        V1.FineTuneMode.Never => FineTuneMode.Never,
        V1.FineTuneMode.Auto => FineTuneMode.Auto,
        V1.FineTuneMode.Always => FineTuneMode.Always,
        _ => (FineTuneMode)mode,
    };

    private static V1.ReconstructionMode ToContract(ReconstructionMode? mode) => mode switch
    {
        null => V1.ReconstructionMode.Unspecified,
        ReconstructionMode.Never => V1.ReconstructionMode.Never,
        ReconstructionMode.Auto => V1.ReconstructionMode.Auto,
        ReconstructionMode.Always => V1.ReconstructionMode.Always,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, message: null),
    };

    private static ReconstructionMode? Mode(V1.ReconstructionMode mode) => mode switch
    {
        V1.ReconstructionMode.Unspecified => null,
        V1.ReconstructionMode.Never => ReconstructionMode.Never,
        V1.ReconstructionMode.Auto => ReconstructionMode.Auto,
        V1.ReconstructionMode.Always => ReconstructionMode.Always,
        _ => (ReconstructionMode)mode,
    };

    private static V1.CalibratorScope ToContract(CalibratorScope? scope) => scope switch
    {
        null => V1.CalibratorScope.Unspecified,
        CalibratorScope.Group => V1.CalibratorScope.Group,
        CalibratorScope.Network => V1.CalibratorScope.Network,
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, message: null),
    };

    private static CalibratorScope? Scope(V1.CalibratorScope scope) => scope switch
    {
        V1.CalibratorScope.Unspecified => null,
        V1.CalibratorScope.Group => CalibratorScope.Group,
        V1.CalibratorScope.Network => CalibratorScope.Network,
        _ => (CalibratorScope)scope,
    };

    private static V1.SubsetKind ToContract(SubsetKind? subsets) => subsets switch
    {
        null => V1.SubsetKind.Unspecified,
        SubsetKind.Stratified => V1.SubsetKind.Stratified,
        SubsetKind.First => V1.SubsetKind.First,
        _ => throw new ArgumentOutOfRangeException(nameof(subsets), subsets, message: null),
    };

    private static SubsetKind? Subsets(V1.SubsetKind subsets) => subsets switch
    {
        V1.SubsetKind.Unspecified => null,
        V1.SubsetKind.Stratified => SubsetKind.Stratified,
        V1.SubsetKind.First => SubsetKind.First,
        _ => (SubsetKind)subsets,
    };

    private static V1.SearchGoal ToContract(SearchGoal? goal) => goal switch
    {
        null => V1.SearchGoal.Unspecified,
        SearchGoal.Fastest => V1.SearchGoal.Fastest,
        SearchGoal.Accurate => V1.SearchGoal.Accurate,
        SearchGoal.Front => V1.SearchGoal.Front,
        _ => throw new ArgumentOutOfRangeException(nameof(goal), goal, message: null),
    };

    private static SearchGoal? Goal(V1.SearchGoal goal) => goal switch
    {
        V1.SearchGoal.Unspecified => null,
        V1.SearchGoal.Fastest => SearchGoal.Fastest,
        V1.SearchGoal.Accurate => SearchGoal.Accurate,
        V1.SearchGoal.Front => SearchGoal.Front,
        _ => (SearchGoal)goal,
    };

    private static V1.KeptFiles ToContract(KeptFiles? files) => files switch
    {
        null => V1.KeptFiles.Unspecified,
        KeptFiles.Winner => V1.KeptFiles.Winner,
        KeptFiles.Front => V1.KeptFiles.Front,
        _ => throw new ArgumentOutOfRangeException(nameof(files), files, message: null),
    };

    private static KeptFiles? KeepFiles(V1.KeptFiles files) => files switch
    {
        V1.KeptFiles.Unspecified => null,
        V1.KeptFiles.Winner => KeptFiles.Winner,
        V1.KeptFiles.Front => KeptFiles.Front,
        _ => (KeptFiles)files,
    };

    private static V1.DecisionRule ToContract(DecisionRule? rule) => rule switch
    {
        null => V1.DecisionRule.Unspecified,
        DecisionRule.Corrected => V1.DecisionRule.Corrected,
        DecisionRule.Measured => V1.DecisionRule.Measured,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, message: null),
    };

    // As for modes: the limit of the option refuses a number that has no name here.
    private static DecisionRule? Decision(V1.DecisionRule rule) => rule switch
    {
        V1.DecisionRule.Unspecified => null,
        V1.DecisionRule.Corrected => DecisionRule.Corrected,
        V1.DecisionRule.Measured => DecisionRule.Measured,
        _ => (DecisionRule)rule,
    };

    private static V1.EndingKind ToContract(EndingKind? ending) => ending switch
    {
        null => V1.EndingKind.Unspecified,
        EndingKind.Verified => V1.EndingKind.Verified,
        EndingKind.Selected => V1.EndingKind.Selected,
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, message: null),
    };

    private static EndingKind? Ending(V1.EndingKind ending) => ending switch
    {
        V1.EndingKind.Unspecified => null,
        V1.EndingKind.Verified => EndingKind.Verified,
        V1.EndingKind.Selected => EndingKind.Selected,
        _ => (EndingKind)ending,
    };

    private static V1.SearchStrategy ToContract(StrategyKind? strategy) => strategy switch
    {
        null => V1.SearchStrategy.Unspecified,
        StrategyKind.Greedy => V1.SearchStrategy.Greedy,
        StrategyKind.Anneal => V1.SearchStrategy.Anneal,
        StrategyKind.Evolutionary => V1.SearchStrategy.Evolutionary,
        StrategyKind.Random => V1.SearchStrategy.Random,
        StrategyKind.Exhaustive => V1.SearchStrategy.Exhaustive,
        StrategyKind.Ladder => V1.SearchStrategy.Ladder,
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, message: null),
    };

    // As for modes: the limit of the option refuses a number that has no name here.
    private static StrategyKind? Strategy(V1.SearchStrategy strategy) => strategy switch
    {
        V1.SearchStrategy.Unspecified => null,
        V1.SearchStrategy.Greedy => StrategyKind.Greedy,
        V1.SearchStrategy.Anneal => StrategyKind.Anneal,
        V1.SearchStrategy.Evolutionary => StrategyKind.Evolutionary,
        V1.SearchStrategy.Random => StrategyKind.Random,
        V1.SearchStrategy.Exhaustive => StrategyKind.Exhaustive,
        V1.SearchStrategy.Ladder => StrategyKind.Ladder,
        _ => (StrategyKind)strategy,
    };
}
