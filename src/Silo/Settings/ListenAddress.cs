namespace Cluster.Silo.Settings;

/// <summary>Parses HOST:PORT of the command line.</summary>
internal static class ListenAddress
{
    /// <exception cref="UsageException">The text is not an address.</exception>
    public static IPEndPoint Parse(string text) => TryParse(text) ?? throw new UsageException(
        $"The address must be ADDRESS:PORT, not '{text}': --listen 127.0.0.1:5180, or 0.0.0.0:5180 for every interface, "
        + "[::]:5180 with IPv6.");

    /// <summary>The address, or null if the text is not one.</summary>
    public static IPEndPoint? TryParse(string text)
    {
        string address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? "127.0.0.1" + text["localhost".Length..]
            : text;
        if (!IPEndPoint.TryParse(address, out var endpoint) || !address.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        // Every address of both kinds, of which a kernel without IPv6 has one.
        bool isOneKind = endpoint.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6;
        return isOneKind ? new IPEndPoint(IPAddress.Any, endpoint.Port) : endpoint;
    }
}
