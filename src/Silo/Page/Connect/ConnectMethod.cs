using System.Collections.Frozen;
using Cluster.Contract.V1;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Cluster.Silo.Page.Connect;

/// <summary>A method of the contract that the page calls.</summary>
/// <param name="Descriptor">Its messages, and whether it streams.</param>
/// <param name="Needed">The role that its caller needs: the same as in its service.</param>
internal sealed record ConnectMethod(MethodDescriptor Descriptor, Role Needed)
{
    // Only what the page needs: jobs are submitted by gRPC.
    private static readonly FrozenDictionary<string, ConnectMethod> Methods = new[]
    {
        Of<JobGrpcService>(JobService.Descriptor, nameof(JobService.JobServiceClient.ListJobs)),
        Of<JobGrpcService>(JobService.Descriptor, nameof(JobService.JobServiceClient.GetJob)),
        Of<JobGrpcService>(JobService.Descriptor, nameof(JobService.JobServiceClient.WatchJob)),
        Of<JobGrpcService>(JobService.Descriptor, nameof(JobService.JobServiceClient.PauseJob)),
        Of<JobGrpcService>(JobService.Descriptor, nameof(JobService.JobServiceClient.ResumeJob)),
        Of<JobGrpcService>(JobService.Descriptor, nameof(JobService.JobServiceClient.CancelJob)),
        Of<ArtefactGrpcService>(ArtefactService.Descriptor, nameof(ArtefactService.ArtefactServiceClient.DownloadArtefact)),
        Of<NodeGrpcService>(NodeService.Descriptor, nameof(NodeService.NodeServiceClient.ListNodes)),
    }.ToFrozenDictionary(method => method.Path, StringComparer.Ordinal);

    /// <summary>Whether it changes something.</summary>
    public bool Changes => Needed > Role.Read;

    /// <summary>All methods.</summary>
    public static IEnumerable<ConnectMethod> All => Methods.Values;

    /// <summary>"/cluster.v1.JobService/GetJob": the same path as in gRPC.</summary>
    public string Path => $"/{Descriptor.Service.FullName}/{Descriptor.Name}";

    /// <summary>The media type of its requests and answers.</summary>
    public string MediaType => Descriptor.IsServerStreaming ? "application/connect+json" : "application/json";

    /// <summary>The method of a path, or null.</summary>
    public static ConnectMethod? Find(string? path) => path is not null && Methods.TryGetValue(path, out var method) ? method : null;

    private static ConnectMethod Of<TService>(ServiceDescriptor service, string name) =>
        new(service.FindMethodByName(name), NeededRole.Of(typeof(TService), name));
}
