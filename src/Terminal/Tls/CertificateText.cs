using System.Security.Cryptography;

namespace Cluster.Terminal.Tls;

/// <summary>Reads certificates and keys from PEM text. An error is a sentence that names the option.</summary>
public static class CertificateText
{
    private const string Encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    /// <summary>A program's certificate, the first in its file; the following ones are sent along with it.</summary>
    /// <param name="certificate">Option and path of the certificate, and the file's text.</param>
    /// <param name="key">Option and path of its key, and the file's text.</param>
    /// <param name="now">The time at which the certificate must be valid.</param>
    /// <exception cref="UsageException">It is not a certificate, not valid now, or the key does not belong to it.</exception>
    public static Identity Identity((string Place, string Text) certificate, (string Place, string Text) key, DateTimeOffset now)
    {
        var chain = Certificates(certificate.Place, certificate.Text);
        RequireInForce(certificate.Place, chain[0], now);
        if (key.Text.Contains(Encrypted, StringComparison.Ordinal))
        {
            throw new UsageException(
                $"{key.Place} is a key with a pass phrase where one without is expected: take it off (openssl pkey -in KEY -out NEW).");
        }

        try
        {
            chain[0].Dispose();
            chain.RemoveAt(0);
#pragma warning disable CA2000 // The identity owns it.
            return new Identity(X509Certificate2.CreateFromPem(certificate.Text, key.Text), chain);
#pragma warning restore CA2000
        }
        catch (Exception unfit) when (unfit is CryptographicException or ArgumentException)
        {
            throw new UsageException(
                $"{key.Place} is not the key of the first certificate of {certificate.Place}: name the PEM file of the key that it was "
                + "made with.");
        }
    }

    /// <summary>Authorities whose certificates are trusted.</summary>
    /// <param name="place">Option and path.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="now">The time at which at least one of them must be valid.</param>
    /// <exception cref="UsageException">There is no certificate in it, or none that is valid.</exception>
    public static X509Certificate2Collection Authorities(string place, string text, DateTimeOffset now)
    {
        var authorities = Certificates(place, text);
        if (!authorities.Any(authority => IsInForce(authority, now)))
        {
            RequireInForce(place, authorities[0], now);
        }

        return authorities;
    }

    private static X509Certificate2Collection Certificates(string place, string text)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            throw None(place);
        }

        return found.Count > 0 ? found : throw None(place);
    }

    private static UsageException None(string place) => new(
        $"{place} has no certificate where one in PEM is expected (-----BEGIN CERTIFICATE-----): name that file.");

    private static bool IsInForce(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotBefore <= now.LocalDateTime && now.LocalDateTime <= certificate.NotAfter;

    private static void RequireInForce(string place, X509Certificate2 certificate, DateTimeOffset now)
    {
        if (!IsInForce(certificate, now))
        {
            throw new UsageException(
                $"The certificate of {place} is in force from {Day(certificate.NotBefore)} to {Day(certificate.NotAfter)}, and it is "
                + $"{Day(now.UtcDateTime)}: renew it, or set the clock of this machine.");
        }
    }

    private static string Day(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
