using Grpc.Reflection.V1Alpha;

namespace Cluster.Silo.Tests.Hosting.Tls;

/// <summary>Who gets through to a server, by what both sides show.</summary>
public sealed class ClientListenerTests : IDisposable
{
    private const string Serving = "Serving";
    private readonly WorkFolder _folder = new();
    private readonly TestAuthority _ours = new("ours");
    private readonly TestAuthority _others = new("others");

    private static GatewayOptions Plain => new() { Listen = new IPEndPoint(IPAddress.Loopback, 0) };

    public void Dispose()
    {
        _folder.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Plain_IsPlain()
    {
        await using var server = await HealthServer.StartAsync(Plain);

        (await server.AskAsync("http")).ShouldBe(Serving);
        (await server.AskAsync("https", authority: _ours.Pem)).ShouldNotBe(Serving);
    }

    [Fact]
    public async Task Tls_LetsInWhoTrustsItsAuthorityAndNamesIt()
    {
        await using var server = await HealthServer.StartAsync(Identity());

        (await server.AskAsync(authority: _ours.Pem)).ShouldBe(Serving);
        (await server.AskAsync(host: "127.0.0.1", authority: _ours.Pem)).ShouldBe(Serving);
        (await server.AskAsync(authority: _ours.Pem, identity: _others.Issue("anyone"))).ShouldBe(Serving, "it asks for no certificate");
        (await server.AskAsync(host: "127.0.0.2", authority: _ours.Pem)).ShouldNotBe(Serving, "its certificate has another name");
        (await server.AskAsync(authority: _others.Pem)).ShouldNotBe(Serving);
        (await server.AskAsync()).ShouldNotBe(Serving, "the machine does not know its authority");
        (await server.AskAsync("http")).ShouldNotBe(Serving);
    }

    [Fact]
    public async Task MutualTls_LetsInWhoShowsACertificateOfTheAuthority()
    {
        await using var server = await HealthServer.StartAsync(
            Identity() with { ClientAuthorities = new NamedFile("--client-ca", _others.Write(_folder)) });

        (await server.AskAsync(authority: _ours.Pem, identity: _others.Issue("client"))).ShouldBe(Serving);
        (await server.AskAsync(authority: _ours.Pem, identity: _ours.Issue("client"))).ShouldNotBe(Serving);
        (await server.AskAsync(authority: _ours.Pem, identity: _others.Issue("old", DateTimeOffset.UtcNow.AddDays(-1))))
            .ShouldNotBe(Serving, "it is out of force");
        (await server.AskAsync(authority: _ours.Pem)).ShouldNotBe(Serving);
    }

    [Fact]
    public void Certificate_Changed_ValidOneTakesEffectAfterPeriod()
    {
        var encryption = Identity().Encryption;
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var identity = new ServerIdentity(encryption.Identity!.Value, authorities: null, time);
        string first = Thumbprint();

        _ours.Write(_folder, "silo");
        Thumbprint().ShouldBe(first, "it was read a moment ago");
        time.Advance(ReloadedFiles<object>.Period);
        string second = Thumbprint();
        second.ShouldNotBe(first);

        _folder.Write("silo.key", "no key");
        time.Advance(ReloadedFiles<object>.Period);
        Thumbprint().ShouldBe(second);

        _ours.Write(_folder, "silo");
        time.Advance(ReloadedFiles<object>.Period);
        Thumbprint().ShouldNotBe(second);

        string Thumbprint() => identity.ForClients().ServerCertificateContext!.TargetCertificate.GetCertHashString(
            System.Security.Cryptography.HashAlgorithmName.SHA256);
    }

    [Fact]
    public async Task Certificates_ServerAndClientAuthorities_AreLoggedWithExpiry()
    {
        var (end, next) = (new DateTimeOffset(2090, 2, 3, 4, 5, 6, TimeSpan.Zero), new DateTimeOffset(2080, 2, 3, 4, 5, 6, TimeSpan.Zero));
        await using var plain = await HealthServer.StartAsync(Identity(end));
        await using var mutual = await HealthServer.StartAsync(Identity(end) with { ClientAuthorities = Authorities(next) });
        using var measured = new Measurements(plain.Metrics);
        using var more = new Measurements(mutual.Metrics);

        measured.Look();
        more.Look();

        measured.Of("cluster.certificate.not_after{cluster.certificate=server}").ShouldBe([end.ToUnixTimeSeconds()]);
        measured.Names.ShouldNotContain(name => name.Contains("_ca", StringComparison.Ordinal));
        more.Of("cluster.certificate.not_after{cluster.certificate=client_ca}").ShouldBe([next.ToUnixTimeSeconds()]);
    }

    [Fact]
    public void Authorities_OneExpired_EndWithOthers()
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var time = new ManualTime(start);
        var identity = new ServerIdentity(Identity().Encryption.Identity!.Value, Authorities(start.AddDays(1), start.AddDays(3)), time);

        identity.AuthoritiesEnd.ShouldBe(start.AddDays(1));
        time.Advance(TimeSpan.FromDays(2));
        identity.AuthoritiesEnd.ShouldBe(start.AddDays(3));
        time.Advance(TimeSpan.FromDays(2));
        identity.AuthoritiesEnd.ShouldBe(start.AddDays(3), "none is left, since then");
    }

    [Fact]
    public async Task HealthPort_AnswersForHealthAloneAndWithoutTls()
    {
        await using var server = await HealthServer.StartAsync(Identity() with { HealthPort = 0 });
        int port = server.HealthPort;
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");

        (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status
            .ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);

        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        var refused = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());
        refused.StatusCode.ShouldBe(StatusCode.Unimplemented);
        refused.Status.Detail.ShouldBe($"Port {port} answers for the server's health alone: call the port of --listen.");
    }

    [Fact]
    public async Task HealthPort_OneAddressWithMoreThanItsConnections_LosesItsOldest()
    {
        await using var server = await HealthServer.StartAsync(Plain with { HealthPort = 0 });
        var held = new List<TcpClient>();
        try
        {
            // Of 200 one address has half.
            for (int i = 0; i <= 100; i++)
            {
                held.Add(new TcpClient());
                await held[^1].ConnectAsync(IPAddress.Loopback, server.HealthPort, TestContext.Current.CancellationToken);
            }

            await UntilClosedAsync(held[0]);
            held[^1].Connected.ShouldBeTrue();
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }

        static async Task UntilClosedAsync(TcpClient client)
        {
            byte[] buffer = new byte[100];
            try
            {
                while (await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken) > 0)
                {
                    // The server's settings.
                }
            }
            catch (IOException)
            {
                // Reset.
            }
        }
    }

    private NamedFile Authorities(params DateTimeOffset[] ends)
    {
        return new NamedFile("--client-ca", _folder.Write("ca.crt", string.Join('\n', ends.Select(Pem))));

        static string Pem(DateTimeOffset end)
        {
            using var authority = new TestAuthority("another", end);
            return authority.Pem;
        }
    }

    private GatewayOptions Identity(DateTimeOffset? end = null)
    {
        var (certificate, key) = _ours.Write(_folder, "silo", end);
        return Plain with { Certificate = new NamedFile("--tls-cert", certificate), Key = new NamedFile("--tls-key", key) };
    }
}
