using Orleans.Connections.Security;

namespace Orleans.Hosting;

/// <summary>Encryption among processes. The stand-in is one process and opens no port: it checks the options alone.</summary>
public static class OrleansConnectionSecurityHostingExtensions
{
    /// <exception cref="InvalidOperationException">The options name no certificate.</exception>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, Action<TlsOptions> configureOptions)
    {
        Check(configureOptions);
        return builder;
    }

    /// <exception cref="InvalidOperationException">The options name no certificate.</exception>
    public static IClientBuilder UseTls(this IClientBuilder builder, Action<TlsOptions> configureOptions)
    {
        Check(configureOptions, isClient: true);
        return builder;
    }

    private static void Check(Action<TlsOptions> configureOptions, bool isClient = false)
    {
        ArgumentNullException.ThrowIfNull(configureOptions);
        var options = new TlsOptions();
        configureOptions(options);
        bool mayDoWithout = isClient && options.ClientCertificateMode != RemoteCertificateMode.RequireCertificate;
        if (options is { LocalCertificate: null, LocalServerCertificateSelector: null } && !mayDoWithout)
        {
            throw new InvalidOperationException("No certificate specified");
        }
    }
}
