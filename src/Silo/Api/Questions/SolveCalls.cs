using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Search;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Questions;

/// <summary>Answers other questions than a job's own from what it has measured.</summary>
internal sealed class SolveCalls(JobReader reader, IJobStore store)
{
    public async Task<V1.SolvePlanResponse> SolveAsync(V1.SolvePlanRequest request, string tenant, CancellationToken cancellationToken)
    {
        string id = Names.JobId(request.Name);
        await reader.FeedAsync(id, tenant, cancellationToken);
        if (!(request.HasMaxDrop || request.HasLatencyBudgetMs || request.HasSizeBudgetBytes || request.HasBopsBudget))
        {
            throw ApiError.Field(
                Reason.RequestInvalid,
                "max_drop",
                "Nothing is asked: give max_drop, latency_budget_ms, size_budget_bytes or bops_budget.");
        }

        try
        {
            var state = JobState.Fold((await store.ReadJournalAsync(id, cancellationToken)).Select(record => record.Event))
                ?? throw new JobException("The job has measured nothing yet: wait until it has.");
            return ToContract(StoredSolver.Of(state, options => Ask(options, request)));
        }
        catch (JobException refusal)
        {
            throw refusal.FailsOn == JobFault.Request
                ? ApiError.Field(Reason.RequestInvalid, "name", refusal.Message)
                : ApiError.Of(StatusCode.FailedPrecondition, Reason.NotAnswered, refusal.Message, ("job", id));
        }
    }

    private static JobOptions Ask(JobOptions options, V1.SolvePlanRequest request) => StoredSolver.Question(
        request.HasMaxDrop ? options with { MaxDrop = request.MaxDrop, MaxDropIsRelative = null } : options,
        request.HasMaxDrop,
        request.HasLatencyBudgetMs ? request.LatencyBudgetMs : null,
        request.HasSizeBudgetBytes ? request.SizeBudgetBytes : null,
        request.HasBopsBudget ? request.BopsBudget : null);

    private static V1.SolvePlanResponse ToContract(StoredAnswer answer)
    {
        var mapped = new V1.SolvePlanResponse
        {
            Question = answer.Question,
            Answer = new V1.Winner
            {
                Plan = answer.Selection.Plan.ToContract(),
                Kind = SameNames.Of<V1.WinnerKind>(answer.Selection.Kind),
                Feasible = answer.Selection.Feasible,
                Reason = answer.Selection.Reason,
            },
            Accuracy = answer.Measured.Accuracy?.ToContract(drop: null),
            Latency = answer.Measured.Latency?.ToContract(),
        };
        if (answer.Predicted is { } predicted)
        {
            mapped.Predicted = new V1.PredictedPlan
            {
                Plan = predicted.Plan.ToContract(),
                SizeBytes = predicted.SizeBytes,
                BitOperations = predicted.Bops,
                Drop = predicted.Drop,
            };
            if (predicted.Ms is { } milliseconds)
            {
                mapped.Predicted.Milliseconds = milliseconds;
            }
        }

        return mapped;
    }
}
