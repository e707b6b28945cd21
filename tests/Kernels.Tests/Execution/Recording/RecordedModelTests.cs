using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Execution.Recording;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution.Recording;

/// <summary>Runs that a device repeats as a whole, by a played one and, where there is one, by CUDA.</summary>
public sealed class RecordedModelTests : IDisposable
{
    private readonly PlayedRecorder _recorder = new();
    private readonly QuantizedModel _model = Load(ComputeDevice.Emulated);
    private readonly RecordedModel _recorded;

    public RecordedModelTests() => _recorded = new RecordedModel(_model, _recorder);

    public void Dispose()
    {
        _recorded.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Run_BatchesOfOneShape_RecordsOnceAndGivesTheModelsLogits()
    {
        for (int seed = 0; seed < 4; seed++)
        {
            using var batch = Batch(3, seed);

            Logits(_recorded, batch).ShouldBe(Logits(_model, batch), $"batch {seed}");
        }

        (_recorder.Asked, _recorder.Replays, _recorder.Freed).ShouldBe((1, 4, 0));
        _recorded.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Run_BeforeTheNext_LeavesItsResultAlone()
    {
        using var first = Batch(2, 1);
        using var second = Batch(2, 2);
        using var kept = _recorded.Run(first);
        float[] expected = TensorFactory.ToFloats(kept);

        Logits(_recorded, second).ShouldNotBe(expected);

        TensorFactory.ToFloats(kept).ShouldBe(expected);
        expected.ShouldBe(Logits(_model, first));
    }

    // Sizes 1 to 5, of which four are kept; 1 was the last used when 5 came, so 2 made room.
    [Fact]
    public void Run_ShapesThatChange_AreRecordedEachAndTheLongestUnusedIsFreed()
    {
        foreach (int size in new[] { 1, 2, 3, 4, 1, 5, 1, 2 })
        {
            using var batch = Batch(size, size);

            Logits(_recorded, batch).ShouldBe(Logits(_model, batch), $"{size} images");
        }

        (_recorder.Asked, _recorder.Replays, _recorder.Freed).ShouldBe((6, 8, 2));
        _recorded.Count.ShouldBe(RecordedModel.MostShapes);
    }

    [Fact]
    public void Run_NetworkThatIsNotRecorded_RunsAsTheModelAndIsAskedOnce()
    {
        _recorder.Failure = PlayedRecorder.Refused("an operator waits");
        for (int size = 1; size < 4; size++)
        {
            using var batch = Batch(size, size);

            Logits(_recorded, batch).ShouldBe(Logits(_model, batch));
        }

        _recorded.Refusal.ShouldBe("No run is recorded: an operator waits");
        (_recorder.Asked, _recorder.Replays).ShouldBe((1, 0));
    }

    [Fact]
    public void Run_FailureBeforeARecording_IsHandedOnAndTriedAgain()
    {
        _recorder.Failure = new KernelException("no memory");
        using var batch = Batch(2, 1);
        Should.Throw<KernelException>(() => _recorded.Run(batch)).Message.ShouldBe("no memory");
        _recorder.Failure = null;

        Logits(_recorded, batch).ShouldBe(Logits(_model, batch));
        (_recorded.Refusal, _recorder.Replays).ShouldBe((null, 1));
    }

    [Fact]
    public void Run_AnotherShape_IsRefusedAndNotRecorded()
    {
        using var wrong = TensorFactory.FromFloats(new float[3 * 4 * 4], [1, 3, 4, 4]);

        Should.Throw<KernelException>(() => _recorded.Run(wrong)).Message.ShouldStartWith("An input of Float32 and shape [1,3,4,4]");
        _recorder.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task Run_ManyThreads_EachGetsItsOwn()
    {
        await Parallel.ForAsync(0, 32, TestContext.Current.CancellationToken, (seed, _) =>
        {
            using var batch = Batch(1 + (seed % 2), seed);
            Logits(_recorded, batch).ShouldBe(Logits(_model, batch));
            return ValueTask.CompletedTask;
        });

        (_recorder.Asked, _recorder.Replays).ShouldBe((2, 32));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_AfterRuns_LeavesNoTensorBehind(bool refuses)
    {
        using var batch = Batch(2, 1);
        Logits(_model, batch);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _recorder.Failure = refuses ? PlayedRecorder.Refused("an operator waits") : null;
        using (var own = new RecordedModel(_model, _recorder))
        {
            Logits(own, batch);
            Logits(own, batch);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
        _recorder.Freed.ShouldBe(refuses ? 0 : 1);
    }

    [Fact]
    public void Record_Processor_RunsAsTheModelAndSaysSo()
    {
        using var model = Load(ComputeDevice.Cpu);
        using var recorded = model.Record();
        using var batch = Batch(2, 1);

        Logits(recorded, batch).ShouldBe(Logits(model, batch));
        recorded.Refusal.ShouldBe("The device cpu records no runs.");
        model.Timer().ShouldBeNull();
    }

    [Fact]
    public void Record_Cuda_RepeatsWhatTheModelComputesAndTimesIt()
    {
        using var model = Load(Devices.Require(Devices.Cuda));
        using var recorded = model.Record();
        using var timer = model.Timer().ShouldNotBeNull();
        foreach (int size in new[] { 2, 3, 2 })
        {
            using var batch = Batch(size, size);

            Logits(recorded, batch).ShouldBe(Logits(model, batch));
            timer.Time(() => recorded.Run(batch).Dispose()).ShouldBeGreaterThan(TimeSpan.Zero);
        }

        recorded.Refusal.ShouldBeNull();
    }

    [Fact]
    public void CudaRecorderAndTimer_LibraryWithoutCuda_RefuseInOneSentence()
    {
        Assert.SkipWhen(TorchSettings.HasCudaKernels, "The native library has CUDA.");

        Should.Throw<KernelException>(() => new CudaRecorder(0).Record(() => [])).Message
            .ShouldContain("this library was built without nvcc: it records no work and has no events");
        Should.Throw<KernelException>(() => new CudaTimer(0)).Message.ShouldContain("has no events");
    }

    private static Tensor Batch(int size, int seed) => TensorFactory.FromFloats(Nets.Values(size * 192, seed), [size, 3, 8, 8]);

    private static float[] Logits(QuantizedModel model, Tensor batch)
    {
        using var logits = model.Run(batch);
        return Fetched(logits);
    }

    private static float[] Logits(RecordedModel model, Tensor batch)
    {
        using var logits = model.Run(batch);
        return Fetched(logits);
    }

    private static float[] Fetched(Tensor logits)
    {
        using var here = Aten.Call("aten::to.device", logits, ComputeDevice.Cpu.Name, ScalarType.Float32);
        return TensorFactory.ToFloats(here);
    }

    private static QuantizedModel Load(ComputeDevice device)
    {
        var graph = Nets.Group(Nets.Residual());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, Nets.Noise(8, 3, 8, 8, 4))).Resolve(Nets.AllInt8(graph));
        return QuantizedModel.Load(OnnxWriter.Write(QdqExporter.Export(network)), "residual", device);
    }
}
