namespace Cluster.Networks.Tests.Runtimes;

/// <summary>What a session promises over ONNX Runtime's own: memory, lifetimes, threads, options.</summary>
public sealed class OrtSessionTests
{
    private static readonly OrtSessionOptions Usual = new();

    private static readonly byte[] Doubler = TinyModel.Of(
        [TinyModel.Node("Add", ["x", "x"], "sum"), TinyModel.Node("Neg", ["sum"], "y")],
        [TinyModel.Value("x", TinyModel.Float, "N", "3")],
        [TinyModel.Value("sum", TinyModel.Float, "N", "3"), TinyModel.Value("y", TinyModel.Float, "N", "3")]);

    [Theory]
    [InlineData(TinyModel.UInt8, new byte[] { 1, 255 }, 2)]
    [InlineData(TinyModel.Int8, new byte[] { 1, 255 }, 2)]
    [InlineData(TinyModel.Int32, new byte[] { 1, 0, 0, 128 }, 1)]
    [InlineData(TinyModel.Int64, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 1)]
    [InlineData((int)ElementType.Bool, new byte[] { 1, 0 }, 2)]
    [InlineData((int)ElementType.Float16, new byte[] { 1, 2 }, 1)]
    public void Run_ElementTypes_PassBothWays(int type, byte[] bytes, int count)
    {
        byte[] model = TinyModel.Of("Identity", type, "N");
        using var session = OrtSession.Open(ModelFile.Of(model), Usual);

        var output = session.Run([new TensorData((ElementType)type, [count], bytes)], ["y"]).ShouldHaveSingleItem();

        output.Type.ShouldBe((ElementType)type);
        output.Shape.ShouldBe([count]);
        output.Bytes.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void RunInPlace_SeveralOutputs_AreReadWhereTheyLieUntilTheyAreDisposed()
    {
        using var session = OrtSession.Open(ModelFile.Of(Doubler), Usual);

        var outputs = session.RunInPlace([Of(1, 2, 3, 4, 5, 6)], ["y", "sum"]);

        outputs.Span<float>(0).ToArray().ShouldBe([-2f, -4, -6, -8, -10, -12]);
        outputs.Span<float>(1).ToArray().ShouldBe([2f, 4, 6, 8, 10, 12]);
        Should.Throw<KernelException>(() => outputs.Span<int>(0).ToArray()).Message.ShouldContain("does not match the actual type");
        outputs.Dispose();
        outputs.Dispose();
        Should.Throw<ObjectDisposedException>(() => outputs.Span<float>(0).ToArray());
    }

    [Fact]
    public void RunInPlace_OutputThatIsAnInput_StaysReadable()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Neg", ["x"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "N", "3")],
            [TinyModel.Value("y", TinyModel.Float, "N", "3"), TinyModel.Value("x", TinyModel.Float, "N", "3")]);
        using var session = OrtSession.Open(ModelFile.Of(model), Usual);

        using var outputs = session.RunInPlace([Of(1, 2, 3)], ["x", "y"]);
        GC.Collect();

        outputs.Span<float>(0).ToArray().ShouldBe([1f, 2, 3]);
        outputs.Span<float>(1).ToArray().ShouldBe([-1f, -2, -3]);
    }

    [Fact]
    public void RunInPlace_LargeTensors_AreNotCopied()
    {
        const int Rows = 1 << 18;
        using var session = OrtSession.Open(ModelFile.Of(Doubler), Usual);
        TensorData[] inputs = [Of(new float[3 * Rows])];
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
        using var session = OrtSession.Open(ModelFile.Of(Doubler), Usual);
        float[][] outputs = [.. Enumerable.Range(0, 64).Select(_ => new float[3])];

        Parallel.For(0, outputs.Length, i => session.Run([Of(i, i + 1, i + 2)], ["y"])[0].As<float>().CopyTo(outputs[i]));

        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i].ShouldBe([-2f * i, -2f * (i + 1), -2f * (i + 2)]);
        }
    }

    [Fact]
    public void Bind_RepeatedRuns_AllocateNothing()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Cast", ["n"], "f", TinyModel.Integer("to", TinyModel.Float)), TinyModel.Node("Sub", ["x", "f"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "N", "2"), TinyModel.Value("n", TinyModel.Int64, "N", "2")],
            [TinyModel.Value("y", TinyModel.Float, "M", "2")]); // its size only a run tells
        using var session = OrtSession.Open(ModelFile.Of(model), Usual);
        using var binding = session.Bind([TensorData.FromFloats([1, 2], [5, 7]), TensorData.FromInt64([1, 2], [1, 2])]);
        binding.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            binding.Run();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        binding.Outputs()[0].As<float>().ToArray().ShouldBe([4f, 5]);
    }

    [Fact]
    public void Bind_OutputOfAnotherShapeThanTheFileStates_Runs()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Relu", ["x"], "y"), TinyModel.Node("Neg", ["x"], "z")],
            [TinyModel.Value("x", TinyModel.Float, "N", "3")],
            [TinyModel.Value("y", TinyModel.Float, "3"), TinyModel.Value("z", TinyModel.Float, "5", "3")]);
        using var session = OrtSession.Open(ModelFile.Of(model), Usual);
        using var binding = session.Bind([Of(1, 2, 3)]);

        Should.NotThrow(binding.Run);
        Should.NotThrow(binding.Run);
    }

    [Fact]
    public void Dispose_BeforeARun_RefusesIt()
    {
        byte[] model = TinyModel.Of("Relu", TinyModel.Float, "N", "3");
        var session = OrtSession.Open(ModelFile.Of(model), Usual);
        var binding = session.Bind([Of(1, 2, 3)]);
        session.Dispose();

        Should.Throw<ObjectDisposedException>(() => session.Run([Of(1, 2, 3)], new float[3]));
        Should.Throw<ObjectDisposedException>(binding.Run);
        binding.Dispose();
        Should.Throw<ObjectDisposedException>(binding.Run);
    }

    [Fact]
    public async Task Dispose_DuringRuns_LetsThemEnd()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("MatMul", ["x", "x"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "512", "512")],
            [TinyModel.Value("y", TinyModel.Float, "512", "512")]);
        var input = TensorData.FromFloats([512, 512], [.. Enumerable.Repeat(1f, 512 * 512)]);
        for (int i = 0; i < 10; i++)
        {
            var session = OrtSession.Open(ModelFile.Of(model), Usual);
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var run = Task.Run<OrtOutputs?>(() =>
            {
                begun.SetResult();
                try
                {
                    return session.RunInPlace([input], ["y"]);
                }
                catch (ObjectDisposedException)
                {
                    return null; // closed before it began
                }
            });
            await begun.Task;

            session.Dispose();

            using var outputs = await run;
            outputs?.Span<float>(0)[^1].ShouldBe(512);
        }
    }

    [Fact]
    public void Open_ThreadsOptimizedModelAndEntries_AreTaken()
    {
        string optimized = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
        try
        {
            var options = new OrtSessionOptions
            {
                Threads = 2,
                OptimizedModelPath = optimized,
                ConfigEntries = new Dictionary<string, string>(StringComparer.Ordinal) { ["session.disable_prepacking"] = "1" },
            };
            OrtSession.Open(ModelFile.Of(Doubler), options).Dispose();
            using var again = OrtSession.Open(optimized, Usual);

            again.InputNames.ShouldBe(["x"]);
            again.OutputNames.ShouldBe(["sum", "y"]);
        }
        finally
        {
            File.Delete(optimized);
        }
    }

    private static TensorData Of(params float[] rows) => TensorData.FromFloats([rows.Length / 3, 3], rows);
}
