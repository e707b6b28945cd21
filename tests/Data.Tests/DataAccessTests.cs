namespace Cluster.Data.Tests;

public sealed class DataAccessTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _shared;

    public DataAccessTests()
    {
        _shared = _folder["shared"];
        Directory.CreateDirectory(_shared);
        Directory.CreateDirectory(_folder["sharedNot"]);
        File.WriteAllText(_folder["secret"], "planted secret");
        File.WriteAllText(Path.Combine(_shared, "bad"), "planted secret");
        foreach (var (name, target) in new[] { ("out", "../secret"), ("out2", "out"), ("in", "bad"), ("up", ".."), ("loop", "loop") })
        {
            File.CreateSymbolicLink(Path.Combine(_shared, name), target);
        }

        File.CreateSymbolicLink(_folder["alias"], _shared);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("shared", true)]
    [InlineData("shared/bad", true)]
    [InlineData("shared/in", true)]
    [InlineData("shared/missing/below", true)]
    [InlineData("shared/./bad", true)]
    [InlineData("alias/bad", true)]
    [InlineData("shared/up/shared/bad", true)]
    [InlineData("shared/out", false)]
    [InlineData("shared/out2", false)]
    [InlineData("shared/up/secret", false)]
    [InlineData("shared/loop", false)]
    [InlineData("shared/../secret", false)]
    [InlineData("sharedNot", false)]
    [InlineData("secret", false)]
    public void Allows_Path_IsJudgedWithItsLinksResolved(string path, bool allowed)
    {
        DataAccess.Shared([_shared]).Allows(_folder[path]).ShouldBe(allowed);
        DataAccess.Shared([_folder["alias"]]).Allows(_folder[path]).ShouldBe(allowed, "a root may be a link");
        DataAccess.Shared([]).Allows(_folder[path]).ShouldBeFalse();
        DataAccess.Shared(["/"]).Allows(_folder[path]).ShouldBe(!path.EndsWith("loop", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("idx:SHARED/bad")]
    [InlineData("cifar10:SHARED/bad")]
    [InlineData("folder:SHARED,labels=SHARED/bad")]
    [InlineData("idx:SHARED/out")]
    [InlineData("idx:SHARED/none")]
    public void Open_SharedFiles_ErrorsNameThePathAndNoContent(string spec)
    {
        string written = spec.Replace("SHARED", _shared, StringComparison.Ordinal);
        var error = Should.Throw<KernelException>(() => DataSource.Open(written, DataAccess.Shared([_shared])));
        error.ToString().ShouldNotContain("planted");
        error.Message.ShouldNotContain("706c616e", Case.Insensitive);
        error.Message.ShouldContain(_shared);
        (error.InnerException is MissingDataException).ShouldBe(spec.EndsWith("none", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_UploadedFiles_ErrorsNameThePathAsTheSpecDoes()
    {
        var error = Should.Throw<KernelException>(
            () => DataSource.Open("folder:.,labels=bad", DataAccess.Uploaded(_shared)));
        error.Message.ShouldContain("'bad'");
        error.Message.ShouldContain("planted secret");
        error.Message.ShouldNotContain(_folder.Root);
        Should.Throw<KernelException>(() => DataSource.Open("idx:out", DataAccess.Uploaded(_shared)))
            .Message.ShouldContain("'out' leads out");
    }
}
