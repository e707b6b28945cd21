using TorchSharp;
using TorchSharp.Modules;

namespace Cluster.TorchSharpTests;

public sealed class DisposeScopeTests
{
    [Fact]
    public void NewDisposeScope_ManyOperators_LeaveNoTensorBehind()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (torch.NewDisposeScope())
        {
            torch.Tensor x = torch.ones([64]);
            for (int i = 0; i < 20; i++)
            {
                x *= x.exp();
            }

            DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before + 41);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void MoveToOuterDisposeScope_FromInner_LivesAsLongAsOuter()
    {
        torch.Tensor kept;
        using (torch.NewDisposeScope())
        {
            using (torch.NewDisposeScope())
            {
                kept = torch.ones([1]).MoveToOuterDisposeScope();
            }

            kept.IsInvalid.ShouldBeFalse();
        }

        kept.IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public void DetachFromDisposeScope_Tensor_OutlivesTheScope()
    {
        torch.Tensor kept;
        using (torch.NewDisposeScope())
        {
            kept = torch.tensor([3f]).DetachFromDisposeScope();
        }

        kept.item<float>().ShouldBe(3);
        kept.Dispose();
    }

    [Fact]
    public void Parameter_FromScopedTensor_TakesItsPlaceInTheScope()
    {
        Parameter parameter;
        using (torch.NewDisposeScope())
        {
            torch.Tensor data = torch.ones([1]);
            parameter = new Parameter(data);
            data.IsInvalid.ShouldBeTrue();
            parameter.requires_grad.ShouldBeTrue();
        }

        parameter.IsInvalid.ShouldBeTrue();
    }
}
