namespace Cluster.Coordinator.Questions;

/// <summary>
/// Finds one plan for machines of several kinds from a job on each, without evaluating anything: of the plans that keep the bounds on every
/// kind, the one with the best least speed-up (a maximin choice). A plan that was not timed on a kind has a predicted speed there.
/// </summary>
public static class FleetSolver
{
    /// <summary>Answers for the machines of these jobs.</summary>
    /// <param name="jobs">A name and the state of each, two or more.</param>
    /// <param name="ask">Makes the question from a job's options.</param>
    /// <exception cref="JobException">The jobs are not of one network and the same data, or one has measured nothing yet.</exception>
    public static FleetAnswer Of(IReadOnlyList<(string Name, JobState State)> jobs, Func<JobOptions, JobOptions> ask)
    {
        foreach (var (name, state) in jobs.Skip(1))
        {
            RequireAlike((jobs[0].Name, jobs[0].State.Spec), (name, state.Spec));
        }

        var memories = jobs.Select(job => Memory(job, ask)).ToArray();
        FleetPlan[] plans =
        [
            .. memories
                .SelectMany(memory => memory.FullPlans)
                .Where(plan => !plan.IsBaseline)
                .Distinct()
                .Select(plan => On(memories, plan))
                .OfType<FleetPlan>()
                .OrderByDescending(plan => plan.Least)
                .ThenBy(plan => plan.Plan, memories[0].Simplest),
        ];
        var best = Best(memories[0], plans.Where(plan => plan.IsMeasured));
        var predicted = Best(memories[0], plans.Where(plan => !plan.IsMeasured));
        predicted = predicted is not null && Ties.IsFaster(1 / predicted.Least, 1 / (best?.Least ?? 1)) ? predicted : null;
        return new FleetAnswer(
            $"{BudgetWords.Question(memories[0].Spec.Options)}, on the kind of machine where it gains least",
            [.. jobs.Select(job => new FleetKind(ProcessorOf(job.State.Spec), job.Name))],
            best,
            predicted,
            [.. plans.Where(plan => plan == best || plan == predicted || !plans.Any(other => IsBeaten(plan, other)))]);
    }

    private static FleetPlan? Best(SearchMemory memory, IEnumerable<FleetPlan> plans)
    {
        FleetPlan[] faster = [.. plans.Where(plan => Ties.IsFaster(1 / plan.Least, 1))];
        return faster
            .Where(plan => !Ties.IsFaster(1 / faster[0].Least, 1 / plan.Least))
            .OrderBy(plan => plan.Plan, memory.Simplest)
            .FirstOrDefault();
    }

    private static bool IsBeaten(FleetPlan plan, FleetPlan other) =>
        plan.Speeds.Zip(other.Speeds).All(pair => pair.Second.SpeedUp >= pair.First.SpeedUp)
        && plan.Speeds.Zip(other.Speeds).Any(pair => pair.Second.SpeedUp > pair.First.SpeedUp);

    // Null where a job found it not accurate enough or refused it, where its accuracy on a kind is not known, or its speed.
    private static FleetPlan? On(SearchMemory[] memories, Plan plan)
    {
        var judged = memories.Where(memory => memory.Full(plan) is not null).ToArray();
        if (judged.Any(memory => !memory.IsFeasible(plan)) || memories.Any(memory => memory.Refusals.Contains(plan)))
        {
            return null;
        }

        var isSame = CannotDiffer(memories, plan) || (judged.Length == memories.Length && AnswerAlike(judged, plan));
        var speeds = memories.Select(memory => new StoredTimes(memory).Find(plan)).OfType<LatencyResult>().Select(FleetSpeed.Of).ToArray();
        return speeds.Length < memories.Length || (judged.Length < memories.Length && !isSame) ? null
            : new FleetPlan(plan, speeds, judged.Max(memory => memory.Paired(plan, ImageScope.Full)!.Drop), isSame)
            {
                Scale = judged[0].Scale,
            };
    }

    // As far as labels tell; losses of other metrics differ in their last bits anyhow.
    private static bool AnswerAlike(SearchMemory[] judged, Plan plan) =>
        judged.All(memory => memory.Full(plan)!.Losses is null)
        && judged.Select(memory => Convert.ToHexString(memory.Full(plan)!.CorrectBits)).Distinct(StringComparer.Ordinal).Count() == 1;

    private static bool CannotDiffer(SearchMemory[] memories, Plan plan) =>
        memories.Select(memory => ProcessorOf(memory.Spec)).Distinct(StringComparer.Ordinal).Count() == 1
        || FleetPlan.IsSameOnEveryKind(plan);

    private static string ProcessorOf(JobSpec spec) => spec.Versions.Device ?? spec.Versions.InstructionSet;

    private static SearchMemory Memory((string Name, JobState State) job, Func<JobOptions, JobOptions> ask)
    {
        var memory = StoredMemory.Of($"The job in {job.Name}", job.State, ask, isTimed: true);
        if (memory.Objective.IsMostAccurate)
        {
            throw new JobException("The plan for a fleet is the fastest within a drop, which was not given: give --max-drop.")
            {
                FailsOn = JobFault.Request,
            };
        }

        return memory;
    }

    private static string Formats(JobSpec spec) => JobLimit.WordOf(spec.Options.Formats) ?? GroupFormat.Int8.Text;

    /// <exception cref="JobException">They are not of one network, the same data and the same conditions.</exception>
    internal static void RequireAlike((string Name, JobSpec Spec) first, (string Name, JobSpec Spec) other)
    {
        if (new[] { first, other }.FirstOrDefault(job => job.Spec.Options.Kinds is not null) is { Name: { } several })
        {
            throw new JobException(
                $"The job in {several} is for several kinds of machines itself: give jobs that ran on one kind each.")
            {
                FailsOn = JobFault.Request,
            };
        }

        var (one, two) = (first.Spec, other.Spec);
        string? what = one.Network != two.Network ? "networks"
            : one.Data.Calibration != two.Data.Calibration ? "calibration images"
            : one.Data.Evaluation != two.Data.Evaluation ? "evaluation images"
            : one.Options.Target != two.Options.Target ? "targets"
            : Formats(one) != Formats(two) ? $"formats ({Formats(one)} and {Formats(two)})"
            : one.Options.Measure != two.Options.Measure ? "metrics"
            : one.Options.Batch != two.Options.Batch ? "batches"
            : one.Options.Threads != two.Options.Threads ? "numbers of threads"
            : null;
        if (what is not null)
        {
            throw new JobException(
                $"The jobs in {first.Name} and {other.Name} have different {what} where a fleet's have the same: run the same command "
                + "on each kind of machine.");
        }
    }
}

/// <summary>One plan for machines of several kinds.</summary>
/// <param name="Question">The question, in words.</param>
/// <param name="Kinds">The kinds, in the order of the jobs.</param>
/// <param name="Best">Of the plans that were timed on every kind, the one whose least speed-up is largest; null if FP32 is.</param>
/// <param name="Predicted">A plan whose least speed-up is predicted to be larger still, though it was not timed everywhere.</param>
/// <param name="Plans">Both, and those that no other beats on every kind, the largest least speed-up first.</param>
public sealed record FleetAnswer(
    string Question, IReadOnlyList<FleetKind> Kinds, FleetPlan? Best, FleetPlan? Predicted, IReadOnlyList<FleetPlan> Plans);
