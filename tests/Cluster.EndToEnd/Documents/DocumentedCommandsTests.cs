using Cluster.EndToEnd.Cluster;

namespace Cluster.EndToEnd.Documents;

/// <summary>
/// The command lines of README, guide, the page of what other tools name and the skill for coding agents run. Those of the tutorial:
/// <see cref="TutorialTests"/>.
/// </summary>
[Long]
public sealed partial class DocumentedCommandsTests(ReaderFiles files) : IClassFixture<ReaderFiles>
{
    // Where they are not installed, the lines that need them are left out.
    private static readonly string[] Programs = ["openssl", "python3"];

    public static TheoryData<string> Pages =>
    [
        .. Documents().Where(path => Commands(path).Any(command => !NotRunHere.Has(command.Line))).Select(path => Path.GetFileName(path)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Lines_OfAPage_RunInTheOrderInWhichTheyStand(string page)
    {
        using var folder = new WorkFolder();
        using var host = await CommandHost.TakeAsync(TestContext.Current.CancellationToken);
        await files.CopyToAsync(folder, host);
        var commands = Commands(Documents().Single(path => Path.GetFileName(path) == page))
            .Where(command => !NotRunHere.Has(command.Line))
            .ToArray();
        await using var silo = new SiloProcess(Directory.CreateDirectory(folder["server"]).FullName) { Program = "Silo" };
        string[] remote = [.. OtherVerbs.All.Select(verb => $"./cluster {verb.Name} ")];
        if (commands.Any(command => remote.Any(start => command.Line.Text.StartsWith(start, StringComparison.Ordinal))))
        {
            await silo.StartAsync();
        }

        var shell = new ReaderShell(files, folder, silo.Address);
        var wrong = new List<string?>();
        string[] lacking = [.. Programs.Where(program => Checkout.Program(program) is null)];
        foreach (var (line, code) in commands)
        {
            if (lacking.FirstOrDefault(program => line.Text.Contains(program, StringComparison.Ordinal)) is { } program)
            {
                TestContext.Current.AddWarning($"{line.Page}:{line.Number} needs {program}");
                continue;
            }

            wrong.Add(await shell.RunAsync(line, code));
        }

        wrong.OfType<string>().ShouldBeEmpty();
    }

    [Fact]
    public void NotRunHere_EachEntry_IsOfALineInTheDocuments()
    {
        var lines = Documents().SelectMany(Commands).Select(command => command.Line).ToArray();

        NotRunHere.All.Where(entry => !lines.Any(line => NotRunHere.Is(entry, line))).ShouldBeEmpty();
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Checkout.At("docs", "guide"), "*.md").Order(StringComparer.Ordinal).Prepend(Checkout.At("README.md"))
            .Append(Checkout.At("docs", "reproductions", "coverage.md"))
            .Append(Checkout.At("skills", "cluster-quant", "SKILL.md"));

    // The exit code that a comment behind a line, or below it, tells.
    private static IEnumerable<(DocumentedLine Line, int Code)> Commands(string path)
    {
        DocumentedLine[] lines = [.. DocumentedCommands.Lines(path)];
        for (int i = 0; i < lines.Length; i++)
        {
            if (!IsComment(lines[i]))
            {
                string told = lines[i].Text + (i + 1 < lines.Length && IsComment(lines[i + 1]) ? lines[i + 1].Text : "");
                var code = ExitCode().Match(told).Groups["code"];
                yield return (lines[i], code.Success ? int.Parse(code.Value, CultureInfo.InvariantCulture) : 0);
            }
        }
    }

    private static bool IsComment(DocumentedLine line) => line.Text.StartsWith('#');

    [GeneratedRegex(@"\(exit code (?<code>\d+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex ExitCode();
}
