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
                x = (x.add(TensorQuantizer.FakeQuantize(x, new QuantizationParameters(0.1f, 0, -128, 127)))).relu();
                x.max(1).values.NumberOfElements.ShouldBe(16);
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
}
