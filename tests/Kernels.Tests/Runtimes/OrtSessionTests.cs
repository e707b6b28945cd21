using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

public sealed class OrtSessionTests
{
    private static readonly byte[] Doubler = TinyModel.Of(
        [TinyModel.Node("Add", ["x", "x"], "sum"), TinyModel.Node("Neg", ["sum"], "y")],
        [TinyModel.Value("x", TinyModel.Float, "N", "3")],
        [TinyModel.Value("y", TinyModel.Float, "N", "3")]);

    public OrtSessionTests() => OrtRequired.OrSkip();

    [Fact]
    public void Runtime_Loaded_TellsVersionAndProviders()
    {
        Version.TryParse(OrtRuntime.Version, out Version? version).ShouldBeTrue();
        version!.Major.ShouldBe(1);
        OrtRuntime.Providers.ShouldContain("CPUExecutionProvider");
        OrtRuntime.LibraryPath.ShouldContain("libonnxruntime.so");
    }

    [Fact]
    public void Open_Model_TellsNamesAndShapes()
    {
        using OrtSession session = OrtSession.Open(Doubler, OrtRequired.Options);

        session.InputNames.ShouldBe(["x"]);
        session.OutputNames.ShouldBe(["y"]);
        session.InputShape.ShouldBe([-1L, 3]);
        session.OutputShape.ShouldBe([-1L, 3]);
        session.Options.ShouldBe(OrtRequired.Options);
    }

    [Fact]
    public void Run_BatchOfTwo_WritesIntoTheGivenBuffer()
    {
        using OrtSession session = OrtSession.Open(Doubler, OrtRequired.Options);
        float[] output = new float[6];

        session.Run([1, 2, 3, 4, 5, 6], [2, 3], output);

        output.ShouldBe([-2f, -4, -6, -8, -10, -12]);
    }

