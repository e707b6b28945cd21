using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Cluster.Cli.DataSets;
using Cluster.DataSpecs.Names;

namespace Cluster.Cli.Tests.DataSets;

public sealed class DataSetFetchTests : IDisposable
{
    private static readonly byte[] Images = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    private readonly WorkFolder _folder = new();
    private readonly Site _site = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _site.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task RunAsync_File_IsKeptAndNotFetchedAgain()
    {
        _site.Files["/a/images.gz"] = Images;

        (await FetchAsync(Set("images.gz", Images))).ShouldBe(_folder["set"]);
        await FetchAsync(Set("images.gz", Images));

        (await File.ReadAllBytesAsync(_folder["set/images.gz"], Cancellation)).ShouldBe(Images);
        Directory.GetFiles(_folder["set"]).Length.ShouldBe(1);
        _site.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_OtherBytes_AreRefusedAndNotKept()
    {
        _site.Files["/a/images.gz"] = [.. Images.Reverse()];

        var refusal = await Should.ThrowAsync<JobException>(FetchAsync(Set("images.gz", Images)));

        refusal.Message.ShouldContain("nothing of it was kept");
        refusal.Message.ShouldContain(Digest(Images));
        Directory.GetFiles(_folder["set"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_EndlessAnswer_IsLeftAtItsKnownLength()
    {
        _site.Files["/a/images.gz"] = [.. Images, .. Images, .. Images];

        (await Should.ThrowAsync<JobException>(FetchAsync(Set("images.gz", Images)))).Message.ShouldContain("gave more than 100000 bytes");
    }

    [Fact]
    public async Task RunAsync_SiteWithoutTheFile_SaysWhatToDo() =>
        (await Should.ThrowAsync<JobException>(FetchAsync(Set("images.gz", Images))))
            .Message.ShouldMatch(@"^http://site/a/images\.gz cannot be fetched \(.*404.*\); check the connection");

    [Fact]
    public async Task RunAsync_Archive_GivesTheFilesOfTheSetAlone()
    {
        byte[] archive = Tar(("x/one.bin", [1, 2]), ("../../two.bin", [3]), ("x/readme", [4]));
        _site.Files["/a/all.tar.gz"] = archive;

        await FetchAsync(Set("all.tar.gz", archive));

        (await File.ReadAllBytesAsync(_folder["set/one.bin"], Cancellation)).ShouldBe([1, 2]);
        (await File.ReadAllBytesAsync(_folder["set/two.bin"], Cancellation)).ShouldBe([3]);
        Directory.GetFiles(_folder["set"]).Length.ShouldBe(2);
    }

    private static KnownDataSet Set(string file, byte[] bytes) => new(
        "set",
        ["set"],
        DataFormat.Cifar10,
        [new KnownFile("one.bin", 2)],
        [new KnownFile("two.bin", 1)],
        [new KnownDownload(new Uri($"http://site/a/{file}"), Digest(bytes), bytes.Length)]);

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return packed.ToArray();
    }

    private async Task<string> FetchAsync(KnownDataSet set)
    {
        using var client = new HttpClient(_site, disposeHandler: false);
        var fetch = new DataSetFetch(
            client, (what, bytes) => new TransferMeter(TextWriter.Null, isLive: true, TimeProvider.System, what, bytes));
        return await fetch.RunAsync(set, _folder.Root, Cancellation);
    }

    private sealed class Site : HttpMessageHandler
    {
        public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Files.TryGetValue(request.RequestUri!.AbsolutePath, out byte[]? content)
                ? new HttpResponseMessage { Content = new ByteArrayContent(content) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
