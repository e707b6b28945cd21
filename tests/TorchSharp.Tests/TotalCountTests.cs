using TorchSharp;

namespace Cluster.TorchSharpTests;

/// <summary>Alone, as it counts the tensors of the whole process.</summary>
[CollectionDefinition(nameof(TotalCountTests), DisableParallelization = true)]
[Collection(nameof(TotalCountTests))]
public sealed class TotalCountTests
{
    [Fact]
    public void TotalCount_TensorMadeAndDisposedOf_ReturnsToWhatItWas()
    {
        long before = torch.Tensor.TotalCount;

        using (torch.ones([1]))
        {
            torch.Tensor.TotalCount.ShouldBe(before + 1);
        }

        torch.Tensor.TotalCount.ShouldBe(before);
    }
}
