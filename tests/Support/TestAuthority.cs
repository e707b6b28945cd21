using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Tests;

/// <summary>An authority for certificates of tests; nothing outside of a test trusts it. In force from 2020 to 2100.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly string _name;

    /// <param name="name">Its name in certificates.</param>
    /// <param name="until">Its end; in 2100 if null.</param>
    public TestAuthority(string name, DateTimeOffset? until = null)
    {
        _name = name;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(From, until ?? Until);
    }

    /// <summary>Its own certificate, in PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Writes its certificate into a folder.</summary>
    /// <returns>The file's path.</returns>
    public string Write(WorkFolder folder) => folder.Write($"{_name}.ca", Pem);

    /// <summary>Makes a key and a certificate for servers and clients, good for localhost, 127.0.0.1 and its name.</summary>
    /// <param name="name">Whose certificate it is.</param>
    /// <param name="until">Its end; in 2100 if null.</param>
    public (string Certificate, string Key) Issue(string name, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(_certificate, From, until ?? Until, RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Makes a certificate and writes it and its key into a folder.</summary>
    /// <returns>The files' paths.</returns>
    public (string Certificate, string Key) Write(WorkFolder folder, string name, DateTimeOffset? until = null)
    {
        var (certificate, key) = Issue(name, until);
        return (folder.Write($"{name}.crt", certificate), folder.Write($"{name}.key", key));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
