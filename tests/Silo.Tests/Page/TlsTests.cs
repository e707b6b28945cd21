using System.Security.Cryptography.X509Certificates;

namespace Cluster.Silo.Tests.Page;

/// <summary>The page of a silo that has a certificate.</summary>
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
    public async Task Page_OfASiloWithACertificate_SpeaksTlsAlone()
    {
        await using var silo = await PageSilo.StartAsync(encryption: Encryption(asksClients: false));
        using var http = Client(identity: null);

        silo.Address.Scheme.ShouldBe(Uri.UriSchemeHttps);
        (await http.GetStringAsync(silo.Address, TestContext.Current.CancellationToken)).ShouldContain("<html");
        (await CallAsync(http, silo, silo.Address.GetLeftPart(UriPartial.Authority))).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(http, silo, "https://elsewhere.example")).ShouldBe(HttpStatusCode.Forbidden);
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(
            new UriBuilder(silo.Address) { Scheme = Uri.UriSchemeHttp }.Uri, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Page_OfASiloThatAsksClientsForCertificates_AsksBrowsersToo()
    {
        await using var silo = await PageSilo.StartAsync(encryption: Encryption(asksClients: true));
        var (certificate, key) = _authority.Issue("browser");
        using var identity = X509Certificate2.CreateFromPem(certificate, key);
        using var known = Client(identity);
        using var unknown = Client(identity: null);

        (await known.GetAsync(silo.Address, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<HttpRequestException>(() => unknown.GetAsync(silo.Address, TestContext.Current.CancellationToken));
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient http, PageSilo silo, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Address, "/v1/jobs"));
        request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private Func<SiloOptions, SiloOptions> Encryption(bool asksClients)
    {
        var (certificate, key) = _authority.Write(_folder, "silo");
        var authorities = asksClients ? new NamedFile("--client-ca", _authority.Write(_folder)) : null;
        return options => options with
        {
            Certificate = new NamedFile("--tls-cert", certificate),
            Key = new NamedFile("--tls-key", key),
            ClientAuthorities = authorities,
        };
    }

    private HttpClient Client(X509Certificate2? identity) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = TrustedAuthorities.Policy(
                CertificateText.Authorities("test", _authority.Pem, DateTimeOffset.UtcNow), TrustedAuthorities.ServerUse),
            ClientCertificateContext = identity is null
                ? null
                : SslStreamCertificateContext.Create(identity, additionalCertificates: null, offline: true),
        },
    });
}
