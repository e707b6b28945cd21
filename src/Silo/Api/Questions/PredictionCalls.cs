using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Questions;

/// <summary>Jobs whose metric their client computes: the predictions that it scores, and its numbers.</summary>
internal sealed class PredictionCalls(
    IGrainFactory grains,
    JobReader reader,
    JobControlCalls control,
    TenantQuotas quotas,
    ServerState server,
    ApiOptions options,
    TimeProvider time)
{
    private const int LongestProblem = 1000;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly StreamLimit _limit = new(options.MaxWatches, "listeners for predictions");

    public async Task WatchAsync(
        V1.WatchPredictionsRequest request,
        string tenant,
        string share,
        IServerStreamWriter<V1.Predictions> responses,
        CancellationToken cancellationToken)
    {
        using var place = _limit.Enter(share);
        using var own = quotas.EnterStream(tenant);
        string id = Names.JobId(request.Name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, server.Draining);
        try
        {
            var feed = await reader.FeedAsync(id, tenant, stop.Token);
            if (feed.Read(view => view.Status) == JobStatus.Suspended)
            {
                await ResumeAsync(request.Name, tenant, stop.Token);
            }

            await FollowAsync(request.Name, tenant, responses, stop.Token);
        }
        catch (OperationCanceledException) when (server.Draining.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw GrainFailure.Draining();
        }
    }

    public async Task<Empty> ScoreAsync(V1.ScorePredictionsRequest request, string tenant, CancellationToken cancellationToken)
    {
        string id = Names.JobId(request.Name);
        var feed = await reader.FeedAsync(id, tenant, cancellationToken);
        string predictions = Names.Sha256(request.Artefact) ?? throw ApiError.Field(
            Reason.RequestInvalid,
            "artefact",
            $"The field artefact must be \"artefacts/{{sha256}}\", not \"{Names.Short(request.Artefact)}\".");
        if (feed.Read(view => view.Status.HasEnded()))
        {
            throw GrainFailure.Ended(id, problem: null);
        }

        var scores = grains.GetGrain<IScoresGrain>(id);
        var given = Problem(request) is { } problem ? new GivenScores([], problem) : new GivenScores([.. request.Numbers]);
        await scores.GiveAsync(predictions, given).WaitAsync(options.Patience, time, cancellationToken);
        return new Empty();
    }

    // How many numbers there must be is checked by the grain, which knows the number of samples.
    private static string? Problem(V1.ScorePredictionsRequest request)
    {
        if (request.Problem.Length > 0)
        {
            return request.Problem.Length <= LongestProblem ? request.Problem : $"{request.Problem[..LongestProblem]}...";
        }

        int wrong = request.Numbers.ToList().FindIndex(number => !float.IsFinite((float)number));
        return request.Numbers.Count == 0 ? "The job's metric gave no number: it must give one, or one for each sample."
            : wrong >= 0 ? $"The job's metric gave {request.Numbers[wrong]} as number {wrong + 1}: it must give finite numbers."
            : null;
    }

    private Task ResumeAsync(string job, string tenant, CancellationToken cancellationToken) =>
        control.RunAsync(job, string.Empty, job => job.ResumeAsync(), already: null, tenant, cancellationToken);

    private async Task FollowAsync(
        string job, string tenant, IServerStreamWriter<V1.Predictions> responses, CancellationToken cancellationToken)
    {
        string id = Names.JobId(job);
        var scores = grains.GetGrain<IScoresGrain>(id);
        long last = 0;
        long? problems = null;
        long told = time.GetTimestamp();
        while (true)
        {
            var (hasEnded, isHeld) = (await reader.FeedAsync(id, tenant, cancellationToken)).Read(
                view => (view.Status.HasEnded(), view is { Status: JobStatus.Suspended, RetryAt: null }));
            if (hasEnded)
            {
                return;
            }

            AskedScores[] asked = [];
            try
            {
                var heard = await scores.ListenAsync(last, Wait, cancellationToken).WaitAsync(options.Patience, time, cancellationToken);
                (asked, last) = (heard.Asked, heard.Last);
                problems ??= heard.Problems;

                // It was on its way to be suspended when this client connected, and none has failed since.
                if (isHeld && heard.Problems == problems)
                {
                    await ResumeAsync(job, tenant, cancellationToken);
                }
            }
            catch (Exception lost) when (GrainFailure.IsTransient(lost) && !cancellationToken.IsCancellationRequested)
            {
                // Its silo was lost: it is active on another when it is called again, and those who wait ask again.
                await Task.Delay(Pause, time, cancellationToken);
            }

            foreach (var predictions in asked)
            {
                await responses.WriteAsync(
                    new V1.Predictions
                    {
                        Artefact = Names.Artefact(predictions.Predictions),
                        Set = predictions.Set,
                        Samples = predictions.Samples,
                    },
                    CancellationToken.None);
                told = time.GetTimestamp();
            }

            if (time.GetElapsedTime(told) >= Heartbeat)
            {
                await responses.WriteAsync(new V1.Predictions(), CancellationToken.None);
                told = time.GetTimestamp();
            }
        }
    }
}
