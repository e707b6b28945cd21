namespace Cluster.Evaluation.Tests.Targets;

/// <summary>A played device that has memory for so many samples and no more.</summary>
public sealed class HalvedBatchesTests
{
    private const string OutOfMemory = "CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 8.00 GiB total capacity).";

    [Theory]
    [InlineData(32, 8, "32 16 8 8 8 8")]
    [InlineData(7, 3, "7 3 4 2 2")]
    [InlineData(5, 5, "5")]
    [InlineData(3, 1, "3 1 2 1 1")]
    public void Run_MoreThanThereIsMemoryFor_IsHalvedAndEachSampleHasItsLogits(int samples, int room, string sizes)
    {
        using var device = new SmallDevice(room);
        float[] logits = new float[samples * 2];

        new HalvedBatches(device).Run(Samples(samples), logits);

        logits.ShouldBe([.. Enumerable.Range(0, samples).SelectMany(i => new float[] { i, -i })]);
        string.Join(' ', device.Asked).ShouldBe(sizes);
    }

    [Fact]
    public void Run_SizeThatWasRefused_IsNotTriedAgain()
    {
        using var device = new SmallDevice(4);
        var halved = new HalvedBatches(device);
        halved.Run(Samples(16), new float[32]);
        device.Asked.Clear();

        halved.Run(Samples(16), new float[32]);

        device.Asked.ShouldBe([4, 4, 4, 4]);
    }

    [Fact]
    public void Run_NoMemoryForOneSample_FailsForItsMemory()
    {
        using var device = new SmallDevice(0);

        var failure = Should.Throw<KernelException>(() => new HalvedBatches(device).Run(Samples(4), new float[8]));

        EvaluationFailures.Of(failure).ShouldBe(new FailedResult(FailureKind.OutOfMemory, OutOfMemory));
        device.Asked.ShouldBe([4, 2, 1]);
    }

    [Fact]
    public void Run_OtherFault_IsNotTriedAgain()
    {
        using var device = new SmallDevice(32) { Fault = "CUDA error: an illegal memory access was encountered" };

        Should.Throw<KernelException>(() => new HalvedBatches(device).Run(Samples(4), new float[8])).Message.ShouldBe(device.Fault);

        device.Asked.ShouldBe([4]);
    }

    [Fact]
    public void Measure_TargetWithMemoryForOneImage_CountsWhatAnyOtherDoes()
    {
        using var sample = Sample.Small();
        var plan = sample.Int8(correct: false);
        var item = new AccuracyItem("context", plan, ImageScope.Full);
        var roomy = new AccuracyMeasurer(sample.Setup with { Target = new ToyTarget() });
        var tight = new AccuracyMeasurer(sample.Setup with { Target = new ToyTarget { Room = 1 } });

        var (expected, found) = (roomy.Measure(item, CancellationToken.None), tight.Measure(item, CancellationToken.None));

        (found.Correct, found.Total, found.Agree).ShouldBe((expected.Correct, expected.Total, expected.Agree));
        found.CorrectBits.ShouldBe(expected.CorrectBits);
    }

    // Sample i holds i in one input and -i in the other, of another type.
    private static TensorData[] Samples(int count) =>
    [
        TensorData.FromFloats([count, 1], [.. Enumerable.Range(0, count).Select(i => (float)i)]),
        TensorData.FromInt64([count, 1], [.. Enumerable.Range(0, count).Select(i => (long)-i)]),
    ];

    private sealed class SmallDevice(int room) : IRuntimeNetwork
    {
        public List<int> Asked { get; } = [];

        public string? Fault { get; init; }

        public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits)
        {
            int samples = (int)inputs[0].Shape[0];
            Asked.Add(samples);
            if ((Fault ?? (samples > room ? OutOfMemory : null)) is { } failure)
            {
                throw new KernelException(failure);
            }

            for (int i = 0; i < samples; i++)
            {
                logits[2 * i] = inputs[0].As<float>()[i];
                logits[(2 * i) + 1] = inputs[1].As<long>()[i];
            }
        }

        public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) =>
            throw new NotSupportedException("Only logits are read here.");

        public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => throw new NotSupportedException("Nothing is timed here.");

        public void Dispose()
        {
        }
    }
}
