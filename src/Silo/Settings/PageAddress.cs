namespace Cluster.Silo.Settings;

/// <summary>Parses [ADDRESS:]PORT of the command line: a port without an address is on the loopback address.</summary>
internal static class PageAddress
{
    /// <exception cref="UsageException">The text is neither.</exception>
    public static IPEndPoint Parse(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new IPEndPoint(IPAddress.Loopback, port)
            : ListenAddress.TryParse(text)
                ?? throw new UsageException($"--page must be [ADDRESS:]PORT, such as 5190, not '{text}'.");

    /// <summary>Why the option is refused, or null.</summary>
    public static string? Problem(IPEndPoint page, bool hasTokens) =>
        hasTokens || IPAddress.IsLoopback(page.Address) ? null
            : $"--page listens on {page} without --token-file or --tokens, so anyone who reaches it would read all jobs: give one of "
                + "them, or a port alone, which only this machine reaches";
}
