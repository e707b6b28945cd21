using System.IO.Pipes;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cluster.Silo.Hosting.Tls;
using Cluster.Terminal.Tls;
using Cluster.Tests;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace Cluster.Silo.Tests.Hosting.Tls;

/// <summary>Whom silos believe, in handshakes with the callbacks that Orleans is given.</summary>
public sealed class SiloTlsTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly TestAuthority _ours = new("ours");
    private readonly TestAuthority _others = new("others");

    public void Dispose()
    {
        _folder.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Handshake_IsMadeByServersOfOneAuthority(bool isServerOurs, bool isClientOurs)
    {
        var server = Options("server", isServerOurs ? _ours : _others);
        var client = Options("client", isClientOurs ? _ours : _others);

        // Both believe in ours alone.
        (await MeetAsync(server, client)).ShouldBe(isServerOurs && isClientOurs);
    }

    private TlsOptions Options(string name, TestAuthority issuer)
    {
        var (certificate, key) = issuer.Write(_folder, name);
        var options = new TlsOptions();
        SiloTls.Configure(
            options,
            new ServerIdentity(
                (new NamedFile("--tls-cert", certificate), new NamedFile("--tls-key", key)),
                new NamedFile("--silo-ca", _ours.Write(_folder)),
                TimeProvider.System));
        options.RemoteCertificateMode.ShouldBe(RemoteCertificateMode.RequireCertificate);
        options.ClientCertificateMode.ShouldBe(RemoteCertificateMode.RequireCertificate);
        return options;
    }

    private static async Task<bool> MeetAsync(TlsOptions server, TlsOptions client)
    {
        string pipe = $"cluster-{Guid.NewGuid():n}";
        await using var accepting = new NamedPipeServerStream(
            pipe, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        await using var connecting = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        await Task.WhenAll(
            accepting.WaitForConnectionAsync(TestContext.Current.CancellationToken),
            connecting.ConnectAsync(TestContext.Current.CancellationToken));
        await using var incoming = new SslStream(accepting, leaveInnerStreamOpen: false, Validation(server));
        await using var outgoing = new SslStream(connecting, leaveInnerStreamOpen: false, Validation(client));
        var results = await Task.WhenAll(
            Succeeds(() => incoming.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateSelectionCallback =
                        (_, name) => server.LocalServerCertificateSelector!(new DefaultConnectionContext(), name),
                    ClientCertificateRequired = true,
                },
                TestContext.Current.CancellationToken)),
            Succeeds(() => outgoing.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "10.0.0.5",
                    LocalCertificateSelectionCallback = (sender, host, own, other, issuers) =>
                        client.LocalClientCertificateSelector!(sender, host, own, other, issuers)!,
                },
                TestContext.Current.CancellationToken)));

        // In TLS 1.3 a client has finished before the server has looked at its certificate.
        return results.All(succeeded => succeeded);
    }

    private static RemoteCertificateValidationCallback Validation(TlsOptions options) => (_, certificate, chain, errors) =>
        certificate is X509Certificate2 shown && options.RemoteCertificateValidation!(shown, chain, errors);

    private static async Task<bool> Succeeds(Func<Task> handshake)
    {
        try
        {
            await handshake();
            return true;
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return false;
        }
    }
}
