using System.Net;
using Cluster.Terminal;

namespace Cluster.Silo.Settings;

/// <summary>Parses HOST:PORT of the command line.</summary>
internal static class ListenAddress
{
    /// <exception cref="UsageException">The text is not an address.</exception>
    public static IPEndPoint Parse(string text) => TryParse(text) ?? throw new UsageException(
        $"The address is '{text}' where ADDRESS:PORT is expected: --listen 127.0.0.1:5180, or 0.0.0.0:5180 for every interface.");

    /// <summary>The address, or null if the text is not one.</summary>
    public static IPEndPoint? TryParse(string text)
    {
        string address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? "127.0.0.1" + text["localhost".Length..]
            : text;
        return IPEndPoint.TryParse(address, out var endpoint) && address.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : null;
    }
}
