namespace Cluster.Networks.Tests.Runtimes.Timing;

public sealed class OrtProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-profile").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_HandWrittenEvents_GivesMediansInOrder()
    {
        string path = Write(
            """
            [
            {"cat" : "Session","dur" :900,"ts" :3,"ph" : "X","name" :"model_loading_array","args" : {}},
            {"cat" : "Node","dur" :1,"ts" :4,"ph" : "X","name" :"conv_fence_before","args" : {"op_name" : "Conv"}},
            {"cat" : "Node","dur" :100,"ts" :4,"ph" : "X","name" :"conv_kernel_time","args" : {"node_index" : "7","op_name" : "QLinearConv"}},
            {"cat" : "Node","dur" :5,"ts" :5,"ph" : "X","name" :"_kernel_time","args" : {"node_index" : "2","op_name" : "Add"}},
            {"cat" : "Node","dur" :10,"ts" :6,"ph" : "X","name" :"conv_kernel_time","args" : {"node_index" : "7","op_name" : "QLinearConv"}},
            {"cat" : "Node","dur" :8,"ts" :7,"ph" : "X","name" :"_kernel_time","args" : {"node_index" : "2","op_name" : "Add"}},
            {"cat" : "Node","dur" :12,"ts" :8,"ph" : "X","name" :"conv_kernel_time","args" : {"node_index" : "7","op_name" : "QLinearConv"}},
            {"cat" : "Node","dur" :6,"ts" :9,"ph" : "X","name" :"_kernel_time","args" : {"node_index" : "2","op_name" : "Add"}}
            ]
            """);

        OrtProfile.Read(path).ShouldBe([new OrtNodeTime("conv", "QLinearConv", 7, 12, 3), new OrtNodeTime(string.Empty, "Add", 2, 6, 3)]);
        OrtProfile.Read(path, skipRuns: 1)
            .ShouldBe([new OrtNodeTime("conv", "QLinearConv", 7, 11, 2), new OrtNodeTime(string.Empty, "Add", 2, 7, 2)]);
        Should.Throw<KernelException>(() => OrtProfile.Read(path, skipRuns: 3)).Message.ShouldContain("profile more runs");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("""[{"cat":"Node","name":"a_kernel_time","dur":1,"args":{"node_index":"x","op_name":"Add"}}]""")]
    public void Read_OtherContent_SaysThatItIsNoProfile(string content)
    {
        string path = Write(content);

        Should.Throw<KernelException>(() => OrtProfile.Read(path)).Message.ShouldStartWith($"'{path}' is not a profile of ONNX Runtime");
    }

    [Fact]
    public void Read_MissingFile_SaysThatItIsNoProfile()
        => Should.Throw<KernelException>(() => OrtProfile.Read(Path.Combine(_folder, "absent.json"))).Message.ShouldContain("absent.json");

    [Fact]
    public void EndProfiling_AfterRuns_NamesTheKernelsOfEachRun()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Sigmoid", ["x"], "s"), TinyModel.Node("Neg", ["s"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "N", "1000")],
            [TinyModel.Value("y", TinyModel.Float, "N", "1000")]);
        using OrtSession session = OrtSession.Open(
            ModelFile.Of(model), new OrtSessionOptions { ProfilePrefix = Path.Combine(_folder, "p") });
        using OrtBinding binding = session.Bind([TensorData.FromFloats([4, 1000], new float[4000])]);
        for (int i = 0; i < 5; i++)
        {
            binding.Run();
        }

        IReadOnlyList<OrtNodeTime> nodes = OrtProfile.Read(session.EndProfiling(), skipRuns: 2);

        nodes.Select(node => (node.Name, node.Operator, node.Runs)).ShouldBe(
            [("node_s", "Sigmoid", 4), ("node_y", "Neg", 4)], "binding runs once, too");
        nodes.ShouldAllBe(node => node.MedianMicroseconds >= 0);
        Should.Throw<KernelException>(session.EndProfiling).Message.ShouldContain("end its profile once");
    }

    private string Write(string content)
    {
        string path = Path.Combine(_folder, "profile.json");
        File.WriteAllText(path, content);
        return path;
    }
}
