namespace Grpc.Core;

/// <summary>How a channel is secured.</summary>
public abstract class ChannelCredentials
{
    private protected ChannelCredentials()
    {
    }

    /// <summary>HTTP/2 in the clear.</summary>
    public static ChannelCredentials Insecure { get; } = new TransportCredentials(isSecure: false);

    /// <summary>TLS with the certificates that the system trusts.</summary>
    public static ChannelCredentials SecureSsl { get; } = new TransportCredentials(isSecure: true);

    internal abstract bool IsSecure { get; }

    private sealed class TransportCredentials(bool isSecure) : ChannelCredentials
    {
        internal override bool IsSecure => isSecure;
    }
}
