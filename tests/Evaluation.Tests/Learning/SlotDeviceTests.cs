using Cluster.Evaluation.Learning;
using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Tests.Learning;

public sealed class SlotDeviceTests
{
    [Theory]
    [InlineData("cpu:0", null)]
    [InlineData("cpu:3", null)]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("cuda:5", "cuda:0")]
    public void Of_Slot_IsTheFirstGpuThatItsChildSees(string slot, string? expected) => SlotDevice.Of(slot).ShouldBe(expected);

    [Fact]
    public void Current_GpuThatCannotBeUsed_SaysWhyAndTakesTheProcessor()
    {
        string? before = Environment.GetEnvironmentVariable(SlotDevice.Variable);
        var said = new List<string>();
        try
        {
            Environment.SetEnvironmentVariable(SlotDevice.Variable, "cuda:127");
            SlotDevice.Current(said.Add).ShouldBe(ComputeDevice.Cpu);
            said.ShouldHaveSingleItem().ShouldStartWith("learning on the processor: cuda:127 was asked for");
            Environment.SetEnvironmentVariable(SlotDevice.Variable, null);
            SlotDevice.Current(said.Add).ShouldBe(ComputeDevice.Cpu);
            said.Count.ShouldBe(1, "a slot of the processor has nothing to say");
        }
        finally
        {
            Environment.SetEnvironmentVariable(SlotDevice.Variable, before);
        }
    }
}
