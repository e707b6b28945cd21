using Cluster.Storage.Files;
using Cluster.Tests;

namespace Cluster.Storage.Tests.Files;

public sealed class FolderArtefactClaimsTests : IDisposable
{
    private static readonly string First = new('a', 64);
    private static readonly string Second = new('b', 64);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Claims_AreTheTenantsOwn_AlsoAfterReopening()
    {
        Open().Tenants.ShouldBeEmpty();
        Open().Of("one").ShouldBeEmpty();

        Open().Claim(First, "one");
        Open().Claim(First, "one");
        Open().Claim(First, "two");
        Open().Claim(Second, "two");

        Open().Tenants.ShouldBe(["one", "two"], ignoreOrder: true);
        Open().Of("one").ShouldBe([First]);
        Open().Of("two").ShouldBe([First, Second], ignoreOrder: true);
        Open().IsClaimed(Second, "one").ShouldBeFalse();
        Open().IsClaimed(Second, "two").ShouldBeTrue();
    }

    [Fact]
    public void Forget_AnArtefact_LeavesTheOthers()
    {
        Open().Claim(First, "one");
        Open().Claim(Second, "one");

        Open().Forget(First);
        Open().Forget(First);

        Open().Of("one").ShouldBe([Second]);
    }

    [Fact]
    public async Task Claims_BesideArtefacts_AreNotTakenForOld()
    {
        var artefacts = new FolderArtefactStore(_folder.Root);
        string stored = await artefacts.PutAsync(new MemoryStream([1]), TestContext.Current.CancellationToken);
        Open().Claim(stored, "one");

        artefacts.Older(DateTime.UtcNow.AddDays(1)).ShouldBe([stored]);
        artefacts.RemoveParts(DateTime.UtcNow.AddDays(1));
        Open().IsClaimed(stored, "one").ShouldBeTrue();
    }

    private FolderArtefactClaims Open() => new(_folder.Root);
}
