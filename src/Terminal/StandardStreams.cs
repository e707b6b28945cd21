namespace Cluster.Terminal;

/// <summary>What the standard streams are connected to.</summary>
public static class StandardStreams
{
    /// <summary>Erases the line that is redrawn.</summary>
    public const string EraseLine = "\r\u001b[2K";

    /// <summary>Whether this is standard error, and a terminal that can redraw a line.</summary>
    public static bool IsLive(TextWriter error) => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && !IsDumb;

    /// <summary>Columns of the terminal behind standard error, at least 20; 120 if it is not a terminal.</summary>
    public static int Width => Console.IsErrorRedirected ? 120 : Math.Max(20, Console.WindowWidth);

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "dumb";

    /// <summary>Standard output, plain unless it is a terminal.</summary>
    public static IAnsiConsole Output() => TerminalConsole.Create(
        Console.Out, !Console.IsOutputRedirected && !IsDumb, !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
}
