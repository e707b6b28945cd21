namespace Cluster.Client.Tests.Faking;

internal sealed class FakeNodes(FakeState state) : NodeService.NodeServiceBase
{
    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context)
    {
        state.Enter(nameof(ListNodes), request, context);
        var (page, next) = FakePages.Cut(state.Nodes, request.PageToken, request.PageSize);
        return Task.FromResult(new ListNodesResponse { Nodes = { page }, NextPageToken = next });
    }

    public override Task<Node> CordonNode(CordonNodeRequest request, ServerCallContext context) =>
        ChangeAsync(nameof(CordonNode), request, request.Name, NodeState.Cordoned, context);

    public override Task<Node> UncordonNode(UncordonNodeRequest request, ServerCallContext context) =>
        ChangeAsync(nameof(UncordonNode), request, request.Name, NodeState.Ready, context);

    public override Task<Node> DrainNode(DrainNodeRequest request, ServerCallContext context) =>
        ChangeAsync(nameof(DrainNode), request, request.Name, NodeState.Cordoned, context);

    private Task<Node> ChangeAsync(
        string method, Google.Protobuf.IMessage request, string name, NodeState changed, ServerCallContext context)
    {
        state.Enter(method, request, context);
        return Task.FromResult(new Node { Name = name, State = changed });
    }
}
