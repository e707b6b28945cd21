namespace Cluster.Client.Views;

/// <summary>
/// Responses as protobuf's JSON with default values written, so that scripts always find the same keys.
/// </summary>
internal static class JsonOutput
{
    private static readonly JsonFormatter Lines = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    private static readonly JsonFormatter Document = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    /// <summary>Writes one document.</summary>
    public static Task WriteAsync(TextWriter output, IMessage message) => output.WriteLineAsync(Document.Format(message));

    /// <summary>Writes one line.</summary>
    public static async Task WriteLineAsync(TextWriter output, IMessage message)
    {
        await output.WriteLineAsync(Lines.Format(message));
        await output.FlushAsync();
    }
}
