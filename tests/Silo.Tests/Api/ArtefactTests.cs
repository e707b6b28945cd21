using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

[Collection("api")]
public sealed class ArtefactTests(SharedHost shared) : IClassFixture<SharedHost>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) + 1)]
    [InlineData(3_000_000)]
    public async Task Upload_AnySize_ComesBackTheSame(int size)
    {
        var host = shared.Host;
        var bytes = Bytes(size);

        var uploaded = await host.UploadAsync(bytes);
        var (artefact, found) = await DownloadAsync(host, uploaded.Name);

        (uploaded.Sha256, uploaded.SizeBytes).ShouldBe((Uploads.Digest(bytes), size));
        artefact.ShouldBe(uploaded);
        found.ShouldBe(bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    public async Task Download_FromAnOffset_IsTheRest(int offset)
    {
        var host = shared.Host;
        var bytes = Bytes(1_000_000);
        var uploaded = await host.UploadAsync(bytes);

        var (_, rest) = await DownloadAsync(host, uploaded.Name, offset);

        rest.ShouldBe(bytes[offset..]);
    }

    [Fact]
    public async Task Upload_WhatIsThere_IsAnsweredWithoutItsBytes()
    {
        var host = shared.Host;
        var bytes = Bytes(1000);
        await host.UploadAsync(bytes);

        using var call = host.Files.UploadArtefact();
        await call.RequestStream.WriteAsync(
            new UploadArtefactRequest { Header = new UploadArtefactHeader { Sha256 = Uploads.Digest(bytes), SizeBytes = 1000 } });

        (await call.ResponseAsync).Existed.ShouldBeTrue();
    }

    [Fact]
    public async Task Upload_OfDamagedArtefact_RepairsIt()
    {
        var host = shared.Host;
        var bytes = Bytes(1000);
        var uploaded = await host.UploadAsync(bytes);
        var path = host.Artefacts.PathOf(uploaded.Sha256);
        await File.WriteAllBytesAsync(path, new byte[1000], TestContext.Current.CancellationToken);

        (await Errors.OfAsync(() => DownloadAsync(host, uploaded.Name))).StatusCode.ShouldBe(StatusCode.DataLoss);
        await host.UploadAsync(bytes);

        (await DownloadAsync(host, uploaded.Name)).Bytes.ShouldBe(bytes);
    }

    [Fact]
    public async Task Upload_OtherBytesThanAnnounced_StoresNothing()
    {
        var host = shared.Host;
        var bytes = Bytes(1002);
        using var call = host.Files.UploadArtefact();

        await Errors.OfAsync(
            () => Uploads.SendAsync(call, new UploadArtefactHeader { Sha256 = Uploads.Digest([7]), SizeBytes = 1002 }, bytes));

        host.Artefacts.Contains(Uploads.Digest([7])).ShouldBeFalse();
        host.Artefacts.Contains(Uploads.Digest(bytes)).ShouldBeFalse();
    }

    [Fact]
    public async Task Upload_SeveralOfOneDigestAtOnce_AllEndWell()
    {
        var host = shared.Host;
        var bytes = Bytes(500_000);

        var uploaded = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.UploadAsync(bytes)));

        uploaded.Distinct().ShouldHaveSingleItem();
        (await DownloadAsync(host, uploaded[0].Name)).Bytes.ShouldBe(bytes);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task<(Artefact Artefact, byte[] Bytes)> DownloadAsync(ApiHost host, string name, long offset = 0)
    {
        using var call = host.Files.DownloadArtefact(new DownloadArtefactRequest { Name = name, Offset = offset });
        Artefact? artefact = null;
        using var bytes = new MemoryStream();
        await foreach (var response in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (response.PartCase == DownloadArtefactResponse.PartOneofCase.Artefact)
            {
                artefact.ShouldBeNull("there is one header");
                artefact = response.Artefact;
            }
            else
            {
                artefact.ShouldNotBeNull("the header is first");
                response.Chunk.Length.ShouldBeInRange(1, 1 << 20);
                response.Chunk.WriteTo(bytes);
            }
        }

        return (artefact.ShouldNotBeNull(), bytes.ToArray());
    }
}
