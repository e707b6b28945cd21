using System.Globalization;
using System.Net;
using Cluster.Coordinator;

namespace Cluster.Silo.Settings;

/// <summary>[ADDRESS:]PORT of the command line: a port alone is one of the loopback address.</summary>
internal static class PageAddress
{
    /// <exception cref="JobException">The text is neither.</exception>
    public static IPEndPoint Parse(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return new IPEndPoint(IPAddress.Loopback, port);
        }

        string address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? "127.0.0.1" + text["localhost".Length..]
            : text;
        return IPEndPoint.TryParse(address, out var endpoint) && address.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : throw new JobException($"--page is '{text}' where [ADDRESS:]PORT is expected, such as 5190: correct it.");
    }

    /// <summary>What the option is refused for, or null.</summary>
    public static string? Problem(IPEndPoint page, bool hasTokens) =>
        hasTokens || IPAddress.IsLoopback(page.Address) ? null
            : $"--page listens on {page} without --token-file or --tokens, so anyone who reaches it would read all jobs: give one of "
                + "them, or a port alone, which only this machine reaches";
}
