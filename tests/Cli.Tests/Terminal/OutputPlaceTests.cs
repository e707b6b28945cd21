namespace Cluster.Cli.Tests.Terminal;

public sealed class OutputPlaceTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RequireWritable_NewFolder_LeavesNothingBehind()
    {
        OutputPlace.RequireWritable(_folder["a/b"]);

        Directory.EnumerateFileSystemEntries(_folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public void RequireWritable_BelowAFile_SaysSo()
    {
        string file = _folder["file"];
        File.WriteAllText(file, "");

        Should.Throw<UsageException>(() => OutputPlace.RequireWritable(Path.Combine(file, "out"))).Message
            .ShouldBe($"the output folder {Path.Combine(file, "out")} cannot be made: {file} is a file; give another --output.");
    }

    [Fact]
    public void RequireWritable_FileSystemThatTakesNoFiles_SaysSo() =>
        Should.Throw<UnauthorizedAccessException>(() => OutputPlace.RequireWritable("/proc/foo"))
            .Message.ShouldContain("/proc takes no files");

    [Fact]
    public void PrepareFile_FolderIsNotThere_MakesItAndSaysSo()
    {
        var said = new List<string>();

        OutputPlace.PrepareFile(_folder["a/b/q.onnx"], said.Add);
        OutputPlace.PrepareFile(_folder["a/b/q.onnx"], said.Add);

        Directory.Exists(_folder["a/b"]).ShouldBeTrue();
        said.ShouldHaveSingleItem().ShouldBe($"made the folder {_folder["a/b"]}");
    }

    [Fact]
    public void RequireNew_FileIsThere_TakesForce()
    {
        string file = _folder["q.onnx"];
        File.WriteAllText(file, "");

        OutputPlace.RequireNew(_folder["other.onnx"], force: false);
        OutputPlace.RequireNew(file, force: true);
        Should.Throw<UsageException>(() => OutputPlace.RequireNew(file, force: false)).Message.ShouldContain("--force");
    }
}
