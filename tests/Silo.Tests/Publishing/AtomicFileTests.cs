using Cluster.Storage.Files;
using Cluster.Tests;

namespace Cluster.Silo.Tests.Publishing;

public sealed class AtomicFileTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_FileThatIsThere_IsReplaced()
    {
        AtomicFile.Write(_folder["a"], "old and longer");
        AtomicFile.Write(_folder["a"], "new");
        File.ReadAllText(_folder["a"]).ShouldBe("new");
        Directory.EnumerateFiles(_folder.Root).ShouldHaveSingleItem();
    }

    [Fact]
    public void Write_WriterFails_LeavesTheOldFile()
    {
        AtomicFile.Write(_folder["a"], "old");
        Should.Throw<InvalidOperationException>(() => AtomicFile.Write(_folder["a"], part =>
        {
            File.WriteAllText(part, "half");
            throw new InvalidOperationException("disk full");
        }));
        File.ReadAllText(_folder["a"]).ShouldBe("old");
    }

    [Fact]
    public void Write_Text_HasNoByteOrderMark()
    {
        AtomicFile.Write(_folder["a"], "é");
        File.ReadAllBytes(_folder["a"]).ShouldBe([0xC3, 0xA9]);
    }
}
