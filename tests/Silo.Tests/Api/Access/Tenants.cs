using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>Callers of two tenants, whose names are their tokens.</summary>
internal static class Tenants
{
    public const string Ann = "ann";
    public const string Ben = "ben";

    /// <summary>One without a tenant of its own.</summary>
    public const string Old = "old";

    private static readonly TokenList List = TokenList.Parse(
        "--tokens test",
        $"""
        name=ann role=admin tenant=one sha256={Digest(Ann)}
        name=ben role=admin tenant=two sha256={Digest(Ben)}
        name=old role=admin sha256={Digest(Old)}
        """);

    public static Task<ApiHost> StartAsync(
        Quotas? quotas = null, int maxUploads = 32, int maxJobs = 1000, int maxRequestBytes = 64 << 20) => ApiHost.StartAsync(
        new ApiOptions
        {
            PageTokenKey = ApiHost.Key,
            Tokens = () => List,
            // Some of these jobs wait for slots that a test holds.
            PreparationWait = TimeSpan.FromSeconds(1),
            Quotas = quotas ?? new Quotas(),
            MaxUploads = maxUploads,
            MaxJobs = maxJobs,
            MaxRequestBytes = maxRequestBytes,
        });

    public static Metadata Headers(string token) => new() { { "authorization", $"Bearer {token}" } };

    public static async Task<UploadArtefactResponse> UploadAsync(ApiHost host, string token, byte[] bytes)
    {
        using var call = host.Files.UploadArtefact(Headers(token));
        return await Uploads.SendAsync(call, bytes);
    }

    /// <summary>A request for a synthetic job with a model of these bytes.</summary>
    public static async Task<CreateJobRequest> RequestAsync(ApiHost host, string token, byte[] model, string requestId = "") => new()
    {
        RequestId = requestId,
        Spec = new JobSpec
        {
            Model = (await UploadAsync(host, token, model)).Artefact.Name,
            Calibration = new DataSet { Spec = "folder:/calibration" },
            Target = "synthetic:groups=8,ms=0..1",
        },
    };

    /// <summary>Submits such a job.</summary>
    public static async Task<Job> CreateAsync(ApiHost host, string token, byte[] model, string requestId = "") =>
        (await host.Jobs.CreateJobAsync(await RequestAsync(host, token, model, requestId), Headers(token))).Job;

    public static string Digest(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
