using Cluster.Contract.V1;
using JobFault = Cluster.Plans.JobFault;

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// Every reason that the contract names is given, with its code: one that is added to the contract without a row here
/// fails.
/// </summary>
[Collection("api")]
public sealed partial class ErrorReasonTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const int NoSpace = 28;

    private static readonly string Absent = new('a', 64);

    private static readonly ApiOptions Usual = new() { PageTokenKey = ApiHost.Key };
    private static readonly ApiOptions Guarded = Usual with { Tokens = () => TokenList.OfOne("secret") };
    private static readonly ApiOptions OfAReader =
        Usual with { Tokens = () => TokenList.Parse("t", $"name=a role=read sha256={Tenants.Digest("secret")}") };

    private static readonly Dictionary<string, (StatusCode Code, Setup? Setup, Func<ApiHost, Task> Call)> Rows = new(StringComparer.Ordinal)
    {
        ["REQUEST_INVALID"] = (StatusCode.InvalidArgument, null, host => GetAsync(host, "jobs/A job")),
        ["REQUEST_TOO_LARGE"] = (StatusCode.ResourceExhausted, null, host => GetAsync(host, new string('x', 1 << 16))),
        ["TOKEN_MISSING"] = (StatusCode.Unauthenticated, new(Guarded), host => ListAsync(host)),
        ["TOKEN_WRONG"] = (StatusCode.PermissionDenied, new(Guarded), host => ListAsync(host, token: "guess")),
        ["ROLE_MISSING"] = (StatusCode.PermissionDenied, new(OfAReader), host => DrainAsync(host, "nodes/a", token: "secret")),
        ["CLUSTER_UNAVAILABLE"] = (StatusCode.Unavailable, new() { StoreFailure = new TimeoutException() }, host => ListAsync(host)),
        ["SERVER_DRAINING"] = (StatusCode.Unavailable, new(), DrainTheServerAsync),
        ["INTERNAL_ERROR"] = (
            StatusCode.Internal, new() { StoreFailure = new InvalidOperationException("a secret of the inside") }, host => ListAsync(host)),
        ["SPEC_INVALID"] = (StatusCode.InvalidArgument, null, host => CreateAsync(host, request => request.Spec.MaxDrop = 2)),
        ["MODEL_INVALID"] = (StatusCode.InvalidArgument, Refusing(JobFault.Model, "model"), host => CreateAsync(host)),
        ["DATA_INVALID"] = (StatusCode.InvalidArgument, Refusing(JobFault.Content, ""), host => CreateAsync(host)),
        ["DATA_MISSING"] = (StatusCode.InvalidArgument, Refusing(JobFault.Missing, ""), host => CreateAsync(host)),
        ["CHECK_UNDER_WAY"] = (StatusCode.Unavailable, new(Usual with { PreparationWait = TimeSpan.Zero }), ValidateSlowlyAsync),
        ["REQUEST_ID_REUSED"] = (StatusCode.InvalidArgument, null, ReuseAsync),
        ["ARTEFACT_MISSING"] = (
            StatusCode.FailedPrecondition, null, host => CreateAsync(host, request => request.Spec.Model = $"artefacts/{Absent}")),
        ["ARTEFACTS_NOT_OWNED"] = (StatusCode.FailedPrecondition, new(), CollectThoseOfAnotherAsync),
        ["TOO_MANY_CALLS"] = (
            StatusCode.ResourceExhausted, new(Usual with { CallsPerPeriod = 1, CallPeriod = TimeSpan.FromHours(1) }), CallSixTimesAsync),
        ["TOO_MANY_JOBS"] = (StatusCode.ResourceExhausted, new(Usual with { MaxJobs = 1 }), CreateTwoAsync),
        ["QUOTA_EXCEEDED"] = (
            StatusCode.ResourceExhausted, new(Usual with { Quotas = new Quotas { StoredBytes = 1 } }), host => UploadAsync(host, [1, 2])),
        ["TOO_MANY_STREAMS"] = (StatusCode.ResourceExhausted, new(Usual with { MaxUploads = 0 }), host => UploadAsync(host, [1])),
        ["SCHEDULE_EXISTS"] = (StatusCode.AlreadyExists, null, ProveTwiceAsync),
        ["JOB_UNKNOWN"] = (StatusCode.NotFound, null, host => GetAsync(host, "jobs/j-000000000000")),
        ["PAGE_SIZE_INVALID"] = (StatusCode.InvalidArgument, null, host => ListAsync(host, size: -1)),
        ["PAGE_TOKEN_INVALID"] = (
            StatusCode.InvalidArgument,
            null,
            host => host.Nodes.ListNodesAsync(new ListNodesRequest { PageToken = "made-up" }).ResponseAsync),
        ["NODE_UNKNOWN"] = (StatusCode.NotFound, null, host => DrainAsync(host, "nodes/absent")),
        ["SEQUENCE_BEYOND_END"] = (
            StatusCode.OutOfRange, null, async host => await host.WatchAsync(await EndedAsync(host), after: 1_000_000)),
        ["JOB_ENDED"] = (
            StatusCode.FailedPrecondition,
            null,
            async host => await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = await EndedAsync(host) })),
        ["NOT_ANSWERED"] = (
            StatusCode.FailedPrecondition,
            null,
            async host => await host.Jobs.SolvePlanAsync(
                new SolvePlanRequest { Name = await EndedAsync(host), SizeBudgetBytes = 1 })),
        ["LABELS_NOT_AWAITED"] = (
            StatusCode.FailedPrecondition,
            null,
            async host => await host.Jobs.GetAskedImagesAsync(new GetAskedImagesRequest { Name = await EndedAsync(host) })),
        ["ETAG_MISMATCH"] = (
            StatusCode.Aborted,
            null,
            async host => await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = await EndedAsync(host), Etag = "1" })),
        ["JOB_RUNNING"] = (
            StatusCode.FailedPrecondition,
            new() { Holds = true },
            async host => await host.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = (await host.CreateAsync()).Name })),
        ["HEADER_MISSING"] = (StatusCode.InvalidArgument, null, host => SendAsync(host, header: null, [1])),
        ["CHUNK_TOO_LARGE"] = (StatusCode.InvalidArgument, null, host => UploadAsync(host, new byte[2_000_000], chunk: 2_000_000)),
        ["SIZE_MISMATCH"] = (StatusCode.InvalidArgument, null, host => UploadAsync(host, [4, 6], size: 3)),
        ["DIGEST_MISMATCH"] = (
            StatusCode.InvalidArgument, null, host => SendAsync(host, new UploadArtefactHeader { Sha256 = Absent, SizeBytes = 1 }, [2])),
        ["ARTEFACT_TOO_LARGE"] = (
            StatusCode.ResourceExhausted, new(Usual with { MaxArtefactBytes = 10 }), host => UploadAsync(host, new byte[11])),
        ["STORE_FULL"] = (
            StatusCode.ResourceExhausted,
            new() { PutFailure = new IOException("No space left on device", NoSpace) },
            host => UploadAsync(host, [1])),
        ["UPLOAD_TOO_SLOW"] = (
            StatusCode.ResourceExhausted, new(Usual with { UploadGrace = TimeSpan.Zero }), host => UploadAsync(host, [1])),
        ["ARTEFACT_UNKNOWN"] = (StatusCode.NotFound, null, host => DownloadAsync(host, Absent)),
        ["OFFSET_BEYOND_END"] =
            (StatusCode.OutOfRange, null, async host => await DownloadAsync(host, (await host.UploadAsync([1])).Sha256, 2)),
        ["ARTEFACT_CORRUPT"] = (StatusCode.DataLoss, null, DamageAsync),
    };

    public static TheoryData<string> Reasons => [.. Documented()];

    [Fact]
    public void Rows_AreThoseOfTheContractAndTheCode()
    {
        Rows.Keys.Order(StringComparer.Ordinal).ShouldBe(Documented());
        typeof(Reason).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)
            .ShouldBe(Documented());
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Call_Failure_HasContractReason(string reason)
    {
        var (code, setup, call) = Rows.GetValueOrDefault(reason);
        call.ShouldNotBeNull($"{reason} has a row");
        await using var own = setup is null ? null : await ApiHost.StartAsync(setup.Options, setup.Configure);
        var host = own ?? shared.Host;
        host.Node.Refusal = setup?.Refusal;
        if (setup is { Holds: true })
        {
            _ = host.Node.Hold();
        }

        var error = await Errors.OfAsync(() => call(host));

        error.StatusCode.ShouldBe(code);
        (error.Info().Reason, error.Info().Domain).ShouldBe((reason, "cluster"));
        error.Status.Detail.ShouldNotBeEmpty();
        error.Status.Detail.ShouldNotContain("secret", Case.Sensitive, $"{reason} tells nothing of the inside");
        if (code == StatusCode.Unavailable)
        {
            error.Detail<RetryInfo>().ShouldNotBeNull();
        }

        if (code == StatusCode.Internal)
        {
            error.Info().Metadata["id"].ShouldMatch("^[0-9a-f]{16,32}$");
        }

        if (error.Detail<BadRequest>() is { } request)
        {
            code.ShouldBe(StatusCode.InvalidArgument);
            request.FieldViolations.ShouldAllBe(violation => violation.Field.Length > 0 && violation.Description.Length > 0);
        }
    }

    // Words of the comments that are neither a status code nor a state.
    private static string[] Documented()
    {
        var codes = Enum.GetValues<StatusCode>()
            .Select(code => CamelBorder().Replace(code.ToString(), "_$1").ToUpperInvariant())
            .ToHashSet(StringComparer.Ordinal);
        return [.. Directory.EnumerateFiles(Checkout.At("proto", "cluster", "v1"), "*_service.proto")
            .SelectMany(file => File.ReadLines(file))
            .Select(line => line.Trim())
            .Where(line =>
                line.StartsWith("//", StringComparison.Ordinal) && codes.Any(code => line.Contains($"{code}:", StringComparison.Ordinal)))
            .SelectMany(line => Word().Matches(line).Select(match => match.Value))
            .Where(word => !codes.Contains(word))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
    }

    private static Setup Refusing(JobFault fault, string field) => new() { Refusal = new RefusedResult(fault, field, "It is not so.") };

    private static Metadata Bearer(string? token) => token is null ? [] : Tenants.Headers(token);

    private static Task GetAsync(ApiHost host, string name) => host.Jobs.GetJobAsync(new GetJobRequest { Name = name }).ResponseAsync;

    private static Task ListAsync(ApiHost host, string? token = null, int size = 0) =>
        host.Jobs.ListJobsAsync(new ListJobsRequest { PageSize = size }, Bearer(token)).ResponseAsync;

    private static Task DrainAsync(ApiHost host, string node, string? token = null) =>
        host.Nodes.DrainNodeAsync(new DrainNodeRequest { Name = node }, Bearer(token)).ResponseAsync;

    private static async Task CreateAsync(ApiHost host, Action<CreateJobRequest>? change = null)
    {
        var request = await host.RequestAsync();
        change?.Invoke(request);
        await host.Jobs.CreateJobAsync(request);
    }

    private static async Task ReuseAsync(ApiHost host)
    {
        const string Id = "6f2c9b1e-8f2a-4a53-9a44-222222222222";
        await CreateAsync(host, request => request.RequestId = Id);
        await CreateAsync(host, request => (request.RequestId, request.Spec.Seed) = (Id, 2));
    }

    private static async Task ValidateSlowlyAsync(ApiHost host)
    {
        host.Node.Preparing = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        await CreateAsync(host, request => (request.ValidateOnly, request.RequestId) = (true, "6f2c9b1e-8f2a-4a53-9a44-333333333333"));
    }

    private static async Task CreateTwoAsync(ApiHost host)
    {
        _ = host.Node.Hold();
        await host.CreateAsync();
        await host.CreateAsync();
    }

    private static async Task CallSixTimesAsync(ApiHost host)
    {
        foreach (var _ in Enumerable.Range(0, 6))
        {
            await ListAsync(host);
        }
    }

    private static Task CollectThoseOfAnotherAsync(ApiHost host)
    {
        Owners.Mark(host.ArtefactFolder, "production@2");
        return host.Files.CollectArtefactsAsync(new CollectArtefactsRequest()).ResponseAsync;
    }

    private static async Task ProveTwiceAsync(ApiHost host)
    {
        var request = await ScheduleTests.RequestAsync(host);
        await host.Jobs.ProveJobAsync(request);
        await host.Jobs.ProveJobAsync(request);
    }

    private static async Task<string> EndedAsync(ApiHost host)
    {
        var job = await host.CreateAsync("synthetic:groups=4,ms=0..0");
        await host.WatchAsync(job.Name);
        return job.Name;
    }

    private static async Task DrainTheServerAsync(ApiHost host)
    {
        var begun = host.Node.Hold();
        var job = await host.CreateAsync();
        await begun;
        using var call = host.Jobs.WatchJob(new WatchJobRequest { Name = job.Name });
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        while (await call.ResponseStream.MoveNext())
        {
            // What was told before goes first.
        }
    }

    private static Task UploadAsync(ApiHost host, byte[] bytes, long? size = null, int chunk = 1 << 20) =>
        SendAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest(bytes), SizeBytes = size ?? bytes.Length }, bytes, chunk);

    private static async Task SendAsync(ApiHost host, UploadArtefactHeader? header, byte[] bytes, int chunk = 1 << 20)
    {
        using var call = host.Files.UploadArtefact();
        await Uploads.SendAsync(call, header, bytes, chunk);
    }

    private static async Task DownloadAsync(ApiHost host, string sha256, long offset = 0)
    {
        using var call = host.Files.DownloadArtefact(new DownloadArtefactRequest { Name = $"artefacts/{sha256}", Offset = offset });
        while (await call.ResponseStream.MoveNext())
        {
            // To its end.
        }
    }

    private static async Task DamageAsync(ApiHost host)
    {
        var artefact = await host.UploadAsync([1, 2, 3]);
        await File.WriteAllBytesAsync(host.Artefacts.PathOf(artefact.Sha256), [1, 2, 4]);
        await DownloadAsync(host, artefact.Sha256);
    }

    [GeneratedRegex("[A-Z][A-Z]*(_[A-Z]+)+")]
    private static partial Regex Word();

    [GeneratedRegex("(?<=[a-z])([A-Z])")]
    private static partial Regex CamelBorder();

    /// <summary>What a row needs of its host.</summary>
    private sealed record Setup(ApiOptions? Options = null)
    {
        public bool Holds { get; init; }

        public WorkResult? Refusal { get; init; }

        public Exception? StoreFailure { get; init; }

        /// <summary>Where files are stored, with what comes when one is put there.</summary>
        public Exception? PutFailure { get; init; }

        public void Configure(WebApplicationBuilder builder)
        {
            if (PutFailure is { } full)
            {
                builder.Services.AddSingleton(Played.Of<IArtefactStore>(call => call switch
                {
                    nameof(IArtefactStore.PutAsync) => throw full,
                    nameof(IArtefactStore.SizeAsync) => Task.FromResult<long?>(null),
                    _ => throw new NotSupportedException(call),
                }));
            }

            if (StoreFailure is { } failure)
            {
                builder.Services.AddSingleton(Played.Of<IJobStore>(_ => throw failure));
            }
        }
    }
}
