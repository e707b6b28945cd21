using Cluster.Contract.V1;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A silo whose artefacts are in a bucket of a service that is not ours.</summary>
[Long]
public sealed class BucketTests(S3Server server) : IClassFixture<S3Server>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Results_OfASiloThatLostItsDisk_AreFetchedFromAnother()
    {
        string place = server.NewPlace();
        using var folder = new WorkFolder();
        JobEvent published;
        await using (var silo = await StartAsync(folder, "first", place, S3Server.Key))
        {
            var events = await SyntheticJob.WatchAsync(silo, await SyntheticJob.CreateAsync(silo, "synthetic:groups=8,ms=0..1"));
            published = events.Single(e => e.EventCase == JobEvent.EventOneofCase.ArtefactPublished);
            await silo.KillAsync();
        }

        Directory.Delete(folder["first"], recursive: true);
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(folder, "second", place, S3Server.Key));
        string lost = Regex.Match(refused.Message, @"are those of (\S+@[0-9a-f]+)").Groups[1].Value;
        await using var other = await StartAsync(folder, "second", place, S3Server.Key, "--take-artefacts-of", lost);
        using var channel = GrpcChannel.ForAddress(other.Address);
        using var download = new ArtefactService.ArtefactServiceClient(channel).DownloadArtefact(
            new DownloadArtefactRequest { Name = published.ArtefactPublished.Name }, cancellationToken: Token);
        using var bytes = new MemoryStream();
        while (await download.ResponseStream.MoveNext(Token))
        {
            download.ResponseStream.Current.Chunk.WriteTo(bytes);
        }

        Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())).ShouldBe(published.ArtefactPublished.Sha256);
        (await other.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Start_WithAWrongKey_IsOneSentence()
    {
        // Where there is no service, this skips the test.
        await server.AddressAsync();
        using var folder = new WorkFolder();

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(folder, "data", server.NewPlace(), "nobody"));

        refused.Message.ShouldContain("does not take the credentials of this server (InvalidAccessKeyId): correct AWS_ACCESS_KEY_ID");
        refused.Message.ShouldNotContain("\n   at ");
    }

    private async Task<SiloProcess> StartAsync(WorkFolder folder, string data, string place, string key, params string[] more)
    {
        var address = await server.AddressAsync();
        Directory.CreateDirectory(folder[data]);
        var silo = new SiloProcess(folder[data], ["--artefacts", place, "--s3-endpoint", address.ToString(), .. more])
        {
            Variables = [$"AWS_ACCESS_KEY_ID={key}", $"AWS_SECRET_ACCESS_KEY={S3Server.Key}"],
        };
        return await silo.StartedAsync();
    }
}
