using System.Text.Json;

namespace Cluster.DataSpecs;

/// <summary>What is wrong with a text that is no JSON, for people.</summary>
public static class JsonFault
{
    // What .NET says to programmers, and the place once more.
    private static readonly string[] Ends = [" Change the reader options", " Path: ", " LineNumber: "];

    /// <summary>"line 1, column 67: the JSON object contains a trailing comma at the end…"; columns are bytes from 1.</summary>
    public static string Of(JsonException failure)
    {
        string said = Ends.Aggregate(failure.Message, (text, end) => text.Split(end)[0]).TrimEnd('.', ' ');
        return failure.LineNumber is { } line ? $"line {line + 1}, column {failure.BytePositionInLine + 1}: {said}" : said;
    }
}
