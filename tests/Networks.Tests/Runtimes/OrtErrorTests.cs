namespace Cluster.Networks.Tests.Runtimes;

public sealed class OrtErrorTests
{
    private static readonly byte[] Identity = TinyModel.Of("Relu", TinyModel.Float, "N", "3");

    [Fact]
    public void Open_Garbage_TellsTheRuntimesReasonInOneLine()
    {
        KernelException error = Should.Throw<KernelException>(
            () => OrtSession.Open(ModelFile.Of([1, 2, 3, 4, 5, 6, 7, 8]), new OrtSessionOptions()));

        error.Message.ShouldStartWith("ONNX Runtime cannot open the model: ");
        error.Message.ShouldContain("protobuf", Case.Insensitive);
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void Open_MissingFile_NamesIt()
        => Should.Throw<KernelException>(() => OrtSession.Open("/nowhere/net.onnx", new OrtSessionOptions()))
            .Message.ShouldStartWith("ONNX Runtime cannot open '/nowhere/net.onnx': ");

    [Fact]
    public void Open_UnknownOperator_NamesIt()
    {
        byte[] model = TinyModel.Of("Frobnicate", TinyModel.Float, "3");

        Should.Throw<KernelException>(() => OrtSession.Open(ModelFile.Of(model), new OrtSessionOptions()))
            .Message.ShouldContain("Frobnicate");
    }

    [Fact]
    public void Open_BadOptions_AreRefused()
    {
        Should.Throw<KernelException>(() => OrtSession.Open(ModelFile.Of(Identity), new OrtSessionOptions { Threads = 0 }))
            .Message.ShouldBe("A session was asked to use 0 threads: use 1 or more.");
        Should.Throw<KernelException>(() => OrtSession.Open(ModelFile.Of(Identity), new OrtSessionOptions { Provider = "abacus" }))
            .Message.ShouldContain("use cpu, cuda or tensorrt");
    }

    // A library may list a GPU provider whose own library is absent, so only opening tells.
    [Theory]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    public void Open_ProviderThatIsNotHere_IsSaid(string provider)
    {
        var error = Record.Exception(
            () => OrtSession.Open(ModelFile.Of(Identity), new OrtSessionOptions { Provider = provider }).Dispose());

        Assert.SkipWhen(error is null, $"{provider} works here");
        error.ShouldBeOfType<KernelException>().Message.ShouldStartWith($"ONNX Runtime {OrtRuntime.Version} cannot use ");
    }

    [Fact]
    public void Run_WrongInputs_TellsThem()
    {
        using OrtSession session = OrtSession.Open(ModelFile.Of(Identity), new OrtSessionOptions());
        TensorData three = TensorData.FromFloats([1, 3], [1, 2, 3]);

        Should.Throw<KernelException>(() => session.Run([three], new float[4]))
            .Message.ShouldBe("The network's output has 3 elements, but 4 were given.");
        Should.Throw<KernelException>(() => session.Run([TensorData.FromFloats([1, 2], [1, 2])], new float[3]))
            .Message.ShouldContain("invalid dimensions for input: x");
        Should.Throw<KernelException>(() => session.Run([three], ["missing"]))
            .Message.ShouldStartWith("ONNX Runtime cannot run the network: ");
        Should.Throw<KernelException>(() => session.Run([TensorData.FromInt64([1, 3], [1, 2, 3])], ["y"]))
            .Message.ShouldBe("Inputs of Int64 were given; the network takes 'x' (Float).");
        Should.Throw<KernelException>(() => session.Bind([three, three])).Message.ShouldContain("the network takes 'x' (Float)");
    }

    [Fact]
    public void Run_OutputsOfIntegersAlone_AreNumbers()
    {
        byte[] model = TinyModel.Of("Identity", TinyModel.Int64, "2");
        using OrtSession session = OrtSession.Open(ModelFile.Of(model), new OrtSessionOptions());

        float[] output = new float[2];
        session.Run([TensorData.FromInt64([2], [1, 2])], output);
        output.ShouldBe([1, 2]);
    }

    [Fact]
    public void EndProfiling_WithoutAProfile_IsRefused()
    {
        using OrtSession session = OrtSession.Open(ModelFile.Of(Identity), new OrtSessionOptions());

        Should.Throw<KernelException>(session.EndProfiling).Message.ShouldContain("ProfilePrefix");
    }
}
