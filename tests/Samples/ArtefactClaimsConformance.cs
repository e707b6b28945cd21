namespace Cluster.Tests;

/// <summary>What every record of who uploaded what must do; each implementation's tests inherit it.</summary>
public abstract class ArtefactClaimsConformance
{
    private static readonly string First = new('a', 64);
    private static readonly string Second = new('b', 64);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Claims_AreTheTenantsOwn_AlsoAfterReopening()
    {
        (await (await OpenAsync()).TenantsAsync(Token)).ShouldBeEmpty();
        (await (await OpenAsync()).OfAsync("one", Token)).ShouldBeEmpty();

        await ClaimAsync(First, "one");
        await ClaimAsync(First, "one");
        await ClaimAsync(First, "two");
        await ClaimAsync(Second, "two");

        var claims = await OpenAsync();
        (await claims.TenantsAsync(Token)).ShouldBe(["one", "two"], ignoreOrder: true);
        (await claims.OfAsync("one", Token)).ShouldBe([First]);
        (await claims.OfAsync("two", Token)).ShouldBe([First, Second], ignoreOrder: true);
        (await claims.IsClaimedAsync(Second, "one", Token)).ShouldBeFalse();
        (await claims.IsClaimedAsync(Second, "two", Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Forget_AnArtefact_LeavesTheOthers()
    {
        await ClaimAsync(First, "one");
        await ClaimAsync(First, "two");
        await ClaimAsync(Second, "one");

        var claims = await OpenAsync();
        await claims.ForgetAsync(First, Token);
        await claims.ForgetAsync(First, Token);

        (await claims.OfAsync("one", Token)).ShouldBe([Second]);
        (await claims.IsClaimedAsync(First, "two", Token)).ShouldBeFalse();
    }

    /// <summary>Opens the test's claims; again what was opened before.</summary>
    protected abstract Task<IArtefactClaims> OpenAsync();

    private async Task ClaimAsync(string sha256, string tenant) => await (await OpenAsync()).ClaimAsync(sha256, tenant, Token);
}
