using Cluster.Terminal.Tls;

namespace Cluster.Cli.Tests.Terminal.Tls;

public sealed class CertificateTextTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly TestAuthority _authority = new("authority");

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Identity_WithCertificatesAfterItsOwn_SendsThoseAlong()
    {
        var (certificate, key) = _authority.Issue("silo");

        var identity = CertificateText.Identity(("--tls-cert a", $"{certificate}\n{_authority.Pem}"), ("--tls-key b", key), Now);

        identity.Certificate.HasPrivateKey.ShouldBeTrue();
        identity.Certificate.Subject.ShouldBe("CN=silo");
        identity.Chain.ShouldHaveSingleItem().Subject.ShouldBe("CN=authority");
    }

    [Fact]
    public void Identity_KeyOfAnotherCertificate_IsRefused()
    {
        var (certificate, _) = _authority.Issue("silo");
        var (_, key) = _authority.Issue("another");

        Refusal(certificate, key).ShouldBe(
            "--tls-key b is not the key of the first certificate of --tls-cert a: name the PEM file of the key that it was made with.");
        Refusal(certificate, "").ShouldContain("--tls-key b is not the key");
    }

    [Fact]
    public void Identity_EncryptedKey_IsRefusedWithRemedy()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        string encrypted = key.ExportEncryptedPkcs8PrivateKeyPem(
            "phrase",
            new System.Security.Cryptography.PbeParameters(
                System.Security.Cryptography.PbeEncryptionAlgorithm.Aes128Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 10));

        Refusal(_authority.Issue("silo").Certificate, encrypted).ShouldContain("is a key with a pass phrase where one without is expected");
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Identity_NoCertificate_IsRefused(string text) =>
        Refusal(text, _authority.Issue("silo").Key).ShouldStartWith("--tls-cert a has no certificate where one in PEM is expected");

    [Fact]
    public void Identity_OutOfForce_IsRefusedWithItsTimes()
    {
        var (certificate, key) = _authority.Issue("silo", new DateTimeOffset(2026, 11, 20, 6, 30, 0, TimeSpan.Zero));

        Refusal(certificate, key).ShouldBe(
            "The certificate of --tls-cert a is in force from 2020-01-01 00:00 UTC to 2026-11-20 06:30 UTC, and it is 2026-11-21 12:00 "
            + "UTC: renew it, or set the clock of this machine.");
    }

    [Fact]
    public void Authorities_OneInForceAmongOthers_IsEnough()
    {
        string old = _authority.Issue("old", Now.AddDays(-1)).Certificate;

        CertificateText.Authorities("--ca c", $"{old}\n{_authority.Pem}", Now).Count.ShouldBe(2);
        Should.Throw<UsageException>(() => CertificateText.Authorities("--ca c", old, Now)).Message
            .ShouldStartWith("The certificate of --ca c");
        Should.Throw<UsageException>(() => CertificateText.Authorities("--ca c", "", Now)).Message.ShouldContain("has no certificate");
    }

    private static string Refusal(string certificate, string key) => Should.Throw<UsageException>(
        () => CertificateText.Identity(("--tls-cert a", certificate), ("--tls-key b", key), Now)).Message;
}
