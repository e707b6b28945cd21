using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>Decides about the certificate of the other side of a connection.</summary>
public delegate bool RemoteCertificateValidator(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors policyErrors);
