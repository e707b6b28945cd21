using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Tests.Gpus;

public sealed class SlotDeviceTests
{
    [Theory]
    [InlineData("cpu:0", null)]
    [InlineData("cpu:3", null)]
    [InlineData("cuda:0", "cuda:0")]
    [InlineData("cuda:5", "cuda:0")]
    public void Of_Slot_IsTheFirstGpuThatItsChildSees(string slot, string? expected) => SlotDevice.Of(slot).ShouldBe(expected);

    [Theory]
    [InlineData(null, 1, "1")]
    [InlineData("", 0, "0")]
    [InlineData("2, 3", 1, "3")]
    [InlineData("GPU-8f4", 0, "GPU-8f4")]
    [InlineData("2", 1, "1")]
    public void NameOf_VisibleDevices_IsTheMachinesNameOfTheGpu(string? visible, int index, string name)
    {
        string? before = Environment.GetEnvironmentVariable(VisibleDevices.Variable);
        try
        {
            Environment.SetEnvironmentVariable(VisibleDevices.Variable, visible);
            VisibleDevices.NameOf(index).ShouldBe(name);
        }
        finally
        {
            Environment.SetEnvironmentVariable(VisibleDevices.Variable, before);
        }
    }

    [Theory]
    [InlineData(6, 1, "float16")]
    [InlineData(7, 5, "")]
    [InlineData(8, 0, "")]
    public void Missing_Capability_AreTheFormatsThatCameLater(int major, int minor, string formats) =>
        string.Join(' ', SlotOffer.Missing((major, minor))).ShouldBe(formats);

    [Fact]
    public void Current_UnusableGpu_IsDeviceFaultWithoutFallback()
    {
        string? before = Environment.GetEnvironmentVariable(SlotDevice.Variable);
        try
        {
            Environment.SetEnvironmentVariable(SlotDevice.Variable, "cuda:127");
            var refusal = Should.Throw<DeviceUnusableException>(() => SlotDevice.Current().Require());
            refusal.Message.ShouldStartWith("The slot's GPU cannot be used: cuda:127 was asked for");
            EvaluationFailures.Of(refusal).ShouldNotBeNull().Kind.ShouldBe(FailureKind.DeviceError);
            Environment.SetEnvironmentVariable(SlotDevice.Variable, null);
            SlotDevice.Current().Require().ShouldBe(ComputeDevice.Cpu);
        }
        finally
        {
            Environment.SetEnvironmentVariable(SlotDevice.Variable, before);
        }
    }
}
