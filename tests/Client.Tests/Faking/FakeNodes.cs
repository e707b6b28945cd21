using Cluster.Contract.V1;
using Grpc.Core;

namespace Cluster.Client.Tests.Faking;

internal sealed class FakeNodes(FakeState state) : NodeService.NodeServiceBase
{
    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context)
    {
        state.Enter(nameof(ListNodes), request, context);
        var (page, next) = FakePages.Cut(state.Nodes, request.PageToken, request.PageSize);
        return Task.FromResult(new ListNodesResponse { Nodes = { page }, NextPageToken = next });
    }
}
