using System.Text.RegularExpressions;

namespace Cluster.Tests;

/// <summary>The command lines in the code blocks of README and docs, as a shell would give them to the program.</summary>
public static partial class DocumentedCommands
{
    private const string Program = "./cluster ";
    private const StringComparison Exact = StringComparison.Ordinal;

    /// <summary>Stands for the options that every such command needs.</summary>
    public const string Rest = "…";

    private static readonly Dictionary<string, string[]> Usual = new(StringComparer.Ordinal)
    {
        ["run"] = ["--model net.onnx", "--data folder:calib", "--eval folder:val,labels=val.csv", "-o OUT"],
        ["submit"] = ["--model net.onnx", "--data folder:calib"],
        ["quantize"] = ["--model net.onnx", "--data folder:calib", "-o net.qdq.onnx"],
        ["silo"] = ["--data-dir data", "--clustering postgres:-"],
        ["gateway"] = ["--clustering postgres:-"],
    };

    /// <summary>What <see cref="Rest"/> stands for in a line: the options that its verb needs and it does not have.</summary>
    public static string UsualOf(string verb, string line) =>
        string.Join(' ', Usual.GetValueOrDefault(verb, []).Where(option => !line.Contains($" {option.Split(' ')[0]} ", Exact)));

    /// <summary>Those of some verbs: the document and line, and the words.</summary>
    public static IReadOnlyList<(string Place, string[] Words)> Of(IReadOnlySet<string> verbs) =>
        [.. All().Where(command => verbs.Contains(command.Words[0]))];

    /// <summary>All of them.</summary>
    /// <remarks>What a line's `--config` says is given in its words.</remarks>
    public static IEnumerable<(string Place, string[] Words)> All() => Documents()
        .SelectMany(Lines)
        .Where(line => line.Text.StartsWith(Program, StringComparison.Ordinal))
        .Select(line => (Place: $"{line.Page}:{line.Number}", Words: Words(line.Text[Program.Length..])))
        .Select(line => line.Words.Contains("--config")
            ? (line.Place, [.. line.Words, "--model", "net.onnx", "--data", "folder:calib"])
            : line);

    /// <summary>
    /// The lines of a document's shell blocks, comments too, continued lines as one; a block of Python as one line. Of what is set in by
    /// four spaces, commands of the program.
    /// </summary>
    public static IEnumerable<DocumentedLine> Lines(string path)
    {
        string page = Path.GetFileName(path);
        string? block = null;
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            int first = i + 1;
            string line = lines[i].Trim();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                block = block is null ? line[3..] : null;
                if (block == "python")
                {
                    string[] python = [.. lines.Skip(first).TakeWhile(text => text != "```")];
                    yield return new DocumentedLine(page, first, string.Join('\n', python));
                }

                continue;
            }

            bool isSetIn = block is null && lines[i].StartsWith("    ", StringComparison.Ordinal)
                && line.StartsWith(Program, StringComparison.Ordinal);
            if (line.Length == 0 || !(block is "sh" or "console" || isSetIn))
            {
                continue;
            }

            while (line.EndsWith('\\') && i + 1 < lines.Length)
            {
                line = $"{line[..^1]} {lines[++i].Trim()}";
            }

            yield return new DocumentedLine(page, first, line);
        }
    }

    private static IEnumerable<string> Documents()
    {
        string root = Checkout.At();
        return Directory.EnumerateFiles(root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.md", SearchOption.AllDirectories));
    }

    private static string[] Words(string line)
    {
        string[] words =
        [
            .. Word().Matches(line)
                .Select(match => string.Concat(match.Value.Where(letter => letter is not ('\'' or '"'))))
                .TakeWhile(word => word is not ("|" or ">" or ">>" or "&" or "&&" or ";" or "#") && !word.StartsWith('#')),
        ];
        return [.. words.SelectMany(word => word == Rest ? UsualOf(words[0], line).Split(' ') : [Filled(word)])];
    }

    // A variable or SPEC is data.
    private static string Filled(string word) => word is "SPEC" || word.StartsWith('$') ? "folder:images" : word;

    [GeneratedRegex("""(?:'[^']*'|"[^"]*"|[^\s'"])+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
