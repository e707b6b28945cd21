using Cluster.Storage.Tests.S3;

namespace Cluster.Storage.Tests;

/// <summary>Whose artefacts are in a folder or in a bucket.</summary>
public sealed class ArtefactOwnerTests(S3Server server) : IDisposable
{
    private const string Production = "cluster@0123456789ab";
    private const string Staging = "cluster@ba9876543210";

    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Claim_Folder_IsForOneDatabase()
    {
        string folder = _folder["artefacts"];

        await ShouldBeForOneAsync(name => ArtefactOwner.OfFolder(folder, name));

        (await File.ReadAllTextAsync(Path.Combine(folder, ".cluster"), Token)).ShouldBe($"{Staging}\n");
    }

    [Fact]
    public async Task Claim_Bucket_IsForOneDatabase()
    {
        using var bucket = await Buckets.OpenAsync(server, server.NewPlace());

        await ShouldBeForOneAsync(name => ArtefactOwner.OfBucket(bucket, name));
    }

    [Fact]
    public async Task Claim_ClusterThatWasRenamed_IsTheSame()
    {
        await ArtefactOwner.OfFolder(_folder["artefacts"], Production).ClaimAsync(from: null, Token);

        await ArtefactOwner.OfFolder(_folder["artefacts"], Production.Replace("cluster", "green", StringComparison.Ordinal))
            .ClaimAsync(from: null, Token);
    }

    [Fact]
    public async Task Require_MarkThatIsGone_IsRefused()
    {
        var owner = ArtefactOwner.OfFolder(_folder["artefacts"], Production);
        await owner.ClaimAsync(from: null, Token);
        File.Delete(Path.Combine(_folder["artefacts"], ".cluster"));

        (await Should.ThrowAsync<JobException>(() => owner.RequireAsync(Token))).Message.ShouldContain("has no .cluster any more");
    }

    private static async Task ShouldBeForOneAsync(Func<string, ArtefactOwner> open)
    {
        var production = open(Production);
        var staging = open(Staging);
        await production.ClaimAsync(from: null, Token);

        var refusal = await Should.ThrowAsync<JobException>(() => staging.ClaimAsync(from: null, Token));
        await Should.ThrowAsync<JobException>(() => staging.ClaimAsync(from: "cluster@of-a-third", Token));
        await production.ClaimAsync(from: null, Token);
        await production.RequireAsync(Token);
        await staging.ClaimAsync(from: Production, Token);
        await staging.ClaimAsync(from: Production, Token);

        await Should.ThrowAsync<JobException>(() => production.RequireAsync(Token));
        refusal.Message.ShouldContain($"are those of {Production}, says its .cluster, but the jobs here are those of {Staging}: ");
        refusal.Message.ShouldEndWith($"start with --take-artefacts-of {Production}.");
    }
}
