using System.Text.RegularExpressions;
using Cluster.Terminal;

namespace Cluster.Client.Data;

/// <summary>
/// The grammar of data specs, as far as it takes to know their files: parts joined by '+' before a scheme, each with an optional trailing slice and
/// label file. Servers read the rest and check all of it.
/// </summary>
internal static partial class SpecText
{
    public const string LabelsOption = ",labels=";

    /// <exception cref="UsageException">The text is no spec.</exception>
    public static IReadOnlyList<SpecPart> Parse(string text) => [.. Join().Split(text.Trim()).Select(ParsePart)];

    private static SpecPart ParsePart(string text)
    {
        var match = Part().Match(text);
        if (!match.Success || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new UsageException($"the data '{text}' is not understood; expected 'idx:IMAGES[,labels=FILE]', 'cifar10:FILE' or 'folder:DIR[,labels=FILE.csv]', each with an optional '@a..b', joined by '+'.");
        }

        string path = match.Groups["path"].Value;
        int option = path.LastIndexOf(LabelsOption, StringComparison.Ordinal);
        string? labels = option < 0 ? null : path[(option + LabelsOption.Length)..];
        path = option < 0 ? path : path[..option];
        return path.Length == 0 || labels is { Length: 0 }
            ? throw new UsageException($"the data '{text}' names no {(path.Length == 0 ? "path" : "file after labels=")}.")
            : new SpecPart(match.Groups["scheme"].Value, path, labels, match.Groups["slice"].Value);
    }

    [GeneratedRegex(@"\+(?=(?:idx|cifar10|folder):)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Join();

    [GeneratedRegex(@"\A(?<scheme>idx|cifar10|folder):(?<path>.+?)(?<slice>@(-?[0-9]+)?\.\.(-?[0-9]+)?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
