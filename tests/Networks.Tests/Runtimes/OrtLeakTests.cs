namespace Cluster.Networks.Tests.Runtimes;

/// <summary>Memory is the whole process's, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(OrtLeakTests), DisableParallelization = true)]
public sealed class RunsAlone;

[Collection(nameof(OrtLeakTests))]
public sealed class OrtLeakTests
{
    private const int Values = 1 << 18;
    private const int Rounds = 12;

    private static readonly byte[] Model = TinyModel.Of(
        [TinyModel.Node("Neg", ["x"], "y")],
        [TinyModel.Value("x", TinyModel.Float, "N")],
        [TinyModel.Value("y", TinyModel.Float, "M")]);

    [Fact]
    public void OpenRunDispose_ManyTimes_LeavesNoMemoryBehind()
    {
        float[] input = new float[Values];
        Cycle(10, input);

        // The session's arena or the output (1 MiB each), leaked 200 times, would be 200 MiB of every round. What the C library keeps of
        // freed memory for later is of some rounds only: after hundreds of other tests it is in pieces, and the first few rounds grow.
        Enumerable.Range(0, Rounds).ShouldContain(_ => Growth(() => Cycle(200, input)) < 64L << 20);
    }

    private static long Growth(Action work)
    {
        long before = Environment.WorkingSet;
        work();
        return Environment.WorkingSet - before;
    }

    private static void Cycle(int times, float[] input)
    {
        TensorData[] inputs = [TensorData.FromFloats([Values], input)];
        float[] output = new float[Values];
        for (int i = 0; i < times; i++)
        {
            using OrtSession session = OrtSession.Open(ModelFile.Of(Model), new OrtSessionOptions());
            session.Run(inputs, output);
            using OrtOutputs outputs = session.RunInPlace(inputs, session.OutputNames);
            using OrtBinding binding = session.Bind(inputs);
            binding.Run();
        }
    }
}
