using System.Text.RegularExpressions;

namespace Cluster.Tests;

/// <summary>The command lines in the code blocks of README and docs, as a shell would give them to the program.</summary>
public static partial class DocumentedCommands
{
    private const string Program = "./cluster ";

    // Stands for the options that every such command needs.
    private const string Rest = "…";

    private static readonly Dictionary<string, string[]> Usual = new(StringComparer.Ordinal)
    {
        ["run"] = ["--model", "net.onnx", "--data", "folder:calib", "-o", "OUT"],
        ["submit"] = ["--model", "net.onnx", "--data", "folder:calib"],
        ["quantize"] = ["--model", "net.onnx", "--data", "folder:calib", "-o", "net.qdq.onnx"],
    };

    /// <summary>Those of some verbs: the document and line, and the words.</summary>
    public static IReadOnlyList<(string Place, string[] Words)> Of(IReadOnlySet<string> verbs) =>
        [.. All().Where(command => verbs.Contains(command.Words[0]))];

    /// <summary>All of them.</summary>
    public static IEnumerable<(string Place, string[] Words)> All() => Documents().SelectMany(Commands);

    private static IEnumerable<string> Documents()
    {
        string root = Checkout.At();
        return Directory.EnumerateFiles(root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.md", SearchOption.AllDirectories));
    }

    private static IEnumerable<(string Place, string[] Words)> Commands(string path)
    {
        bool isCode = false;
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isCode = !isCode;
            }
            else if ((isCode || lines[i].StartsWith("    ", StringComparison.Ordinal))
                && line.StartsWith(Program, StringComparison.Ordinal))
            {
                int first = i + 1;
                while (line.EndsWith('\\') && i + 1 < lines.Length)
                {
                    line = $"{line[..^1]} {lines[++i].Trim()}";
                }

                yield return ($"{Path.GetFileName(path)}:{first}", Words(line[Program.Length..]));
            }
        }
    }

    private static string[] Words(string line)
    {
        string[] words =
        [
            .. Word().Matches(line)
                .Select(match => string.Concat(match.Value.Where(letter => letter is not ('\'' or '"'))))
                .TakeWhile(word => word is not ("|" or ">" or ">>" or "&" or "&&" or ";" or "#") && !word.StartsWith('#')),
        ];
        return [.. words.SelectMany(word => word == Rest ? Usual.GetValueOrDefault(words[0], []) : [Filled(word)])];
    }

    // A variable or SPEC is data, and of alternatives one is typed.
    private static string Filled(string word) => word is "SPEC" || word.StartsWith('$') ? "folder:images" : word.Split('|')[0];

    [GeneratedRegex("""(?:'[^']*'|"[^"]*"|[^\s'"])+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
