using System.Security.Cryptography;

namespace Cluster.Terminal.Tls;

/// <summary>Trust in certain authorities only, not in those of the machine.</summary>
public static class TrustedAuthorities
{
    /// <summary>The extended key usage of a server's certificate (RFC 5280, 4.2.1.12).</summary>
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>The same of a client's.</summary>
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>The requirements for the other side's certificate.</summary>
    /// <param name="authorities">One of them must have issued it, directly or through others.</param>
    /// <param name="uses">The required extended key usage.</param>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities, params ReadOnlySpan<string> uses)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // Private authorities seldom publish revocation lists; a certificate is revoked by not renewing it.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (string use in uses)
        {
            policy.ApplicationPolicy.Add(new Oid(use));
        }

        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
