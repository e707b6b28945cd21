namespace Cluster.Kernels.Tests.Tensors;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu", null, "cpu", "cpu")]
    [InlineData("cuda", 0, "cuda:0", "cuda")]
    [InlineData("cuda:0", 0, "cuda:0", "cuda")]
    [InlineData("cuda:7", 7, "cuda:7", "cuda")]
    public void Parse_Known_HasItsNumberAndName(string text, int? index, string name, string kind)
    {
        var device = ComputeDevice.Parse(text);

        (device.Index, device.ToString(), device.Kind, device.IsHost).ShouldBe((index, name, kind, index is null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:1,2")]
    [InlineData("cuda:128")]
    public void Parse_Unknown_IsRefusedInOneSentence(string text) =>
        Should.Throw<KernelException>(() => ComputeDevice.Parse(text))
            .Message.ShouldBe($"The device '{text}' is not known; cpu, cuda or cuda:N is expected.");

    [Fact]
    public void RequireUsable_Cuda_IsRefusedWhereThereIsNone()
    {
        ComputeDevice.Cpu.RequireUsable();

        string refusal = Should.Throw<KernelException>(() => ComputeDevice.Parse("cuda:127").RequireUsable()).Message;

        refusal.ShouldStartWith("cuda:127 was asked for, but libtorch");
        refusal.ShouldContain(TorchSettings.CudaDevices == 0 ? "no CUDA device" : "name one of these");
    }
}
