using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>The job service; delegates each call to one of its parts.</summary>
[Authorize(Roles = nameof(Role.Read))]
internal sealed class JobGrpcService(
    JobCreation creation,
    JobReader reader,
    JobLists lists,
    JobControlCalls control,
    LabelCalls labels,
    PredictionCalls predictions,
    SolveCalls solver,
    JobWatcher watcher,
    JobRemoval removal)
    : V1.JobService.JobServiceBase
{
    [Authorize(Roles = nameof(Role.Submit))]
    public override async Task<V1.CreateJobResponse> CreateJob(V1.CreateJobRequest request, ServerCallContext context)
    {
        string tenant = CallerTenant.Of(context);
        if (!request.ValidateOnly)
        {
            var stored = await creation.CreateAsync(request, tenant, Trace(context), context.CancellationToken);
            return new V1.CreateJobResponse { Job = await reader.GetAsync(stored.Id, tenant, context.CancellationToken) };
        }

        var (entry, prepared) = await creation.ValidateAsync(
            request, tenant, CallerTenant.ShareOf(context), context.CancellationToken);
        var job = entry.ToSummary();
        job.Name = string.Empty;
        job.CreateTime = null;
        return new V1.CreateJobResponse
        {
            Job = job,
            Estimate = new V1.JobEstimate
            {
                Groups = { prepared.Space.Groups.Select(group => group.ToContract()) },
                UnsupportedOperators = { prepared.UnsupportedOperators },
                Evaluations = prepared.EstimatedItems,
                MostEvaluations = prepared.MostItems,
                Warnings = { prepared.Warnings },
            },
        };
    }

    public override Task<V1.Job> GetJob(V1.GetJobRequest request, ServerCallContext context) =>
        reader.GetAsync(Names.JobId(request.Name), CallerTenant.Of(context), context.CancellationToken);

    public override Task<V1.ListJobsResponse> ListJobs(V1.ListJobsRequest request, ServerCallContext context) =>
        lists.JobsAsync(request, CallerTenant.Of(context), context.CancellationToken);

    public override Task<V1.ListCandidatesResponse> ListCandidates(V1.ListCandidatesRequest request, ServerCallContext context) =>
        lists.CandidatesAsync(request, CallerTenant.Of(context), context.CancellationToken);

    public override Task WatchJob(V1.WatchJobRequest request, IServerStreamWriter<V1.JobEvent> responseStream, ServerCallContext context) =>
        watcher.WatchAsync(
            request, CallerTenant.Of(context), CallerTenant.ShareOf(context), responseStream, context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override Task<V1.Job> CancelJob(V1.CancelJobRequest request, ServerCallContext context) =>
        control.RunAsync(
            request.Name,
            request.Etag,
            job => request.KeepBest ? job.FinishAsync(request.Reason) : job.CancelAsync(request.Reason),
            request.KeepBest ? JobStatus.Succeeded : JobStatus.Cancelled,
            CallerTenant.Of(context),
            context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override Task<V1.Job> PauseJob(V1.PauseJobRequest request, ServerCallContext context) =>
        control.RunAsync(
            request.Name, request.Etag, job => job.PauseAsync(), already: null, CallerTenant.Of(context), context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override Task<V1.Job> ResumeJob(V1.ResumeJobRequest request, ServerCallContext context) =>
        control.RunAsync(
            request.Name, request.Etag, job => job.ResumeAsync(), already: null, CallerTenant.Of(context), context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override async Task<V1.Job> ProveJob(V1.ProveJobRequest request, ServerCallContext context)
    {
        string tenant = CallerTenant.Of(context);
        var feed = await reader.FeedAsync(Names.JobId(request.Name), tenant, context.CancellationToken);
        var published = feed.Read(view => view.Artefacts.ToDictionary(artefact => artefact.Name, artefact => artefact.Sha256));
        var proof = await creation.ProveAsync(request, feed.Entry, published, tenant, Trace(context), context.CancellationToken);
        return await reader.GetAsync(proof.Id, tenant, context.CancellationToken);
    }

    public override Task<V1.GetAskedImagesResponse> GetAskedImages(V1.GetAskedImagesRequest request, ServerCallContext context) =>
        labels.ListAsync(request.Name, CallerTenant.Of(context), context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override Task<V1.Job> LabelImages(V1.LabelImagesRequest request, ServerCallContext context) =>
        labels.LabelAsync(request, CallerTenant.Of(context), context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override Task WatchPredictions(
        V1.WatchPredictionsRequest request, IServerStreamWriter<V1.Predictions> responseStream, ServerCallContext context) =>
        predictions.WatchAsync(
            request, CallerTenant.Of(context), CallerTenant.ShareOf(context), responseStream, context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override Task<Empty> ScorePredictions(V1.ScorePredictionsRequest request, ServerCallContext context) =>
        predictions.ScoreAsync(request, CallerTenant.Of(context), context.CancellationToken);

    public override Task<V1.SolvePlanResponse> SolvePlan(V1.SolvePlanRequest request, ServerCallContext context) =>
        solver.SolveAsync(request, CallerTenant.Of(context), context.CancellationToken);

    [Authorize(Roles = nameof(Role.Submit))]
    public override async Task<Empty> DeleteJob(V1.DeleteJobRequest request, ServerCallContext context)
    {
        await removal.DeleteAsync(request.Name, request.Etag, CallerTenant.Of(context), context.CancellationToken);
        return new Empty();
    }

    // Other silos may trace even if this one does not.
    private static string? Trace(ServerCallContext context) =>
        context.RequestHeaders.GetValue("traceparent") is { } header && ActivityContext.TryParse(header, traceState: null, out _)
            ? header
            : null;
}
