using Spectre.Console;

namespace Cluster.Terminal;

/// <summary>What the standard streams are connected to.</summary>
public static class StandardStreams
{
    public static bool IsError => !Console.IsErrorRedirected && !IsDumb;

    public static int Width => Console.IsErrorRedirected ? 120 : Math.Max(20, Console.WindowWidth);

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "dumb";

    /// <summary>Standard output, plain where no person looks.</summary>
    public static IAnsiConsole Output() => TerminalConsole.Create(
        Console.Out, !Console.IsOutputRedirected && !IsDumb, !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
}
