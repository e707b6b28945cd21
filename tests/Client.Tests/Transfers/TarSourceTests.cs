using System.Diagnostics;
using System.Formats.Tar;
using Cluster.Client.Data;

namespace Cluster.Client.Tests.Transfers;

public sealed class TarSourceTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteToAsync_OtherFolderTimesAndRights_GivesTheSameBytes()
    {
        string name = $"{new string('l', 120)}/{new string('n', 120)}ü.jpg";
        foreach (string root in new[] { "one", "two" })
        {
            _folder.Write($"{root}/set/{name}", "same");
            _folder.Write($"{root}/set/b.jpg", new byte[700]);
            _folder.Write($"{root}/set/l.csv", $"file,label\n{name},0\nb.jpg,1\n");
        }

        File.SetLastWriteTimeUtc(_folder["two/set/b.jpg"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetAttributes(_folder["two/set/b.jpg"], FileAttributes.ReadOnly);

        byte[] one = await BytesAsync("folder:one/set,labels=l.csv");
        byte[] two = await BytesAsync("folder:two/set,labels=l.csv");

        one.ShouldBe(two);
    }

    [Fact]
    public async Task WriteToAsync_KnownFiles_HasTheDigestThatAnyOtherProgramGets()
    {
        _folder.Write("d/b.jpg", "bytes of b");
        _folder.Write("d/a.jpg", "bytes of a");
        Directory.CreateDirectory(_folder["gnu"]);
        byte[] ours = await BytesAsync("folder:d");
        using var tar = Process.Start(new ProcessStartInfo(
            "tar",
            [
                "--format=gnu",
                "--mtime=@0",
                "--owner=:0",
                "--group=:0",
                "--mode=0644",
                "--sort=name",
                "--blocking-factor=1",
                "--no-recursion",
                "-cf",
                _folder["gnu.tar"],
                "-C",
                _folder.Root,
                "d/a.jpg",
                "d/b.jpg"
            ]))!;
        await tar.WaitForExitAsync();
        tar.ExitCode.ShouldBe(0);

        // Programs differ in how they write numbers and empty device fields: contents and names are compared.
        (await EntriesAsync(ours)).ShouldBe(await EntriesAsync(await File.ReadAllBytesAsync(_folder["gnu.tar"])));
        (await EntriesAsync(ours)).ShouldBe(["d/a.jpg bytes of a 0 0 1970", "d/b.jpg bytes of b 0 0 1970"]);
        ours.Length.ShouldBe((int)new TarSource("x", new DataPacker(_folder.Root).Pack("folder:d")).EstimatedBytes);
    }

    private static async Task<List<string>> EntriesAsync(byte[] tar)
    {
        var entries = new List<string>();
        await using var reader = new TarReader(new MemoryStream(tar));
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var text = new StreamReader(entry.DataStream!);
            entries.Add($"{entry.Name} {await text.ReadToEndAsync()} {entry.Uid} {entry.Gid} {entry.ModificationTime:yyyy}");
        }

        return entries;
    }

    private async Task<byte[]> BytesAsync(string spec)
    {
        using var bytes = new MemoryStream();
        await new TarSource("data", new DataPacker(_folder.Root).Pack(spec)).WriteToAsync(bytes, default);
        return bytes.ToArray();
    }
}
