namespace Cluster.Storage.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_PlaceCannotBeTaken_LeavesNothingBeside()
    {
        _folder.Write("a/inside", "old");
        Should.Throw<IOException>(() => AtomicFile.Write(_folder["a"], "new"));
        Should.Throw<IOException>(() => AtomicFile.WriteAmongOthers(_folder["a"], [1]));
        File.ReadAllText(_folder["a/inside"]).ShouldBe("old");
        Directory.EnumerateFileSystemEntries(_folder.Root).ShouldHaveSingleItem();
    }

    [Fact]
    public void Write_FileThatIsThereAndWhatAKilledProcessLeftBeside_IsReplaced()
    {
        AtomicFile.Write(_folder["a"], "old and longer");
        _folder.Write("a.part", "half of something much longer");
        AtomicFile.Write(_folder["a"], "new");
        File.ReadAllText(_folder["a"]).ShouldBe("new");
        Directory.EnumerateFiles(_folder.Root).ShouldHaveSingleItem();
    }

    [Fact]
    public void Write_FolderMissing_IsRefused() =>
        Should.Throw<DirectoryNotFoundException>(() => AtomicFile.Write(_folder["absent/a"], "new"));

    [Fact]
    public void WriteAmongOthers_ManyAtOnce_OneOfThemWins()
    {
        byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)i, 10_000 + i).ToArray())];
        Parallel.ForEach(contents, content => AtomicFile.WriteAmongOthers(_folder["a"], content));
        contents.ShouldContain(content => content.SequenceEqual(File.ReadAllBytes(_folder["a"])));
        Directory.EnumerateFiles(_folder.Root).ShouldHaveSingleItem();
    }

    [Fact]
    public void CreatePrivate_TwoWriters_TheFirstOneCountsAndOthersMayNotRead()
    {
        AtomicFile.CreatePrivate(_folder["a"], [1]);
        AtomicFile.CreatePrivate(_folder["a"], [2]);
        File.ReadAllBytes(_folder["a"]).ShouldBe([1]);
        new FileInfo(_folder["a"]).UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(_folder.Root).ShouldHaveSingleItem();
    }

    [Fact]
    public void Write_Text_HasNoByteOrderMark()
    {
        AtomicFile.Write(_folder["a"], "é");
        File.ReadAllBytes(_folder["a"]).ShouldBe([0xC3, 0xA9]);
    }
}
