using Cluster.Coordinator.Model;
using Cluster.Evaluation.SingleSteps.Inspect;
using Cluster.Mutations;

namespace Cluster.Evaluation.Tests.Inputs;

/// <summary>Networks whose initializers lie in another file.</summary>
public sealed class ModelApartTests : IDisposable
{
    private static readonly OrtSessionOptions Options = new() { Threads = 1, AllowSpinning = false };
    private readonly WorkFolder _folder = new();
    private readonly byte[] _whole = OnnxWriter.Write(TinyNetwork.Graph()).Message;
    private readonly string _path;

    public ModelApartTests()
    {
        TinyNetwork.Write(_folder.Root);
        (byte[] model, byte[] data) = ApartSample.Split(_whole, "data/tiny.bin");
        _path = _folder.Write("tiny.onnx", model);
        _folder.Write("data/tiny.bin", data);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_DataInAnotherFile_IsTheNetworkOfOneFile()
    {
        var apart = NetworkFile.Open(_path);
        var whole = NetworkFile.Open(_folder.Write("whole.onnx", _whole));

        apart.Content.Message.ShouldBe(_whole, "identity, caches, what is published: all see one file");
        apart.Digest.ShouldBe(whole.Digest);
        ModelInspector.Inspect(_path, withNodes: false).Sha256.ShouldBe(whole.Digest);
    }

    [Fact]
    public void Open_OtherBytesInTheOtherFile_IsAnotherNetwork()
    {
        string before = NetworkFile.Open(_path).Digest;
        byte[] data = File.ReadAllBytes(_folder["data/tiny.bin"]);
        data[0] ^= 1;
        _folder.Write("data/tiny.bin", data);

        NetworkFile.Open(_path).Digest.ShouldNotBe(before);
    }

    // ONNX Runtime finds the other file by itself, as it is given the path.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_DataInAnotherFile_GivesWhatOnnxRuntimeGivesForTheFilesAsTheyAre(int seed)
    {
        var random = new Random(seed);
        var (model, data) = ApartSample.Split(OnnxWriter.Write(TinyNetwork.Graph(seed)).Message, "data/tiny.bin");
        _folder.Write("tiny.onnx", model);
        _folder.Write("data/tiny.bin", data);
        var input = TensorData.FromFloats(
            [2, 1, TinyNetwork.Side, TinyNetwork.Side], [.. Enumerable.Range(0, 128).Select(_ => random.NextSingle())]);
        using var theirs = OrtSession.Open(_path, Options);
        using var ours = OrtSession.Open(NetworkFile.Open(_path).Content, Options);

        float[] expected = Run(theirs, input);
        expected.Distinct().Count().ShouldBe(2 * TinyNetwork.Classes);
        Run(ours, input).ShouldBe(expected);
    }

    [Fact]
    public void Describe_UsersOwnModel_HasTheIdentityOfOneFile()
    {
        using var apart = Described(_path, isApart: true);
        using var whole = Described(_folder.Write("tiny2/tiny.onnx", _whole), isApart: false);

        apart.Spec.JobId.ShouldBe(whole.Spec.JobId);
    }

    // A server's uploads lie side by side: one must not name another.
    [Fact]
    public void Describe_ModelOfAnotherUser_DoesNotReadOtherFiles()
    {
        Should.Throw<KernelException>(() => Described(_path, isApart: false)).Message.ShouldBe(
            $"The initializer 'b1' of '{_path}' keeps its data in another file, where one file that holds everything is expected; give the "
            + "model to a command on the machine that has its files, or save it again without external data.");
    }

    private static float[] Run(OrtSession session, TensorData input) =>
        session.Run([input], [session.OutputNames[0]])[0].As<float>().ToArray();

    private OpenedJob Described(string model, bool isApart) => OpenedJob.Describe(
        new JobInputs
        {
            Model = model,
            Preprocess = _folder["tiny.preprocess.json"],
            Calibration = $"idx:{_folder["images-idx3-ubyte"]}",
        },
        new JobOptions(),
        _folder["calibration"],
        access: JobAccess.Own with { IsOwn = isApart });
}
