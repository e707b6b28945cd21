using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Terminal.Tls;

/// <summary>Trust in certain authorities only, not in those of the machine.</summary>
public static class TrustedAuthorities
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>The requirements for the other side's certificate.</summary>
    /// <param name="authorities">One of them must have issued it, directly or through others.</param>
    /// <param name="uses">The required extended key usage.</param>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities, CertificateUse uses)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // Private authorities seldom publish revocation lists; a certificate is revoked by not renewing it.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (var (use, identifier) in new[] { (CertificateUse.Server, ServerUse), (CertificateUse.Client, ClientUse) })
        {
            if (uses.HasFlag(use))
            {
                policy.ApplicationPolicy.Add(new Oid(identifier));
            }
        }

        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
