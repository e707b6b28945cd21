using Cluster.Kernels.Execution.ActivationOffload;
using TorchSharp;

namespace Cluster.Kernels.Tests.Execution.ActivationOffload;

public sealed class OffloadedTensorTests
{
    private static readonly long[] Shape = [3, 5, 4, 7];

    [Theory]
    [InlineData("row-major")]
    [InlineData("channels-last")]
    [InlineData("one channel, channels-last")]
    [InlineData("with gaps")]
    [InlineData("vector")]
    public void Fetch_FromMemoryOrDisk_SameBitsAndFormat(string layout)
    {
        using var folder = new WorkFolder();
        foreach (long bytes in new[] { 0, long.MaxValue })
        {
            using var space = new SpillSpace(bytes, folder.Root);
            using var original = Tensor(layout);
            float[] values = TensorFactory.ToFloats(original);
            long[] strides = layout == "with gaps" && bytes == 0 ? Tensor("row-major").stride() : original.stride();

            using var offloaded = new OffloadedTensor(space, original.alias());
            space.Spilled.ShouldBe(bytes == 0 ? 4096 : 0);
            using var fetched = offloaded.Fetch();

            TensorFactory.ToFloats(fetched).ShouldBe(values);
            fetched.shape.ShouldBe(original.shape);
            fetched.stride().ShouldBe(strides);
        }
    }

    [Fact]
    public void Park_SpilledIsDisposed_DiskIsFree()
    {
        using var folder = new WorkFolder();
        using var space = new SpillSpace(0, folder.Root);
        new OffloadedTensor(space, Tensor("row-major")).Dispose();

        space.Spilled.ShouldBe(0);
    }

    private static torch.Tensor Tensor(string layout)
    {
        var x = TensorFactory.FromFloats(MemoryLayoutTests.Values(), Shape);
        return layout switch
        {
            "row-major" => x,
            "channels-last" => TensorOps.ToChannelsLast(x),
            "one channel, channels-last" => TensorOps.ToChannelsLast(x.reshape([3, 1, 20, 7])),
            "with gaps" => MemoryLayoutTests.Strided(x),
            _ => x.reshape([420]),
        };
    }
}
