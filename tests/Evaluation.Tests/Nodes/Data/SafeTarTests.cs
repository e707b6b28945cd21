using System.Formats.Tar;
using System.Text;
using Cluster.Evaluation.Nodes.Data;

namespace Cluster.Evaluation.Tests.Nodes.Data;

public sealed class SafeTarTests : IDisposable
{
    private static readonly TarLimits Limits = new(Bytes: 1 << 20, Entries: 100);

    private readonly WorkFolder _folder = new();

    public static TheoryData<string, TarEntryType, string, string> Attacks => new()
    {
        { "../outside", TarEntryType.RegularFile, "", ".." },
        { "a/../../outside", TarEntryType.RegularFile, "", ".." },
        { "/outside", TarEntryType.RegularFile, "", "relative" },
        { "a\\..\\b", TarEntryType.RegularFile, "", "relative" },
        { "new\nline", TarEntryType.RegularFile, "", "pack the data" },
        { "../outside/", TarEntryType.Directory, "", ".." },
        { string.Join('/', Enumerable.Repeat("d", 60)), TarEntryType.RegularFile, "", "relative" },
        { "link", TarEntryType.SymbolicLink, "/etc/passwd", "only files and folders" },
        { "link", TarEntryType.SymbolicLink, "harmless", "only files and folders" },
        { "link", TarEntryType.HardLink, "/etc/passwd", "only files and folders" },
        { "pipe", TarEntryType.Fifo, "", "only files and folders" },
        { "device", TarEntryType.CharacterDevice, "", "only files and folders" },
        { "device", TarEntryType.BlockDevice, "", "only files and folders" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task UnpackAsync_EntryThatLeadsOut_IsRefused(string name, TarEntryType type, string link, string expected)
    {
        byte[] tar = SampleTar.Of(("good", "text"u8.ToArray()), (name, type, link));
        string before = Listing();
        var refusal = await Should.ThrowAsync<JobException>(UnpackAsync(tar));
        refusal.Message.ShouldContain(expected);
        refusal.Message.Any(char.IsControl).ShouldBeFalse();
        Directory.Delete(_folder["into"], recursive: true);
        Listing().ShouldBe(before, "nothing was made beside the folder");
    }

    [Fact]
    public async Task UnpackAsync_FilesAndFolders_AreThere()
    {
        await UnpackAsync(SampleTar.Of(("./a/b.bin", [1, 2, 3]), ("c", [])));
        (await File.ReadAllBytesAsync(_folder["into/a/b.bin"], CancellationToken.None)).ShouldBe([1, 2, 3]);
        (await File.ReadAllBytesAsync(_folder["into/c"], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UnpackAsync_SameNameTwice_IsRefused() =>
        (await Should.ThrowAsync<JobException>(UnpackAsync(SampleTar.Of(("a", [1]), ("./a", [2]))))).Message.ShouldContain("twice");

    [Fact]
    public async Task UnpackAsync_MoreThanAllowed_IsRefused()
    {
        byte[] large = SampleTar.Of(("a", new byte[600_000]), ("b", new byte[600_000]));
        (await Should.ThrowAsync<JobException>(UnpackAsync(large))).Message.ShouldContain("more than");
        var many = Enumerable.Range(0, 101).Select(i => ($"f{i}", Array.Empty<byte>())).ToArray();
        Directory.Delete(_folder["into"], recursive: true);
        (await Should.ThrowAsync<JobException>(UnpackAsync(SampleTar.Of(many)))).Message.ShouldContain("entries");
    }

    [Fact]
    public async Task UnpackAsync_TarCutOrChanged_IsATarOrRefused()
    {
        byte[] tar = SampleTar.Of(("a", [.. Enumerable.Repeat((byte)7, 3000)]), ("folder/b", Encoding.UTF8.GetBytes("text")));
        var random = new Random(11);
        for (int i = 0; i < 400; i++)
        {
            byte[] changed = i % 2 == 0 ? tar[..random.Next(tar.Length)] : (byte[])tar.Clone();
            for (int k = 0; k < i % 7 && changed.Length > 0; k++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                await UnpackAsync(changed);
            }
            catch (JobException refused)
            {
                refused.Message.ShouldNotBeEmpty();
            }

            Directory.Delete(_folder["into"], recursive: true);
            Listing().ShouldBeEmpty();
        }
    }

    private async Task UnpackAsync(byte[] tar)
    {
        using var stream = new MemoryStream(tar);
        await SafeTar.UnpackAsync(stream, _folder["into"], Limits, CancellationToken.None);
    }

    private string Listing() => string.Join(
        ' ', Directory.EnumerateFileSystemEntries(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