    [Fact]
    public void Run_OutputShapeUnknownBeforehand_IsCopiedFromTheRuntime()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Flatten", ["x"], "y", TinyModel.Integer("axis", 0))],
            [TinyModel.Value("x", TinyModel.Float, "N", "3")],
            [TinyModel.Value("y", TinyModel.Float, "1", "M")]);
        using OrtSession session = OrtSession.Open(model, OrtRequired.Options);
        float[] output = new float[6];

        session.Run([1, 2, 3, 4, 5, 6], [2, 3], output);

        output.ShouldBe([1f, 2, 3, 4, 5, 6]);
        Should.Throw<KernelException>(() => session.Run([1, 2, 3], [1, 3], output))
            .Message.ShouldContain("[1, 3] has 3 elements, but 6 were given");
        using OrtBinding binding = session.Bind([2, 3]);
        binding.OutputShape.ShouldBe([1L, 6]);
    }

    [Theory]
    [InlineData(TinyModel.UInt8)]
    [InlineData(TinyModel.Int8)]
    [InlineData(TinyModel.Int32)]
    [InlineData(TinyModel.Int64)]
    [InlineData(TinyModel.Float)]
    public void Run_ElementTypes_PassBothWays(int type)
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Identity", ["x"], "y")],
            [TinyModel.Value("x", type, "2", "2")],
            [TinyModel.Value("y", type, "2", "2")]);
        using OrtSession session = OrtSession.Open(model, OrtRequired.Options);
        OrtTensor input = type switch
        {
            TinyModel.UInt8 => OrtTensor.Of<byte>([0, 1, 128, 255], 2, 2),
            TinyModel.Int8 => OrtTensor.Of<sbyte>([-128, -1, 0, 127], 2, 2),
            TinyModel.Int32 => OrtTensor.Of([int.MinValue, -1, 0, int.MaxValue], 2, 2),
            TinyModel.Int64 => OrtTensor.Of([long.MinValue, -1, 0, long.MaxValue], 2, 2),
            _ => OrtTensor.Of([float.MinValue, -0.5f, 0f, float.Epsilon], 2, 2),
        };

        OrtTensor output = session.Run([new OrtInput("x", input)], ["y"]).ShouldHaveSingleItem();

        output.Type.ShouldBe(input.Type);
        output.Shape.ShouldBe([2L, 2]);
        output.Data.ShouldBe(input.Data);
    }

    [Fact]
    public void Run_IntermediateAddedAsOutput_IsReadInTheOrderAskedFor()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Add", ["a", "b"], "sum"), TinyModel.Node("Neg", ["sum"], "y")],
            [TinyModel.Value("a", TinyModel.Float, "2"), TinyModel.Value("b", TinyModel.Float, "2")],
            [TinyModel.Value("y", TinyModel.Float, "2"), TinyModel.Value("sum", TinyModel.Float, "2")]);
        using OrtSession session = OrtSession.Open(model, OrtRequired.Options);

        IReadOnlyList<OrtTensor> outputs = session.Run(
            [new OrtInput("b", OrtTensor.Of([10f, 20], 2)), new OrtInput("a", OrtTensor.Of([1f, 2], 2))],
            ["sum", "y"]);

        outputs[0].Span<float>().ToArray().ShouldBe([11f, 22]);
        outputs[1].Span<float>().ToArray().ShouldBe([-11f, -22]);
        Should.Throw<KernelException>(() => outputs[0].Span<int>().ToArray()).Message.ShouldBe("A tensor of Float was read as Int32.");
    }

    [Fact]
    public void RunInPlace_SeveralOutputs_AreReadWhereTheyLieUntilTheyAreDisposed()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Add", ["x", "x"], "sum"), TinyModel.Node("Neg", ["sum"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "N", "3")],
            [TinyModel.Value("sum", TinyModel.Float, "N", "3"), TinyModel.Value("y", TinyModel.Float, "N", "3")]);
        using OrtSession session = OrtSession.Open(model, OrtRequired.Options);

        OrtOutputs outputs = session.RunInPlace([TensorData.FromFloats([2, 3], [1, 2, 3, 4, 5, 6])], ["y", "sum"]);

        outputs.Span<float>(0).ToArray().ShouldBe([-2f, -4, -6, -8, -10, -12]);
        outputs.Span<float>(1).ToArray().ShouldBe([2f, 4, 6, 8, 10, 12]);
        Should.Throw<KernelException>(() => outputs.Span<byte>(0).ToArray()).Message.ShouldBe("A tensor of Float was read as Byte.");
        outputs.Dispose();
        outputs.Dispose();
        Should.Throw<ObjectDisposedException>(() => outputs.Span<float>(0).ToArray());
        Should.Throw<KernelException>(() => session.RunInPlace([TensorData.FromFloats([2, 3], new float[6])], ["z"]))
            .Message.ShouldContain("z");
    }

    [Fact]
    public void RunInPlace_OutputThatIsAnInput_StaysReadable()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Neg", ["x"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "N", "3")],
            [TinyModel.Value("y", TinyModel.Float, "N", "3"), TinyModel.Value("x", TinyModel.Float, "N", "3")]);
        using OrtSession session = OrtSession.Open(model, OrtRequired.Options);

        using OrtOutputs outputs = session.RunInPlace([TensorData.FromFloats([1, 3], [1, 2, 3])], ["x", "y"]);

        outputs.Span<float>(0).ToArray().ShouldBe([1f, 2, 3]);
        outputs.Span<float>(1).ToArray().ShouldBe([-1f, -2, -3]);
    }

    [Fact]
    public void RunInPlace_LargeTensors_AreNotCopied()
    {
        const int Rows = 1 << 18;
        using OrtSession session = OrtSession.Open(Doubler, OrtRequired.Options);
        TensorData[] inputs = [TensorData.FromFloats([Rows, 3], new float[3 * Rows])];
        session.RunInPlace(inputs, ["y"]).Dispose();

        long before = GC.GetAllocatedBytesForCurrentThread();
        using (var outputs = session.RunInPlace(inputs, ["y"]))
        {
            outputs.Span<float>(0).Length.ShouldBe(3 * Rows);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(sizeof(float) * Rows, "3 MiB come in and 3 MiB go out");
    }

    [Fact]
    public void Run_ManyThreadsOnOneSession_AllGiveTheirOwnResult()
    {
        using OrtSession session = OrtSession.Open(Doubler, OrtRequired.Options);
        float[][] outputs = [.. Enumerable.Range(0, 64).Select(_ => new float[3])];

        Parallel.For(0, outputs.Length, i => session.Run([i, i + 1, i + 2], [1, 3], outputs[i]));

        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i].ShouldBe([-2f * i, -2f * (i + 1), -2f * (i + 2)]);
        }
    }

    [Fact]
    public void Bind_RepeatedRuns_AllocateNothing()
    {
        using OrtSession session = OrtSession.Open(Doubler, OrtRequired.Options);
        using OrtBinding binding = session.Bind([1, 3]);
        binding.Run();
        float[] values = [1, 2, 3];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            values.CopyTo(binding.Input);
            binding.Run();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        binding.Output.ToArray().ShouldBe([-2f, -4, -6]);
        binding.OutputShape.ShouldBe([1L, 3]);
    }

    [Fact]
    public void Open_ThreadsOptimizedModelAndEntries_AreTaken()
    {
        string optimized = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
        try
        {
            using OrtSession session = OrtSession.Open(
                Doubler,
                new OrtSessionOptions
                {
                    Threads = 2,
                    Affinity = "1",
                    OptimizedModelPath = optimized,
                    ConfigEntries = new Dictionary<string, string>(StringComparer.Ordinal) { ["session.disable_prepacking"] = "1" },
                });
            using OrtSession again = OrtSession.Open(optimized, new OrtSessionOptions { Optimize = OrtOptimization.Disabled });
            float[] output = new float[3];
            again.Run([1, 2, 3], [1, 3], output);
            output.ShouldBe([-2f, -4, -6]);
        }
        finally
        {
            File.Delete(optimized);
        }
    }
}
