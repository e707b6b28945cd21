using Cluster.Contract.V1;
using Google.Protobuf.WellKnownTypes;
using Row = (Grpc.Core.StatusCode Code, System.Func<Cluster.Silo.Tests.Api.HostileHost, System.Threading.Tasks.Task> Call);

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// Calls that no honest client makes, most by a caller whose token is good: each is refused with a sentence, and nothing of others'
/// changes. Names and specs of files are in <see cref="HostileSpecTests"/>, files in <see cref="HostileFileTests"/>, the page's calls in
/// the folder Page.
/// </summary>
[Collection("api")]
public sealed class HostileCallTests(HostileHost at) : IClassFixture<HostileHost>
{
    private static readonly string s_digest = Uploads.Digest([1]);
    private static readonly Duration s_noDuration = new() { Seconds = 1, Nanos = 2_000_000_000 };

    /// <summary>What is called, and how it ends. Ben calls; the job and its model are Ann's.</summary>
    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["upload: no digest"] = Upload(StatusCode.InvalidArgument, "", 1),
        ["upload: digest in capitals"] = Upload(StatusCode.InvalidArgument, s_digest.ToUpperInvariant(), 1),
        ["upload: digest that is a path"] = Upload(StatusCode.InvalidArgument, "../../../../etc/passwd", 1),
        ["upload: digest of a megabyte"] = Upload(StatusCode.InvalidArgument, new string('a', 1 << 20), 1),
        ["upload: size below 0"] = Upload(StatusCode.InvalidArgument, s_digest, -1),
        ["upload: largest size"] = Upload(StatusCode.ResourceExhausted, s_digest, long.MaxValue),
        ["upload: fewer bytes than announced"] = Upload(StatusCode.InvalidArgument, s_digest, 2),
        ["upload: more bytes than announced"] = Upload(StatusCode.InvalidArgument, s_digest, 0),
        ["upload: other bytes than announced"] = Upload(StatusCode.InvalidArgument, Uploads.Digest([2]), 1),
        ["upload: an empty message"] = Send(StatusCode.InvalidArgument, new UploadArtefactRequest()),
        ["upload: bytes first"] = Send(StatusCode.InvalidArgument, Chunk(1), Header(s_digest, 1)),
        ["upload: two headers"] = Send(StatusCode.InvalidArgument, Header(s_digest, 1), Header(s_digest, 1)),
        ["upload: an empty chunk"] = Send(StatusCode.InvalidArgument, Header(s_digest, 1), Chunk(0)),
        ["upload: a chunk of two megabytes"] = Send(StatusCode.InvalidArgument, Header(s_digest, 2 << 20), Chunk(2 << 20)),
        ["upload: a chunk of five megabytes"] = Send(StatusCode.ResourceExhausted, Header(s_digest, 5 << 20), Chunk(5 << 20)),

        ["download: offset below 0"] = Download(StatusCode.InvalidArgument, $"artefacts/{s_digest}", -1),
        ["download: largest offset of what there is not"] = Download(StatusCode.NotFound, $"artefacts/{s_digest}", long.MaxValue),
        ["download: beyond the end"] = (StatusCode.OutOfRange, async at =>
            await at.DownloadAsync((await Tenants.UploadAsync(at.Host, Tenants.Ben, [5])).Artefact.Name, long.MaxValue)),
        ["download: a name of 60 KB"] = Download(StatusCode.InvalidArgument, "artefacts/" + new string('a', 60_000)),
        ["download: a name of megabytes"] = Download(StatusCode.ResourceExhausted, "artefacts/" + new string('a', 3 << 20)),

