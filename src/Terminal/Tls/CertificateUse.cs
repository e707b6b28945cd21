namespace Cluster.Terminal.Tls;

/// <summary>What a certificate is used for (extended key usage, RFC 5280, 4.2.1.12).</summary>
[Flags]
public enum CertificateUse
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>For a server.</summary>
    Server = 1,

    /// <summary>For a client.</summary>
    Client = 2,
}
