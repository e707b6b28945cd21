using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace Cluster.OrleansTests.Hosting;

public sealed class TlsTests
{
    [Fact]
    public void Options_AskForACertificateOfTheOtherSide()
    {
        var options = new TlsOptions();

        options.RemoteCertificateMode.ShouldBe(RemoteCertificateMode.RequireCertificate);
        options.ClientCertificateMode.ShouldBe(RemoteCertificateMode.AllowCertificate);
        (options.LocalCertificate, options.RemoteCertificateValidation, options.CheckCertificateRevocation).ShouldBe((null, null, false));
    }

    [Fact]
    public void Silo_WithoutACertificate_IsRefused()
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        Should.Throw<InvalidOperationException>(() => Configure(options => options.RemoteCertificateValidation = (_, _, _) => true));
        Should.NotThrow(() => Configure(options => options.LocalCertificate = certificate));
        Should.NotThrow(() => Configure(options => options.LocalServerCertificateSelector = (_, _) => certificate));
    }

    private static void Configure(Action<TlsOptions> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering().UseTls(configure));
    }
}