        ["list: page of -1"] = ListJobs(StatusCode.InvalidArgument, new() { PageSize = -1 }),
        ["list: a made-up token"] = ListJobs(StatusCode.InvalidArgument, new() { PageToken = "AAAA" }),
        ["list: a token that is no base64"] = ListJobs(StatusCode.InvalidArgument, new() { PageToken = "\u202e'; DROP TABLE jobs" }),
        ["list: a token of null bytes"] = ListJobs(StatusCode.InvalidArgument, new() { PageToken = new string('A', 400) }),
        ["list: a token of another list"] = (StatusCode.InvalidArgument, async at =>
        {
            await Tenants.CreateAsync(at.Host, Tenants.Ben, [5]);
            await Tenants.CreateAsync(at.Host, Tenants.Ben, [5]);
            var page = await at.Host.Jobs.ListJobsAsync(new ListJobsRequest { PageSize = 1 }, Ben);
            page.NextPageToken.ShouldNotBeEmpty();
            await at.Host.Nodes.ListNodesAsync(new ListNodesRequest { PageToken = page.NextPageToken }, Ben);
        }
        ),
        ["list: a state that is none"] = ListJobs(StatusCode.InvalidArgument, new() { States = { (JobState)999 } }),
        ["list: 20,000 states"] = ListJobs(
            StatusCode.InvalidArgument, new() { States = { Enumerable.Repeat(JobState.Running, 20_000) } }),
        ["list: 70,000 states"] = ListJobs(
            StatusCode.ResourceExhausted, new() { States = { Enumerable.Repeat(JobState.Running, 70_000) } }),
        ["list: nodes by a page of -1"] = (StatusCode.InvalidArgument, at =>
            at.Host.Nodes.ListNodesAsync(new ListNodesRequest { PageSize = -1 }, Ben).ResponseAsync),

        ["watch: after -1"] = WatchOwn(StatusCode.InvalidArgument, request => request.AfterSequence = -1),
        ["watch: after the largest number"] = WatchOwn(StatusCode.OutOfRange, request => request.AfterSequence = long.MaxValue),
        ["watch: heartbeat of nothing"] = WatchOwn(StatusCode.InvalidArgument, request => request.HeartbeatInterval = new Duration()),
        ["watch: heartbeat of ten thousand years"] =
            WatchOwn(StatusCode.InvalidArgument, request => request.HeartbeatInterval = new Duration { Seconds = Duration.MaxSeconds }),
        ["watch: heartbeat that is no time"] = WatchOwn(StatusCode.InvalidArgument, request => request.HeartbeatInterval = s_noDuration),

        ["job: a reason of 60 KB"] = OfTheirs(
            StatusCode.InvalidArgument,
            (jobs, name) => jobs.CancelJobAsync(new() { Name = name, Reason = new string('x', 60_000) }, Ben)),
        ["job: a reason of three megabytes"] = OfTheirs(
            StatusCode.ResourceExhausted,
            (jobs, name) => jobs.CancelJobAsync(new() { Name = name, Reason = new string('x', 3_000_000) }, Ben)),
        ["job: a request of thirty-three megabytes"] = OfTheirs(
            StatusCode.ResourceExhausted,
            (jobs, name) => jobs.CancelJobAsync(new() { Name = name, Reason = new string('x', 33 << 20) }, Ben)),

        ["submit: nothing"] = Submit(StatusCode.InvalidArgument, request => request.Spec = null),
        ["submit: an empty spec"] = Submit(StatusCode.InvalidArgument, request => request.Spec = new JobSpec()),
        ["submit: another tenant's data"] =
            Submit(StatusCode.FailedPrecondition, request => request.Spec.Calibration.Artefact = $"artefacts/{Uploads.Digest([9, 9])}"),
        ["submit: a name of 101 characters"] = Submit(StatusCode.InvalidArgument, request => request.DisplayName = new string('x', 101)),
        ["submit: a request id that is none"] = Submit(StatusCode.InvalidArgument, request => request.RequestId = "../../x"),
        ["submit: a request id in braces"] =
            Submit(StatusCode.InvalidArgument, request => request.RequestId = "{6f2c9b1e-8f2a-4a53-9a44-222222222222}"),
        ["submit: a drop that is no number"] = Submit(StatusCode.InvalidArgument, request => request.Spec.MaxDrop = double.NaN),
        ["submit: the largest batch"] = Submit(StatusCode.InvalidArgument, request => request.Spec.Batch = int.MaxValue),
        ["submit: a budget below 0"] = Submit(StatusCode.InvalidArgument, request => request.Spec.BudgetEvaluations = -1),
        ["submit: a goal that is none"] = Submit(StatusCode.InvalidArgument, request => request.Spec.Goal = (SearchGoal)99),
        ["submit: 20,000 methods"] =
            Submit(StatusCode.InvalidArgument, request => request.Spec.Methods.AddRange(Enumerable.Repeat("max", 20_000))),
        ["submit: a document of five megabytes"] =
            Submit(StatusCode.ResourceExhausted, request => request.Spec.Preprocess = new string('x', 5 << 20)),
        ["submit: a command that judges, without a bound"] =
            Submit(StatusCode.InvalidArgument, request => request.Spec.MetricCommand = "touch /tmp/owned"),

