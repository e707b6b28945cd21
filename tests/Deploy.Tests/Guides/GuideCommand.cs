namespace Cluster.Deploy.Tests.Guides;

/// <summary>A command that a guide or a runbook tells an operator to give.</summary>
/// <param name="Guide">The file's name.</param>
/// <param name="Folder">Where it is given, relative to the checkout.</param>
/// <param name="Words">The program, its arguments, and a redirection as `&gt;` and a file.</param>
internal sealed partial record GuideCommand(string Guide, string Folder, IReadOnlyList<string> Words)
{
    /// <summary>
    /// Those of blocks of code in which an engine or Kubernetes is spoken to, in their order, and those within sentences that
    /// begin with `kubectl`.
    /// </summary>
    public static IReadOnlyList<GuideCommand> All { get; } =
    [
        .. new[] { "guide", "runbooks" }
            .SelectMany(folder => Directory.EnumerateFiles(Checkout.At("docs", folder), "*.md"))
            .Order(StringComparer.Ordinal)
            .SelectMany(Of),
    ];

    public string Program => Words[0];

    public static IEnumerable<GuideCommand> By(string program) => All.Where(command => command.Program == program);

    /// <summary>The values of an option: `-x VALUE`, `--long VALUE` and `--long=VALUE`.</summary>
    public IEnumerable<string> Values(string option) => Words
        .Select((word, at) => word == option ? Words[at + 1]
            : word.StartsWith($"{option}=", StringComparison.Ordinal) ? word[(option.Length + 1)..]
            : null)
        .OfType<string>();

    public override string ToString() => $"{Guide}: {string.Join(' ', Words)}";

    private static IEnumerable<GuideCommand> Of(string path)
    {
        string name = Path.GetFileName(path), text = File.ReadAllText(path);
        foreach (string block in Blocks().Matches(text).Select(match => match.Groups["lines"].Value)
            .Where(block => Containers().IsMatch(block)))
        {
            string folder = ".", before = ".";
            foreach (var words in ShellWords.Commands(block))
            {
                if (words is ["cd", var target])
                {
                    (folder, before) = (target == "-" ? before : Path.Combine(folder, target), folder);
                }

                yield return new GuideCommand(name, folder, words);
            }
        }

        foreach (string sentence in Sentences().Matches(Blocks().Replace(text, "")).Select(match => match.Groups["line"].Value))
        {
            yield return new GuideCommand(name, ".", ShellWords.Commands(sentence).Single());
        }
    }

    [GeneratedRegex("^```sh\n(?<lines>.*?)^```$", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\b(docker|kubectl) ")]
    private static partial Regex Containers();

    [GeneratedRegex("`(?<line>kubectl [^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Sentences();
}
