using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>The node service.</summary>
[Authorize(Roles = nameof(Role.Read))]
internal sealed class NodeGrpcService(ClusterNodes all, JobFeeds feeds, PageTokens tokens, ApiOptions options)
    : V1.NodeService.NodeServiceBase
{
    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(24);

    private const int UsualPage = 100;
    private const string List = "nodes";

    // Stands for a job whose name is hidden.
    private const string Occupied = "jobs/-";

    public override async Task<V1.ListNodesResponse> ListNodes(V1.ListNodesRequest request, ServerCallContext context)
    {
        string tenant = CallerTenant.Of(context);
        var size = PageSize.Of(request.PageSize, UsualPage);
        var after = tokens.Read(List, request.PageToken);
        var nodes = await all.ListAsync(context.CancellationToken);
        var found = nodes.Where(node => string.CompareOrdinal(node.Id, after) > 0).Take(size + 1)
            .ToArray();
        var jobs = await FeedsAsync(found.Take(size), context.CancellationToken);
        var response = new V1.ListNodesResponse
        {
            Nodes = { found.Take(size).Select(node => node.ToContract(slot => WorkOf(slot, jobs, tenant)).Redact(options.Redact)) }
        };
        if (found.Length > size)
        {
            response.NextPageToken = tokens.Write(List, found[size - 1].Id);
        }

        return response;
    }

    [Authorize(Roles = nameof(Role.Admin))]
    public override Task<V1.Node> CordonNode(V1.CordonNodeRequest request, ServerCallContext context) =>
        ChangeAsync(request.Name, (nodes, node) => nodes.CordonAsync(node, isCordoned: true), context);

    [Authorize(Roles = nameof(Role.Admin))]
    public override Task<V1.Node> UncordonNode(V1.UncordonNodeRequest request, ServerCallContext context) =>
        ChangeAsync(request.Name, (nodes, node) => nodes.CordonAsync(node, isCordoned: false), context);

    [Authorize(Roles = nameof(Role.Admin))]
    public override Task<V1.Node> DrainNode(V1.DrainNodeRequest request, ServerCallContext context)
    {
        var grace = request.Grace?.ToTimeSpan() ?? UsualGrace;
        return grace >= TimeSpan.Zero && grace <= LongestGrace
            ? ChangeAsync(request.Name, (nodes, node) => nodes.DrainAsync(node, grace), context)
            : throw ApiError.Field(
                Reason.RequestInvalid, "grace", $"The grace must be 0 s to 86400 s, not {grace.TotalSeconds:0.###} s.");
    }

    private async Task<V1.Node> ChangeAsync(
        string name, Func<ClusterNodes, string, Task<NodeStatus?>> change, ServerCallContext context)
    {
        if (CallerTenant.Of(context) is var tenant && tenant != TenantName.Default)
        {
            throw ApiError.Of(
                StatusCode.PermissionDenied,
                Reason.RoleMissing,
                $"Nodes are all tenants', and {tenant} is one of them: ask an administrator of the tenant {TenantName.Default}.");
        }

        var cancellationToken = context.CancellationToken;
        var id = Names.NodeId(name);
        if (await change(all, id).WaitAsync(cancellationToken) is not { } shown)
        {
            throw ApiError.Of(
                StatusCode.NotFound, Reason.NodeUnknown, $"There is no node {id}: list the nodes to see which there are.", ("node", id));
        }

        var jobs = await FeedsAsync([shown], cancellationToken);
        return shown.ToContract(slot => WorkOf(slot, jobs, tenant)).Redact(options.Redact);
    }

    // For another tenant's job, or one that cannot be read: only that the slot is busy.
    private static string WorkOf(SlotStatus slot, Dictionary<string, JobFeed> jobs, string tenant)
    {
        if (!jobs.TryGetValue(slot.Job!, out var feed) || TenantName.Of(feed.Entry) != tenant)
        {
            return Occupied;
        }

        return slot.Sequence is { } sequence && feed.Read(view => view.CandidateOf(sequence)) is { } candidate
            ? Names.Candidate(slot.Job!, candidate.Number)
            : Names.Job(slot.Job!);
    }

    private async Task<Dictionary<string, JobFeed>> FeedsAsync(IEnumerable<NodeStatus> nodes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, JobFeed>(StringComparer.Ordinal);
        foreach (var job in nodes.SelectMany(node => node.Slots).Select(slot => slot.Job).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await feeds.RefreshAsync(job, cancellationToken) is { } feed)
            {
                found[job] = feed;
            }
        }

        return found;
    }
}
