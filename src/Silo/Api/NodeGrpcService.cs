using Cluster.Grains.Contracts;
using Cluster.Silo.Api.Mapping;
using Cluster.Silo.Api.Paging;
using Grpc.Core;
using Orleans;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>Nodes over the wire.</summary>
internal sealed class NodeGrpcService(IGrainFactory grains, JobFeeds feeds, PageTokens tokens) : V1.NodeService.NodeServiceBase
{
    private const int UsualPage = 100;
    private const string List = "nodes";

    public override async Task<V1.ListNodesResponse> ListNodes(V1.ListNodesRequest request, ServerCallContext context)
    {
        var size = PageSize.Of(request.PageSize, UsualPage);
        var after = tokens.Read(List, request.PageToken);
        var nodes = await grains.GetGrain<INodeDirectoryGrain>(0).ListAsync().WaitAsync(context.CancellationToken);
        var found = nodes.OrderBy(node => node.Id, StringComparer.Ordinal)
            .Where(node => string.CompareOrdinal(node.Id, after) > 0)
            .Take(size + 1)
            .ToArray();
        var jobs = await FeedsAsync(found.Take(size), context.CancellationToken);
        var response = new V1.ListNodesResponse
        {
            Nodes = { found.Take(size).Select(node => node.ToContract(slot => WorkOf(slot, jobs))) }
        };
        if (found.Length > size)
        {
            response.NextPageToken = tokens.Write(List, found[size - 1].Id);
        }

        return response;
    }

    private static string WorkOf(SlotStatus slot, Dictionary<string, JobFeed> jobs) =>
        jobs.TryGetValue(slot.Job!, out var feed) && feed.Read(view => view.CandidateOf(slot.Sequence)) is { } candidate
            ? Names.Candidate(slot.Job!, candidate.Number)
            : Names.Job(slot.Job!);

    private async Task<Dictionary<string, JobFeed>> FeedsAsync(IEnumerable<NodeStatus> nodes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, JobFeed>(StringComparer.Ordinal);
        foreach (var job in nodes.SelectMany(node => node.Slots).Select(slot => slot.Job).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (await feeds.RefreshAsync(job, cancellationToken) is { } feed)
                {
                    found[job] = feed;
                }
            }
            catch (Exception failure) when (GrainFailure.IsTransient(failure))
            {
                // Its slots are listed with the job's name alone.
            }
        }

        return found;
    }
}
