namespace Cluster.Client.Tests.Faking;

internal sealed class FakeJobs(FakeState state) : JobService.JobServiceBase
{
    public override Task<CreateJobResponse> CreateJob(CreateJobRequest request, ServerCallContext context)
    {
        state.Enter(nameof(CreateJob), request, context);
        if (request.ValidateOnly)
        {
            return Task.FromResult(new CreateJobResponse
            {
                Job = new Job { Spec = request.Spec },
                Estimate = new JobEstimate
                {
                    Groups = { new Group
                    {
                        Name = "conv1",
                        Operators = { "Conv", "Relu" },
                        Macs = 41_000_000,
                        Parameters = 864,
                        Description = "3x3, 32 channels"
                    } },
                    UnsupportedOperators = { "Softmax" },
                    Evaluations = 34,
                    Duration = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
                },
            });
        }

        var job = state.Jobs.Find(known => known.Etag == request.RequestId);
        if (job is null)
        {
            job = new Job
            {
                Name = $"jobs/new{state.Jobs.Count}",
                DisplayName = request.DisplayName,
                Spec = request.Spec,
                State = JobState.Queued,
                Etag = request.RequestId
            };
            state.Jobs.Add(job);
        }

        return Task.FromResult(new CreateJobResponse { Job = job });
    }

    public override async Task<Job> GetJob(GetJobRequest request, ServerCallContext context)
    {
        state.Enter(nameof(GetJob), request, context);
        await state.GetJobWaitsFor;
        return state.Require(request.Name);
    }

    public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        state.Enter(nameof(ListJobs), request, context);
        var (page, next) = FakePages.Cut(
            state.Jobs.Where(job => request.States.Count == 0 || request.States.Contains(job.State)), request.PageToken, request.PageSize);
        return Task.FromResult(new ListJobsResponse { Jobs = { page }, NextPageToken = next });
    }

    public override Task<ListCandidatesResponse> ListCandidates(ListCandidatesRequest request, ServerCallContext context)
    {
        state.Enter(nameof(ListCandidates), request, context);
        state.Require(request.Parent);
        var (page, next) = FakePages.Cut(
            state.Candidates.Where(candidate => request.States.Count == 0 || request.States.Contains(candidate.State)),
            request.PageToken,
            request.PageSize);
        return Task.FromResult(new ListCandidatesResponse { Candidates = { page }, NextPageToken = next });
    }

    public override async Task WatchJob(WatchJobRequest request, IServerStreamWriter<JobEvent> responseStream, ServerCallContext context)
    {
        state.Enter(nameof(WatchJob), request, context);
        var job = state.Require(request.Name);
        int breaksAfter = state.WatchBreaks.TryDequeue(out int count) ? count : int.MaxValue;
        int endsAfter = state.WatchEnds.TryDequeue(out count) ? count : int.MaxValue;
        int silentAfter = state.WatchSilences.TryDequeue(out count) ? count : int.MaxValue;
        long first = request.AfterSequence - (state.RepeatsEvents && request.AfterSequence > 0 ? 1 : 0);
        int told = 0;
        foreach (var happened in state.Events.Where(happened => happened.Sequence > first))
        {
            if (told == breaksAfter)
            {
                throw FakeState.Unavailable();
            }

            if (told == endsAfter)
            {
                state.WatchEnded();
                return;
            }

            if (told == silentAfter)
            {
                state.Silent.TrySetResult();
                using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, state.End.Token);
                await Task.Delay(Timeout.Infinite, either.Token);
            }

            if (happened.StateChanged is { } changed)
            {
                job.State = changed.State;
                job.Reason = changed.Reason;
                job.FailsOn = state.FailsOn;
            }

            await responseStream.WriteAsync(happened);
            told++;
        }
    }

    public override Task<Job> CancelJob(CancelJobRequest request, ServerCallContext context) =>
        Change(nameof(CancelJob), request.Name, request, JobState.Cancelling, context);

    public override Task<Job> PauseJob(PauseJobRequest request, ServerCallContext context) =>
        Change(nameof(PauseJob), request.Name, request, JobState.Pausing, context);

    public override Task<Job> ResumeJob(ResumeJobRequest request, ServerCallContext context) =>
        Change(nameof(ResumeJob), request.Name, request, JobState.Running, context);

    public override Task<GetAskedImagesResponse> GetAskedImages(GetAskedImagesRequest request, ServerCallContext context)
    {
        state.Enter(nameof(GetAskedImages), request, context);
        state.Require(request.Name);
        return Task.FromResult(new GetAskedImagesResponse
        {
            Classes = 10,
            Images =
            {
                new AskedImage { Image = 1, Float32 = { 3 }, Others = { Answer(8), Answer(5) } },
                new AskedImage { Image = 0, Float32 = { 4 }, Others = { Answer(9) }, Label = -1 },
            },
        });
    }

    private static ClassAnswer Answer(int answered) => new() { Classes = { answered } };

    public override Task<Job> LabelImages(LabelImagesRequest request, ServerCallContext context) =>
        Change(nameof(LabelImages), request.Name, request, JobState.Running, context);

    public override Task<Empty> DeleteJob(DeleteJobRequest request, ServerCallContext context)
    {
        state.Enter(nameof(DeleteJob), request, context);
        state.Jobs.Remove(state.Require(request.Name));
        return Task.FromResult(new Empty());
    }

    private Task<Job> Change(string method, string name, Google.Protobuf.IMessage request, JobState to, ServerCallContext context)
    {
        state.Enter(method, request, context);
        var job = state.Require(name);
        job.State = to;
        return Task.FromResult(job);
    }
}