        ["node: drain of a name of all"] = Drain(StatusCode.InvalidArgument, "nodes/", null),
        ["node: drain of two"] = Drain(StatusCode.InvalidArgument, "nodes/a|b", null),
        ["node: a grace below 0"] = Drain(StatusCode.InvalidArgument, "nodes/none", new Duration { Seconds = -1 }),
        ["node: a grace of ten thousand years"] =
            Drain(StatusCode.InvalidArgument, "nodes/none", new Duration { Seconds = Duration.MaxSeconds }),
        ["node: a grace that is no time"] = Drain(StatusCode.InvalidArgument, "nodes/none", s_noDuration),
        ["node: drain by the admin of another tenant"] = Drain(StatusCode.PermissionDenied, "nodes/none", null, Tenants.Ben),

        ["collect: to keep less than nothing"] =
            Collect(StatusCode.InvalidArgument, Tenants.Old, new() { KeepJobs = new Duration { Seconds = -1 } }),
        ["collect: to keep what is no time"] = Collect(StatusCode.InvalidArgument, Tenants.Old, new() { KeepUploads = s_noDuration }),
        ["collect: to store less than nothing"] = Collect(StatusCode.InvalidArgument, Tenants.Old, new() { MaxStoredBytes = -1 }),

        ["token: of another scheme"] = Token(StatusCode.Unauthenticated, "Basic YmVuOg=="),
        ["token: the scheme alone"] = Token(StatusCode.Unauthenticated, "Bearer"),
        ["token: another"] = Token(StatusCode.PermissionDenied, "Bearer benn"),
        ["token: an empty one"] = Token(StatusCode.PermissionDenied, "Bearer "),
        ["token: a part"] = Token(StatusCode.PermissionDenied, "Bearer be"),
        ["token: in capitals"] = Token(StatusCode.PermissionDenied, "Bearer BEN"),
        ["token: two in one"] = Token(StatusCode.PermissionDenied, "Bearer ann, Bearer ben"),
        ["token: its digest"] = Token(StatusCode.PermissionDenied, $"Bearer {Uploads.Digest("ben"u8.ToArray())}"),
        ["token: its line"] = Token(StatusCode.PermissionDenied, "Bearer name=ben role=admin"),
        ["token: 20 KB"] = Token(StatusCode.PermissionDenied, "Bearer " + new string('x', 20_000)),
        ["method: that there is not"] = Unknown("cluster.v1.JobService", "GetSecrets"),
        ["method: of no service"] = Unknown("cluster.v1.SecretService", "Get"),
        ["message: of a job that is none"] = Unreadable("cluster.v1.JobService", "CancelJob"),
        ["message: compressed"] = (StatusCode.Unimplemented, at => at.Host.Jobs.ListJobsAsync(
            new ListJobsRequest { PageToken = new string('A', 60_000) },
            [.. Ben, new Metadata.Entry("grpc-internal-encoding-request", "gzip")]).ResponseAsync),
        ["message: of 2 KB for health"] = (StatusCode.ResourceExhausted, at => new Health.HealthClient(at.Host.Channel).CheckAsync(
            new HealthCheckRequest { Service = new string('x', 2000) }, cancellationToken: Cancellation).ResponseAsync),
        ["message: of health that is none"] = Unreadable("grpc.health.v1.Health", "Check"),
    };

    public static TheoryData<string> Calls => [.. Rows.Keys];

    private static Metadata Ben => Tenants.Headers(Tenants.Ben);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_OfAStranger_IsRefusedAndChangesNothing(string name)
    {
        var (code, call) = Rows[name];
        var files = at.Files();

        var error = await Should.ThrowAsync<RpcException>(() => call(at));

        error.StatusCode.ShouldBe(code, error.Status.Detail);
        error.Status.Detail.ShouldNotBeEmpty();
        error.Status.Detail.Length.ShouldBeLessThan(1000);
        error.Status.Detail.ShouldNotContain("Exception", Case.Sensitive);
        (await at.Host.Jobs.GetJobAsync(new GetJobRequest { Name = at.Theirs.Name }, Tenants.Headers(Tenants.Ann))).ShouldBe(at.Theirs);
        files.ShouldBeSubsetOf(at.Files());
    }

    private static UploadArtefactRequest Header(string digest, long size) =>
        new() { Header = new UploadArtefactHeader { Sha256 = digest, SizeBytes = size } };

    private static UploadArtefactRequest Chunk(int bytes) => new() { Chunk = ByteString.CopyFrom(new byte[bytes]) };

    private static Row Upload(StatusCode code, string digest, long size) =>
        Send(code, Header(digest, size), new UploadArtefactRequest { Chunk = ByteString.CopyFrom(1) });

    private static Row Send(StatusCode code, params UploadArtefactRequest[] messages) => (code, async at =>
    {
        using var call = at.Host.Files.UploadArtefact(Ben, cancellationToken: Cancellation);
        var answer = call.ResponseAsync;
        try
        {
            foreach (var message in messages.TakeWhile(_ => !answer.IsCompleted))
            {
                await await Task.WhenAny(call.RequestStream.WriteAsync(message, Cancellation), answer);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception early) when (early is InvalidOperationException or RpcException)
        {
            // The answer says why.
        }

        await answer;
    }
    );

    private static Row Download(StatusCode code, string name, long offset = 0) =>
        (code, at => at.DownloadAsync(name, offset));

    private static Row ListJobs(StatusCode code, ListJobsRequest request) =>
        (code, at => at.Host.Jobs.ListJobsAsync(request, Ben).ResponseAsync);

    private static Row WatchOwn(StatusCode code, Action<WatchJobRequest> change) => (code, async at =>
    {
        var request = new WatchJobRequest { Name = (await Tenants.CreateAsync(at.Host, Tenants.Ben, [5])).Name };
        change(request);
        using var call = at.Host.Jobs.WatchJob(request, Ben);
        await call.ResponseStream.MoveNext(Cancellation);
    }
    );

    private static Row OfTheirs<T>(
        StatusCode code, Func<JobService.JobServiceClient, string, AsyncUnaryCall<T>> call) =>
        (code, at => call(at.Host.Jobs, at.Theirs.Name).ResponseAsync);

    private static Row Submit(StatusCode code, Action<CreateJobRequest> change) => (code, async at =>
    {
        var request = await Tenants.RequestAsync(at.Host, Tenants.Ben, [5]);
        change(request);
        await at.Host.Jobs.CreateJobAsync(request, Ben);
    }
    );

    private static Row Drain(StatusCode code, string name, Duration? grace, string caller = Tenants.Old) =>
        (code, at => at.Host.Nodes.DrainNodeAsync(
            new DrainNodeRequest { Name = name, Grace = grace }, Tenants.Headers(caller)).ResponseAsync);

    private static Row Collect(StatusCode code, string caller, CollectArtefactsRequest request) =>
        (code, at => at.Host.Files.CollectArtefactsAsync(request, Tenants.Headers(caller)).ResponseAsync);

    private static Row Token(StatusCode code, string? header) => (code, at =>
        at.Host.Jobs.ListJobsAsync(new(), header is null ? [] : new Metadata { { "authorization", header } }).ResponseAsync);

    private static Row Unknown(string service, string method) => (StatusCode.Unimplemented, Raw(service, method, []));

    private static Row Unreadable(string service, string method) =>
        (StatusCode.InvalidArgument, Raw(service, method, [0xff, 0xff, 0xff]));

    private static Func<HostileHost, Task> Raw(string service, string method, byte[] message) => at =>
    {
        var bytes = Marshallers.Create(value => value, value => value);
        var call = new Method<byte[], byte[]>(MethodType.Unary, service, method, bytes, bytes);
        return at.Host.Channel.CreateCallInvoker().AsyncUnaryCall(call, host: null, new CallOptions(Ben), message).ResponseAsync;
    };
}
