using System.Text.RegularExpressions;
using Cluster.Contract.V1;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Harness;
using Cluster.Kernels;
using Cluster.Silo.Api;
using Cluster.Silo.Api.Access;
using Cluster.Silo.Api.Paging;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using JobFault = Cluster.Plans.JobFault;

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// Every reason that the contract names is given, with its code: one that is added to the contract without a row here
/// fails.
/// </summary>
[Collection("api")]
public sealed partial class ErrorReasonTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Missing = "jobs/j-000000000000";

    private static readonly Dictionary<string, (StatusCode Code, Setup? Setup, Func<ApiHost, Task> Call)> Rows = new(StringComparer.Ordinal)
    {
        ["REQUEST_INVALID"] =
            (StatusCode.InvalidArgument, null, host => host.Jobs.GetJobAsync(new GetJobRequest { Name = "jobs/A job" }).ResponseAsync),
        ["TOKEN_MISSING"] =
            (StatusCode.Unauthenticated, new() { Token = "secret" }, host => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync),
        ["TOKEN_WRONG"] = (
            StatusCode.PermissionDenied,
            new() { Token = "secret" },
            host => host.Jobs.ListJobsAsync(new ListJobsRequest(), new Metadata { { "authorization", "Bearer guess" } }).ResponseAsync),
        ["ROLE_MISSING"] = (
            StatusCode.PermissionDenied,
            new() { Token = "secret", Role = "read" },
            host => host.Nodes.DrainNodeAsync(
                new DrainNodeRequest { Name = "nodes/a" }, new Metadata { { "authorization", "Bearer secret" } }).ResponseAsync),
        ["CLUSTER_UNAVAILABLE"] = (
            StatusCode.Unavailable,
            new() { StoreFailure = new TimeoutException() },
            host => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync),
        ["SERVER_DRAINING"] = (StatusCode.Unavailable, new(), DrainAsync),
        ["INTERNAL_ERROR"] = (
            StatusCode.Internal,
            new() { StoreFailure = new InvalidOperationException("a secret of the inside") },
            host => host.Jobs.ListJobsAsync(new ListJobsRequest()).ResponseAsync),
        ["SPEC_INVALID"] = (StatusCode.InvalidArgument, null, host => CreateAsync(host, request => request.Spec.MaxDrop = 2)),
        ["MODEL_INVALID"] = (
            StatusCode.InvalidArgument,
            new() { Refusal = new RefusedResult(JobFault.Model, "model", "It is no network.") },
            host => CreateAsync(host)),
        ["OPERATOR_UNSUPPORTED"] = (
            StatusCode.InvalidArgument,
            new() { Refusal = new RefusedResult(JobFault.Operator, "model", "It has an If.") },
            host => CreateAsync(host)),
        ["DATA_INVALID"] = (
            StatusCode.InvalidArgument,
            new() { Refusal = new RefusedResult(JobFault.Content, string.Empty, "It has no labels.") },
            host => CreateAsync(host)),
        ["DATA_MISSING"] = (
            StatusCode.InvalidArgument,
            new() { Refusal = new RefusedResult(JobFault.Missing, string.Empty, "It is not there.") },
            host => CreateAsync(host)),
        ["REQUEST_ID_REUSED"] = (StatusCode.InvalidArgument, null, ReuseAsync),
        ["ARTEFACT_MISSING"] = (
            StatusCode.FailedPrecondition,
            null,
            host => CreateAsync(host, request => request.Spec.Model = "artefacts/" + new string('a', 64))),
        ["TOO_MANY_CALLS"] = (StatusCode.ResourceExhausted, new() { CallsPerHour = 1 }, CallSixTimesAsync),
        ["TOO_MANY_JOBS"] = (StatusCode.ResourceExhausted, new() { MaxJobs = 1 }, CreateTwoAsync),
        ["QUOTA_EXCEEDED"] = (
            StatusCode.ResourceExhausted,
            new() { Quotas = new Quotas { StoredBytes = 1 } },
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest([1, 2]), SizeBytes = 2 }, [1, 2])),
        ["TOO_MANY_STREAMS"] = (
            StatusCode.ResourceExhausted,
            new() { MaxUploads = 0 },
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest([1]), SizeBytes = 1 }, [1])),
        ["JOB_UNKNOWN"] = (StatusCode.NotFound, null, host => host.Jobs.GetJobAsync(new GetJobRequest { Name = Missing }).ResponseAsync),
        ["PAGE_SIZE_INVALID"] =
            (StatusCode.InvalidArgument, null, host => host.Jobs.ListJobsAsync(new ListJobsRequest { PageSize = -1 }).ResponseAsync),
        ["PAGE_TOKEN_INVALID"] = (
            StatusCode.InvalidArgument,
            null,
            host => host.Nodes.ListNodesAsync(new ListNodesRequest { PageToken = "made-up" }).ResponseAsync),
        ["NODE_UNKNOWN"] = (
            StatusCode.NotFound,
            null,
            host => host.Nodes.DrainNodeAsync(new DrainNodeRequest { Name = "nodes/nobody" }).ResponseAsync),
        ["SEQUENCE_BEYOND_END"] = (StatusCode.OutOfRange, null, WatchBeyondAsync),
        ["JOB_ENDED"] = (
            StatusCode.FailedPrecondition,
            null,
            async host => await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = await EndedAsync(host) })),
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
        ["HEADER_MISSING"] = (StatusCode.InvalidArgument, null, host => UploadAsync(host, null, [1])),
        ["CHUNK_TOO_LARGE"] =
            (StatusCode.InvalidArgument, null, host => UploadAsync(
                host, new UploadArtefactHeader { Sha256 = new string('a', 64), SizeBytes = 2_000_000 }, new byte[2_000_000], 2_000_000)),
        ["SIZE_MISMATCH"] = (
            StatusCode.InvalidArgument,
            null,
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest([4, 6]), SizeBytes = 3 }, [4, 6])),
        ["DIGEST_MISMATCH"] = (
            StatusCode.InvalidArgument,
            null,
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest([4, 5]), SizeBytes = 1 }, [2])),
        ["ARTEFACT_TOO_LARGE"] = (
            StatusCode.ResourceExhausted,
            new() { MaxArtefactBytes = 10 },
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = new string('a', 64), SizeBytes = 11 }, [1])),
        ["STORE_FULL"] = (
            StatusCode.ResourceExhausted,
            new() { IsFull = true },
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest([1]), SizeBytes = 1 }, [1])),
        ["UPLOAD_TOO_SLOW"] = (
            StatusCode.ResourceExhausted,
            new() { UploadGrace = TimeSpan.Zero },
            host => UploadAsync(host, new UploadArtefactHeader { Sha256 = Uploads.Digest([1]), SizeBytes = 1 }, [1])),
        ["ARTEFACT_UNKNOWN"] = (StatusCode.NotFound, null, host => DownloadAsync(host, new string('a', 64))),
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
    public async Task Call_ThatGoesWrong_HasTheReasonOfTheContract(string reason)
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
        return [.. ProtoFiles()
            .SelectMany(file => File.ReadLines(file))
            .Select(line => line.Trim())
            .Where(line =>
                line.StartsWith("//", StringComparison.Ordinal) && codes.Any(code => line.Contains($"{code}:", StringComparison.Ordinal)))
            .SelectMany(line => Word().Matches(line).Select(match => match.Value))
            .Where(word => !codes.Contains(word))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> ProtoFiles()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "proto", "cluster", "v1")))
        {
            folder = folder.Parent;
        }

        return Directory.EnumerateFiles(
            Path.Combine(folder.ShouldNotBeNull("proto lies above the tests").FullName, "proto", "cluster", "v1"), "*_service.proto");
    }

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
            await host.Jobs.ListJobsAsync(new ListJobsRequest());
        }
    }

    private static async Task<string> EndedAsync(ApiHost host)
    {
        var job = await host.CreateAsync("synthetic:groups=4,ms=0..0");
        await host.WatchAsync(job.Name);
        return job.Name;
    }

    private static async Task WatchBeyondAsync(ApiHost host)
    {
        var ended = await EndedAsync(host);
        await host.WatchAsync(ended, after: 1_000_000);
    }

    private static async Task DrainAsync(ApiHost host)
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

    private static async Task UploadAsync(ApiHost host, UploadArtefactHeader? header, byte[] bytes, int chunk = 1 << 20)
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

    private static string Line(string token, string role) =>
        $"name=caller role={role} sha256={Uploads.Digest(System.Text.Encoding.UTF8.GetBytes(token))}";

    [GeneratedRegex("[A-Z][A-Z]*(_[A-Z]+)+")]
    private static partial Regex Word();

    [GeneratedRegex("(?<=[a-z])([A-Z])")]
    private static partial Regex CamelBorder();

    /// <summary>What a row needs of its host.</summary>
    private sealed record Setup
    {
        public string? Token { get; init; }

        public string? Role { get; init; }

        public int MaxJobs { get; init; } = 1000;

        public int MaxUploads { get; init; } = 32;

        public TimeSpan UploadGrace { get; init; } = TimeSpan.FromSeconds(30);

        public int CallsPerHour { get; init; }

        public Quotas Quotas { get; init; } = new();

        public long MaxArtefactBytes { get; init; } = 1 << 30;

        public bool Holds { get; init; }

        public bool IsFull { get; init; }

        public WorkResult? Refusal { get; init; }

        public Exception? StoreFailure { get; init; }

        public ApiOptions Options =>
            new()
            {
                PageTokenKey = ApiHost.Key,
                Tokens = Token is null ? null : () => Role is null ? TokenList.OfOne(Token) : TokenList.Parse("t", Line(Token, Role)),
                MaxJobs = MaxJobs,
                MaxUploads = MaxUploads,
                UploadGrace = UploadGrace,
                Quotas = Quotas,
                CallsPerPeriod = CallsPerHour,
                CallPeriod = TimeSpan.FromHours(1),
                MaxArtefactBytes = MaxArtefactBytes
            };

        public void Configure(WebApplicationBuilder builder)
        {
            if (IsFull)
            {
                builder.Services.AddSingleton<IArtefactStore>(new FullStore());
            }

            if (StoreFailure is { } failure)
            {
                builder.Services.AddSingleton<IJobStore>(new BrokenStore(failure));
            }
        }
    }
}
