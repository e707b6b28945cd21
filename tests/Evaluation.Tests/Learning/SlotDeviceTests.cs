using Cluster.Coordinator.Work;
using Cluster.Evaluation.Failures;
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
    public void Current_GpuThatCannotBeUsed_IsTheDevicesFaultAndNothingTakesItsPlace()
    {
        string? before = Environment.GetEnvironmentVariable(SlotDevice.Variable);
        try
        {
            Environment.SetEnvironmentVariable(SlotDevice.Variable, "cuda:127");
            var refusal = Should.Throw<DeviceUnusableException>(SlotDevice.Current);
            refusal.Message.ShouldStartWith("The slot's GPU cannot be used: cuda:127 was asked for");
            EvaluationFailures.Of(refusal).ShouldNotBeNull().Kind.ShouldBe(FailureKind.DeviceError);
            Environment.SetEnvironmentVariable(SlotDevice.Variable, null);
            SlotDevice.Current().ShouldBe(ComputeDevice.Cpu);
        }
        finally
        {
            Environment.SetEnvironmentVariable(SlotDevice.Variable, before);
        }
    }
}
