using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

public sealed class OrtErrorTests
{
    private static readonly byte[] Identity = TinyModel.Of(
        [TinyModel.Node("Relu", ["x"], "y")],
        [TinyModel.Value("x", TinyModel.Float, "N", "3")],
        [TinyModel.Value("y", TinyModel.Float, "N", "3")]);

    public OrtErrorTests() => OrtRequired.OrSkip();

    [Fact]
    public void Open_Garbage_TellsTheRuntimesReasonInOneLine()
    {
        KernelException error = Should.Throw<KernelException>(() => OrtSession.Open([1, 2, 3, 4, 5, 6, 7, 8], OrtRequired.Options));

        error.Message.ShouldStartWith("ONNX Runtime cannot open the model: ");
        error.Message.ShouldContain("protobuf", Case.Insensitive);
        error.Message.ShouldNotContain('\n');
    }

    [Fact]
    public void Open_MissingFile_NamesIt()
        => Should.Throw<KernelException>(() => OrtSession.Open("/nowhere/net.onnx", OrtRequired.Options))
            .Message.ShouldStartWith("ONNX Runtime cannot open '/nowhere/net.onnx': ");

    [Fact]
    public void Open_UnknownOperator_NamesIt()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Frobnicate", ["x"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "3")],
            [TinyModel.Value("y", TinyModel.Float, "3")]);

        Should.Throw<KernelException>(() => OrtSession.Open(model, OrtRequired.Options)).Message.ShouldContain("Frobnicate");
    }

    [Fact]
    public void Open_BadOptions_AreRefused()
    {
        Should.Throw<KernelException>(() => OrtSession.Open(Identity, new OrtSessionOptions { Threads = 0 }))
            .Message.ShouldBe("A session was asked to use 0 threads: use 1 or more.");
        Should.Throw<KernelException>(() => OrtSession.Open(Identity, new OrtSessionOptions { Provider = "abacus" }))
            .Message.ShouldContain("use cpu, cuda or tensorrt");
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    public void Open_ProviderThatIsNotHere_IsSaid(string provider)
    {
        // A library may list a GPU provider whose own library is absent, so only opening tells.
        KernelException error;
        try
        {
            using OrtSession session = OrtSession.Open(Identity, new OrtSessionOptions { Provider = provider });
            Assert.Skip($"{provider} works here");
            return;
        }
        catch (KernelException thrown)
        {
            error = thrown;
        }

        error.Message.ShouldStartWith($"ONNX Runtime {OrtRuntime.Version} cannot use ");
    }

    [Fact]
    public void Run_WrongSizes_TellsShapeAndCount()
    {
        using OrtSession session = OrtSession.Open(Identity, OrtRequired.Options);

        Should.Throw<KernelException>(() => session.Run([1, 2], [1, 3], new float[3]))
            .Message.ShouldBe("The network's input of shape [1, 3] has 3 elements, but 2 were given.");
        Should.Throw<KernelException>(() => session.Run([1, 2, 3], [1, 3], new float[4]))
            .Message.ShouldBe("The network's output of shape [1, 3] has 3 elements, but 4 were given.");
        Should.Throw<KernelException>(() => session.Run([1, 2], [1, 2], new float[3]))
            .Message.ShouldContain("invalid dimensions for input: x");
        Should.Throw<KernelException>(() => session.Run([1, 2, 3], [3], new float[3]))
            .Message.ShouldContain("Invalid rank for input: x");
        Should.Throw<KernelException>(() => OrtTensor.Of([1f, 2], 3))
            .Message.ShouldBe("A tensor of shape [3] has 3 elements, but 2 were given.");
    }

    [Fact]
    public void Run_WrongNamesAndTypes_TellsThem()
    {
        using OrtSession session = OrtSession.Open(Identity, OrtRequired.Options);
        OrtTensor floats = OrtTensor.Of([1f, 2, 3], 1, 3);

        Should.Throw<KernelException>(() => session.Run([new OrtInput("z", floats)], ["y"])).Message.ShouldContain("z");
        Should.Throw<KernelException>(() => session.Run([new OrtInput("x", floats)], ["missing"])).Message.ShouldContain("missing");
        Should.Throw<KernelException>(() => session.Run([new OrtInput("x", OrtTensor.Of([1, 2, 3], 1, 3))], ["y"]))
            .Message.ShouldContain("int32");
        Should.Throw<KernelException>(() => OrtTensor.Of(['a'], 1)).Message.ShouldStartWith("Tensors of Char are not passed");
    }

    [Fact]
    public void Run_NetworkOfTwoInputs_AsksForNamedTensors()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Add", ["a", "b"], "y")],
            [TinyModel.Value("a", TinyModel.Float, "2"), TinyModel.Value("b", TinyModel.Float, "2")],
            [TinyModel.Value("y", TinyModel.Float, "2")]);
        using OrtSession session = OrtSession.Open(model, OrtRequired.Options);

        Should.Throw<KernelException>(() => session.Run([1, 2], [2], new float[2])).Message.ShouldContain("pass named tensors");
    }

    [Fact]
    public void Run_AfterDispose_IsRefused()
    {
        OrtSession session = OrtSession.Open(Identity, OrtRequired.Options);
        OrtBinding binding = session.Bind([1, 3]);
        session.Dispose();

        Should.Throw<ObjectDisposedException>(() => session.Run([1, 2, 3], [1, 3], new float[3]));
        Should.Throw<ObjectDisposedException>(binding.Run);
        binding.Dispose();
        Should.Throw<ObjectDisposedException>(binding.Run);
    }

    [Fact]
    public void EndProfiling_WithoutAProfile_IsRefused()
    {
        using OrtSession session = OrtSession.Open(Identity, OrtRequired.Options);

        Should.Throw<KernelException>(session.EndProfiling).Message.ShouldContain("ProfilePrefix");
    }
}
