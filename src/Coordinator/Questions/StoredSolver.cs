namespace Cluster.Coordinator.Questions;

/// <summary>The answer to another question than the job's own, from the job's measurements.</summary>
/// <param name="Question">The new question, in words.</param>
/// <param name="Selection">The best of the measured plans, and why.</param>
/// <param name="Measured">Its measurements.</param>
/// <param name="Predicted">A plan that was not measured but is predicted to be better, or null if there is none.</param>
public sealed record StoredAnswer(string Question, WinnerSelected Selection, PlanMeasurement Measured, PredictedPlan? Predicted);

/// <summary>A plan that was not measured.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Ms">Milliseconds by the latency model, null without one.</param>
/// <param name="SizeBytes">Bytes by the size model.</param>
/// <param name="Bops">Bit operations per image, counted.</param>
/// <param name="Drop">
/// Loss on the metric's scale: the sum of its groups' divergences, each alone, times the measured plans' ratio of loss to divergence.
/// </param>
public sealed record PredictedPlan(Plan Plan, double? Ms, double SizeBytes, double Bops, double Drop)
{
    /// <summary>The meaning of the loss for people.</summary>
    [JsonIgnore]
    public MetricScale Scale { get; init; } = MetricScale.Default;
}

/// <summary>
/// Solves a stored job for another question without evaluating anything: measured plans first; beyond them, plans on the walk from INT8 to
/// FP32 by the latency model and additive losses, which are marked as predictions.
/// </summary>
public static class StoredSolver
{
    /// <summary>A question about a job: budgets alone ask for the most accurate plan, with a bound of the loss for the fastest.</summary>
    /// <param name="options">The job's own, or those with the new bound.</param>
    /// <param name="hasBound">Whether a bound of the loss is asked for.</param>
    public static JobOptions Question(JobOptions options, bool hasBound, double? latencyMs, long? sizeBytes, long? bops) => options with
    {
        Goal = hasBound ? SearchGoal.Fastest : SearchGoal.Accurate,
        LatencyBudgetMs = latencyMs,
        SizeBudgetBytes = sizeBytes,
        BopsBudget = bops,
    };

    /// <summary>Answers a question.</summary>
    /// <param name="state">A job whose baselines are measured.</param>
    /// <param name="ask">Makes the question from the job's options.</param>
    /// <exception cref="JobException">Nothing was measured yet, or a budget is out of reach.</exception>
    public static StoredAnswer Of(JobState state, Func<JobOptions, JobOptions> ask)
    {
        var memory = StoredMemory.Of("The job", state, ask);
        if (BudgetCheck.Unreachable(memory) is { } unreachable)
        {
            throw new JobException(unreachable) { FailsOn = JobFault.Bounds };
        }

        var selection = WinnerSelector.Select(memory);
        var measured = new PlanMeasurement(selection.Plan, memory.Full(selection.Plan), memory.Latency(selection.Plan));
        return new StoredAnswer(BudgetWords.Question(memory.Spec.Options), selection, measured, Predicted(memory, selection));
    }

    private static PredictedPlan? Predicted(SearchMemory memory, WinnerSelected selection)
    {
        if (memory.Sensitivity is null
            || memory.Model is null
            || Baselines.Start(memory) is not { } start
            || SizeModel.Of(memory) is not { } sizes)
        {
            return null;
        }

        var losses = new PredictedLoss(memory);
        var walk = new FrontWalk(memory);
        var mostAccurate = memory.Objective.IsMostAccurate;
        var path = mostAccurate ? walk.From(start, memory.Objective.Fits) : walk.From(start, _ => true).Prepend(start);
        var answer = mostAccurate
            ? path.LastOrDefault()
            : path.FirstOrDefault(plan => losses.Drop(plan) <= memory.Correction.Bound && memory.Objective.Fits(plan));
        if (answer is null || memory.Full(answer) is not null || !IsBetter(memory, losses, answer, selection))
        {
            return null;
        }

        return new PredictedPlan(
            answer, memory.Model.Predict(answer), sizes.Bytes(answer), memory.Objective.Bops(answer), losses.Drop(answer))
        {
            Scale = memory.Scale,
        };
    }

    private static bool IsBetter(SearchMemory memory, PredictedLoss losses, Plan answer, WinnerSelected selection) =>
        !selection.Feasible
        || (memory.Objective.IsMostAccurate
            ? losses.Drop(answer) < memory.Drop(selection.Plan)
            : memory.Ms(selection.Plan) is { } ms && Ties.IsFaster(memory.Model!.Predict(answer), ms));
}

/// <summary>
/// The expected loss of a plan that was not measured: the sum of its groups' divergences, each alone, converted to points by the measured
/// plans' losses (least squares through the origin).
/// </summary>
internal sealed class PredictedLoss
{
    private readonly SearchMemory _memory;
    private readonly FormatLoss _loss;
    private readonly double _slope;

    public PredictedLoss(SearchMemory memory)
    {
        _memory = memory;
        _loss = new FormatLoss(memory);
        var (xy, xx) = (0.0, 0.0);
        foreach (var plan in memory.FullPlans.Where(plan => !plan.IsBaseline))
        {
            var sum = Sum(plan);
            (xy, xx) = (xy + (sum * memory.Paired(plan, Model.ImageScope.Full)!.Drop), xx + (sum * sum));
        }

        _slope = xx > 0 ? Math.Max(0, xy / xx) : 0;
    }

    /// <summary>The expected drop, a fraction from 0.</summary>
    public double Drop(Plan plan) => _slope * Sum(plan);

    private double Sum(Plan plan) => _loss.Sum(_memory.Formats.NumbersOf(plan));
}
