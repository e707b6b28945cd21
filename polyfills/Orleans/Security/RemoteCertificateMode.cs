namespace Orleans.Connections.Security;

/// <summary>What is asked of the other side of a connection.</summary>
public enum RemoteCertificateMode
{
    /// <summary>No certificate.</summary>
    NoCertificate,

    /// <summary>A certificate, which may be missing.</summary>
    AllowCertificate,

    /// <summary>A certificate that is good.</summary>
    RequireCertificate,
}
