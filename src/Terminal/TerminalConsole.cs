namespace Cluster.Terminal;

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
