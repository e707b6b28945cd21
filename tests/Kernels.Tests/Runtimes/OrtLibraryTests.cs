using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

public sealed class OrtLibraryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cluster-ort").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Candidates_SeveralPlaces_ComeNearestFirst()
    {
        string program = Path.Combine(_root, "repo", "src", "bin");
        string tools = Path.Combine(_root, "repo", ".tools", "onnxruntime");
        string outer = Path.Combine(_root, ".tools", "onnxruntime", "linux", "x64");
        string[] expected =
        [
            Path.Combine(program, "libonnxruntime.so"),
            Path.Combine(tools, "a", "libonnxruntime.so.1"),
            Path.Combine(tools, "b", "libonnxruntime.so.1"),
            Path.Combine(outer, "libonnxruntime.so.1"),
        ];
        foreach (string file in expected)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, string.Empty);
        }

        File.WriteAllText(Path.Combine(tools, "a", "libother.so"), string.Empty);

        OrtLibrary.Candidates(program).ShouldBe(expected);
    }

    [Fact]
    public void LoadNamed_NotALibrary_NamesTheVariable()
    {
        string file = Path.Combine(_root, "libonnxruntime.so.1");
        File.WriteAllText(file, "not a library");

        Should.Throw<KernelException>(() => OrtLibrary.LoadNamed(file)).Message.ShouldStartWith($"CLUSTER_ONNXRUNTIME is '{file}'");
        Should.Throw<KernelException>(() => OrtLibrary.LoadNamed(_root)).Message.ShouldContain("set it to libonnxruntime.so.1");
    }
}
