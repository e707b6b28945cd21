using System.Diagnostics;

namespace Cluster.Cli.Tests.DataSpecs;

public sealed class DataFileTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_RegularFile_ReadsIt()
    {
        string path = _folder.Write("a", [1, 2, 3]);

        DataFile.ReadAll(path, "folder:a", 10, DataAccess.Anywhere).ShouldBe([1, 2, 3]);
        DataFile.ReadAll(path, "folder:a", 10, DataAccess.Shared([_folder.Root])).ShouldBe([1, 2, 3]);
    }

    // Where the pipe were opened as a file is, this would wait for a writer until the limit of a test.
    [Fact]
    public void Open_NamedPipe_IsRefusedAtOnce()
    {
        string pipe = _folder["images.gz"];
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            made.WaitForExit();
            made.ExitCode.ShouldBe(0);
        }

        foreach (var access in new[] { DataAccess.Anywhere, DataAccess.Shared([_folder.Root]), DataAccess.Uploaded(_folder.Root) })
        {
            var refusal = Should.Throw<DataSpecException>(() => DataFile.Open(pipe, "idx:images.gz", access));

            refusal.Message.ShouldBe(
                $"The path '{access.Shown(pipe)}' of 'idx:images.gz' is a pipe, a socket or a device where a file is expected; name a "
                + "file.");
            refusal.WithoutContent.ShouldBe(refusal.Message);
        }
    }

    [Fact]
    public void Open_NoFile_IsMissing() =>
        Should.Throw<MissingDataException>(() => DataFile.Open(_folder["absent"], "idx:absent", DataAccess.Anywhere));

    [Fact]
    public void Open_RangeBeforeLabels_SaysThatItComesLast() =>
        Should.Throw<MissingDataException>(() => DataFile.Open(_folder["a@0..5"], "idx:a@0..5,labels=none", DataAccess.Anywhere))
            .Message.ShouldContain("a range '@a..b' comes last, after labels=");

    [Fact]
    public void Open_Folder_IsMissing() =>
        Should.Throw<DataSpecException>(() => DataFile.Open(_folder.Root, "idx:folder", DataAccess.Anywhere));
}
