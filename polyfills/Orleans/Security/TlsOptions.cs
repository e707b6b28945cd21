using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Connections.Security;

/// <summary>How connections among silos, and of clients to them, are encrypted.</summary>
public class TlsOptions
{
    /// <summary>The certificate of this process, unless a selector gives one.</summary>
    public X509Certificate2? LocalCertificate { get; set; }

    /// <summary>Gives the certificate for a connection that comes in, by the name that its other side asks for.</summary>
    public Func<ConnectionContext, string?, X509Certificate2>? LocalServerCertificateSelector { get; set; }

    /// <summary>Gives the certificate for a connection that goes out.</summary>
    public Func<object, string, X509CertificateCollection, X509Certificate?, string[], X509Certificate2?>? LocalClientCertificateSelector
    {
        get;
        set;
    }

    /// <summary>What is asked of the other side.</summary>
    public RemoteCertificateMode RemoteCertificateMode { get; set; } = RemoteCertificateMode.RequireCertificate;

    /// <summary>Whether <see cref="LocalCertificate"/> has to be one of a client, too.</summary>
    public RemoteCertificateMode ClientCertificateMode { get; set; } = RemoteCertificateMode.AllowCertificate;

    /// <summary>Decides about the certificate of the other side; null: as the platform does.</summary>
    public RemoteCertificateValidator? RemoteCertificateValidation { get; set; }

    /// <summary>Whether it is asked if the other side's certificate was withdrawn.</summary>
    public bool CheckCertificateRevocation { get; set; }
}
