namespace Cluster.Terminal.Tls;

/// <summary>A program's identity: its certificate with the key, and the certificates between it and its authority.</summary>
/// <param name="Certificate">The certificate, with its private key.</param>
/// <param name="Chain">Certificates that are sent along with it; empty if a well-known authority issued it.</param>
public sealed record Identity(X509Certificate2 Certificate, X509Certificate2Collection Chain);
