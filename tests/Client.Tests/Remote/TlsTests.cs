namespace Cluster.Client.Tests.Remote;

/// <summary>The commands, against a server whose certificate they believe or do not.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly TestAuthority _authority = new("cluster");

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Command_KnownAuthority_ConnectsWithToken()
    {
        await using var server = await FakeServer.StartAsync(_authority.Issue("server"));
        string token = _folder.Write("token", "s3cret");

        var run = await ClientRun.OfAsync(server, "list", "--ca", _authority.Write(_folder), "--token-file", token);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
    }

    [Fact]
    public async Task Command_UnknownAuthority_NamesOption()
    {
        using var another = new TestAuthority("another");
        await using var server = await FakeServer.StartAsync(_authority.Issue("server"));

        var run = await ClientRun.OfAsync(server, "list", "--ca", another.Write(_folder));

        run.Code.ShouldBe(ExitCode.Unavailable);
        run.Error.ShouldContain($"TLS with the server {server.Address} failed (");
        run.Error.ShouldContain("name the authority of its certificate with --ca");
        run.Error.ShouldNotContain("\n   at ");
    }

    [Fact]
    public async Task Command_WithoutTheCertificateThatIsAskedFor_NamesOptions()
    {
        await using var server = await FakeServer.StartAsync(_authority.Issue("server"), asks: true);

        var run = await ClientRun.OfAsync(server, "list", "--ca", _authority.Write(_folder));

        run.Code.ShouldBe(ExitCode.Unavailable, run.Error);
        run.Error.ShouldContain($"the server {server.Address} ended the connection without an answer (");
        run.Error.ShouldContain("show a certificate with --cert and --key if it asks for one");
    }

    [Fact]
    public async Task Command_WithoutTlsWhereTheServerHasIt_SaysHttps()
    {
        await using var server = await FakeServer.StartAsync(_authority.Issue("server"));
        string address = server.Address.Replace("https://", "http://", StringComparison.Ordinal);

        var run = await ClientRun.OfAsync(server, "list", "--server", address);

        run.Code.ShouldBe(ExitCode.Unavailable, run.Error);
        run.Error.ShouldContain($"the server {address} ended the connection without an answer (");
        run.Error.ShouldContain("write https://… if it has TLS");
    }
}
