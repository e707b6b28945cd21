using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class DisposeScopeTests
{
    [Fact]
    public void NewDisposeScope_ManyOperators_LeaveNoTensorBehind()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (torch.NewDisposeScope())
        {
            torch.Tensor x = TensorFactory.FromFloats(new float[64], [1, 4, 4, 4]);
            for (int i = 0; i < 20; i++)
            {
                x = TensorOps.Relu(TensorOps.Add(x, NativeKernels.FakeQuantize(x, new QuantizationParameters(0.1f, 0, -128, 127))));
                Aten.Call("aten::max.dim", x, 1).NumberOfElements.ShouldBe(16);
            }
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void TypedWrappers_WithIntermediates_LeaveOnlyTheirResult()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = TensorFactory.FromFloats([1, 2], [2]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        torch.Tensor y = TensorOps.HardSigmoid(x, 0.2, 0.5);

        y.NumberOfElements.ShouldBe(2);

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before + 1);
    }

    [Fact]
    public void MoveToOuterDisposeScope_FromInner_LivesAsLongAsOuter()
    {
        torch.Tensor kept;
        using (torch.NewDisposeScope())
        {
            using (torch.NewDisposeScope())
            {
                kept = TensorFactory.FromFloats([1], [1]).MoveToOuterDisposeScope();
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
            kept = TensorFactory.FromFloats([3], [1]).DetachFromDisposeScope();
        }

        TensorFactory.ToFloats(kept).ShouldBe([3f]);
        kept.Dispose();
    }

    [Fact]
    public void Parameter_FromScopedTensor_TakesItsPlaceInTheScope()
    {
        TorchSharp.Modules.Parameter parameter;
        using (torch.NewDisposeScope())
        {
            torch.Tensor data = TensorFactory.FromFloats([1], [1]);
            parameter = torch.nn.Parameter(data);
            data.IsInvalid.ShouldBeTrue();
            parameter.requires_grad.ShouldBeTrue();
        }

        parameter.IsInvalid.ShouldBeTrue();
    }
}
