using System.Security.Cryptography.X509Certificates;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>Why the other side of a connection between servers is not trusted.</summary>
internal static class PeerFault
{
    /// <summary>The words for the log, after "the other side"; null if it is a server of the cluster.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="chain">The chain from there to an authority, as far as found.</param>
    /// <param name="errors">The errors; a different name is not one.</param>
    public static string? Of(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it shows no certificate";
        }

        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return null;
        }

        var wrong = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? default;
        // The subject is a stranger's text, which the log shows.
        string owner = $"its certificate ({VisibleText.Clean(certificate.Subject)})";
        return wrong switch
        {
            _ when wrong.HasFlag(X509ChainStatusFlags.NotTimeValid) =>
                $"{owner} is in force from {certificate.GetEffectiveDateString()} to {certificate.GetExpirationDateString()}",
            _ when wrong.HasFlag(X509ChainStatusFlags.NotValidForUsage) =>
                $"{owner} is not for servers and for clients (extendedKeyUsage = serverAuth, clientAuth)",
            _ => $"{owner} is of no authority of --silo-ca ({wrong})",
        };
    }
}
