using System.Globalization;
using Cluster.Contract.V1;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>What a caller of another tenant is told.</summary>
internal enum OtherTenant
{
    /// <summary>NOT_FOUND, as of what is not there.</summary>
    NotFound,

    /// <summary>A list without it.</summary>
    LeftOut,

    /// <summary>That the model has to be uploaded first.</summary>
    Missing,

    /// <summary>That the bytes have to be sent, though they are stored.</summary>
    Sent,

    /// <summary>Nodes are everyone's.</summary>
    Shared,
}

/// <summary>All calls of the contract: the role that each needs, and what it says of another tenant's job or file.</summary>
internal static class AccessMatrix
{
    public static IReadOnlyDictionary<string, (Role Needed, OtherTenant Other)> Rows { get; } =
        new Dictionary<string, (Role, OtherTenant)>(StringComparer.Ordinal)
        {
            ["cluster.v1.ArtefactService/CollectArtefacts"] = (Role.Admin, OtherTenant.Shared),
            ["cluster.v1.ArtefactService/DownloadArtefact"] = (Role.Read, OtherTenant.NotFound),
            ["cluster.v1.ArtefactService/UploadArtefact"] = (Role.Submit, OtherTenant.Sent),
            ["cluster.v1.JobService/CancelJob"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/ProveJob"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/CreateJob"] = (Role.Submit, OtherTenant.Missing),
            ["cluster.v1.JobService/DeleteJob"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/GetJob"] = (Role.Read, OtherTenant.NotFound),
            ["cluster.v1.JobService/LabelImages"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/WatchPredictions"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/ScorePredictions"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/SolvePlan"] = (Role.Read, OtherTenant.NotFound),
            ["cluster.v1.JobService/GetAskedImages"] = (Role.Read, OtherTenant.NotFound),
            ["cluster.v1.JobService/ListCandidates"] = (Role.Read, OtherTenant.NotFound),
            ["cluster.v1.JobService/ListJobs"] = (Role.Read, OtherTenant.LeftOut),
            ["cluster.v1.JobService/PauseJob"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/ResumeJob"] = (Role.Submit, OtherTenant.NotFound),
            ["cluster.v1.JobService/WatchJob"] = (Role.Read, OtherTenant.NotFound),
            ["cluster.v1.NodeService/CordonNode"] = (Role.Admin, OtherTenant.Shared),
            ["cluster.v1.NodeService/DrainNode"] = (Role.Admin, OtherTenant.Shared),
            ["cluster.v1.NodeService/ListNodes"] = (Role.Read, OtherTenant.LeftOut),
            ["cluster.v1.NodeService/UncordonNode"] = (Role.Admin, OtherTenant.Shared),
        };

    /// <summary>The methods of the contract itself.</summary>
    public static IEnumerable<MethodDescriptor> Methods => typeof(JobService).Assembly.GetTypes()
        .Select(type => type.GetProperty("Descriptor", typeof(ServiceDescriptor)))
        .OfType<PropertyInfo>()
        .Select(property => (ServiceDescriptor)property.GetValue(null)!)
        .Where(service => service.FullName.StartsWith("cluster.", StringComparison.Ordinal))
        .SelectMany(service => service.Methods);

    /// <summary>Calls that know nothing of generated clients.</summary>
    public static HttpClient Client(ApiHost host) => new()
    {
        BaseAddress = new Uri($"http://{host.Channel.Target}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <param name="message">What is sent; the empty message, which every call takes, and refuses or answers at once, where null.</param>
    /// <returns>How the call ended, and its answer's bytes as characters: text in a message stands there as it is.</returns>
    public static async Task<(StatusCode Code, string Answer)> CallAsync(
        HttpClient client, string method, string? token, IMessage? message = null)
    {
        byte[] bytes = message?.ToByteArray() ?? [];
        byte[] framed = [0, 0, 0, 0, 0, .. bytes];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), bytes.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailers)
            ? trailers
            : response.Headers.GetValues("grpc-status");
        return ((StatusCode)int.Parse(status.Single(), CultureInfo.InvariantCulture), Encoding.Latin1.GetString(answer));
    }
}
