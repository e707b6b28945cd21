using System.Text.RegularExpressions;

namespace Cluster.Silo.Workers;

/// <summary>Redacts messages that leave a node: its own paths are removed, and uploads get the caller's names.</summary>
internal sealed class NodeText
{
    // A sentence becomes a header of an answer, whose size clients limit.
    private const int Longest = 4000;
    private const string Elsewhere = "…";

    // Never reached: literal folders and character classes hardly backtrack.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly (Regex Found, string Told)[] _rules;

    /// <param name="folders">The node's folders.</param>
    /// <param name="more">Other folders to hide.</param>
    public NodeText(NodeFolders folders, params string[] more)
    {
        (string Pattern, string Told)[] rules =
        [
            ($"{Quoted(folders.Artefacts)}/[0-9a-f]{{2}}/([0-9a-f]{{64}})", "artefacts/$1"),
            ($"{Quoted(folders.Data)}/[0-9a-f]{{64}}(?:\\.part)?/?", string.Empty),
            ($"{Quoted(folders.Preprocess)}/[0-9a-f]{{64}}\\.json", "preprocess"),
            .. more.Append(folders.Cache).Append(folders.Artefacts).Select(Path.GetFullPath).Where(folder => folder != "/")
                .OrderByDescending(folder => folder.Length).Select(folder => ($"{Quoted(folder)}(?![\\w.-])", Elsewhere)),
        ];
        _rules = [.. rules.Select(rule => (new Regex(rule.Pattern, RegexOptions.CultureInvariant, Patience), rule.Told))];
    }

    /// <summary>The sentence in the form for callers.</summary>
    public string Redact(string text)
    {
        foreach (var (found, told) in _rules)
        {
            text = found.Replace(text, told);
        }

        return text.Length <= Longest ? text : $"{text[..Longest]}{Elsewhere}";
    }

    private static string Quoted(string folder) => Regex.Escape(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
