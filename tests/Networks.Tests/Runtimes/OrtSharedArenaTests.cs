namespace Cluster.Networks.Tests.Runtimes;

[Collection(nameof(OrtLeakTests))]
public sealed class OrtSharedArenaTests
{
    private const int Sessions = 8;
    private const int Values = 8 << 20;
    private const long Block = (long)Values * sizeof(float);

    // The tensor between the two nodes is the arena's; input and output are the caller's.
    private static readonly byte[] Model = TinyModel.Of(
        [TinyModel.Node("Add", ["x", "x"], "sum"), TinyModel.Node("Neg", ["sum"], "y")],
        [TinyModel.Value("x", TinyModel.Float, "N")],
        [TinyModel.Value("y", TinyModel.Float, "N")]);

    public OrtSharedArenaTests() => ResidentMemory.SkipUnlessReadable();

    [Fact]
    public void SessionsInTurn_KeepTheActivationsOfOne()
    {
        var apart = new OrtSessionOptions
        {
            ConfigEntries = new Dictionary<string, string>(StringComparer.Ordinal) { ["session.use_env_allocators"] = "0" },
        };

        Growth(new OrtSessionOptions()).ShouldBeLessThan(Block * Sessions / 2);
        Growth(apart).ShouldBeGreaterThan(Block * Sessions / 2);
    }

    [Fact]
    public void LastSessionClosed_MemoryGoesBack()
    {
        long before = ResidentMemory.Read();

        Growth(new OrtSessionOptions());

        (ResidentMemory.Read() - before).ShouldBeLessThan(Block);
    }

    [Fact]
    public void ModelRefused_LeavesTheArenaUsable()
    {
        Should.Throw<KernelException>(() => OrtSession.Open(ModelFile.Of([1, 2, 3]), new OrtSessionOptions()));
        using OrtSession session = OrtSession.Open(ModelFile.Of(Model), new OrtSessionOptions());
        float[] output = new float[1];

        session.Run([TensorData.FromFloats([1], [1])], output);

        output.ShouldBe([-2f]);
    }

    // Of the memory in use, by sessions that were run one after the other and are all open.
    private static long Growth(OrtSessionOptions options)
    {
        float[] input = new float[Values];
        float[] output = new float[Values];
        input.AsSpan().Fill(1);
        output.AsSpan().Fill(1);
        TensorData[] inputs = [TensorData.FromFloats([Values], input)];
        long before = ResidentMemory.Read();
        List<OrtSession> sessions = [];
        try
        {
            for (int i = 0; i < Sessions; i++)
            {
                sessions.Add(OrtSession.Open(ModelFile.Of(Model), options));
                sessions[i].Run(inputs, output);
            }

            output[^1].ShouldBe(-2);
            return ResidentMemory.Read() - before;
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }
}
