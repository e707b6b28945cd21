using TorchSharp;

namespace Cluster.TorchSharpTests;

/// <summary>Scopes are a chain since TorchSharp 0.102.6; before, a stack that only its top may leave.</summary>
public sealed class DisposeScopeOrderTests
{
    [Fact]
    public void Dispose_OutOfOrder_ClosesTheChainAroundIt()
    {
        DisposeScope outer = torch.NewDisposeScope();
        using DisposeScope inner = torch.NewDisposeScope();

        outer.Dispose();
        torch.Tensor tensor = torch.ones([1]);

        tensor.MoveToOuterDisposeScope();
        inner.Dispose();
        tensor.IsInvalid.ShouldBeFalse();
        tensor.Dispose();
    }
}
