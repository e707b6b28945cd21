namespace Cluster.Terminal;

/// <summary>Tables and lines on a command's output: drawn for a terminal, plain and never wrapped otherwise.</summary>
public static class CommandConsole
{
    /// <summary>
    /// The console to write a command's output with: plain unless <paramref name="output"/> is standard output on a
    /// terminal.
    /// </summary>
    public static IAnsiConsole For(TextWriter output) =>
        ReferenceEquals(output, Console.Out) ? StandardStreams.Output() : TerminalConsole.Create(output, isTerminal: false, noColor: true);

    /// <summary>A table whose columns are right-aligned where their heading begins with '>'.</summary>
    public static Table Table(IAnsiConsole console, params string[] headings)
    {
        var table = new Table { Border = console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None };
        foreach (string heading in headings)
        {
            bool isRight = heading.StartsWith('>');
            var column = new TableColumn(new Text(isRight ? heading[1..] : heading));
            table.AddColumn(isRight ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain text: names from files must not act as markup or control the terminal.</summary>
    public static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(VisibleText.Clean(cell))));

    /// <summary>Writes a line without wrapping it, so that it can be copied in one piece.</summary>
    public static void Line(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(VisibleText.Clean(text));
}
