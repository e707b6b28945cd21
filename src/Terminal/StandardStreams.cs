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

/// <summary>Makes consoles that write plain text unless a person reads them on a terminal.</summary>
internal static class TerminalConsole
{
    /// <summary>A console over a writer, coloured only on a terminal without NO_COLOR.</summary>
    /// <param name="writer">The output.</param>
    /// <param name="isTerminal">Whether the output is a terminal that understands escape codes (TERM=dumb does not).</param>
    /// <param name="noColor">Whether NO_COLOR is set to a non-empty text.</param>
    public static IAnsiConsole Create(TextWriter writer, bool isTerminal, bool noColor)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && !noColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = isTerminal && IsUnicode(writer);
        if (!isTerminal)
        {
            // Unlimited width: a wrapped path could not be copied or searched for.
            console.Profile.Width = 1000;
        }

        return console;
    }

    private static bool IsUnicode(TextWriter writer) => writer.Encoding.WebName.StartsWith("utf", StringComparison.OrdinalIgnoreCase);
}
