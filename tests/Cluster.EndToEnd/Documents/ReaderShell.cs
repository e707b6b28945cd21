namespace Cluster.EndToEnd.Documents;

/// <summary>Runs a page's lines as a reader would, one after the other in one folder, with less work.</summary>
/// <param name="folder">Has a copy of <paramref name="files"/>.</param>
/// <param name="server">The address of a silo; not asked unless a line does.</param>
internal sealed partial class ReaderShell(ReaderFiles files, WorkFolder folder, string server)
{
    private const string Job = "jobs/ID";

    // Options for a line of one of the verbs that has none of the words.
    private static readonly (string[] Verbs, string Option, string[] Unless)[] Less =
    [
        (["run", "submit"], "--batch 1", ["--batch"]),
        (["run", "submit"], "--budget-evals 3", []),
        (["run", "submit"], "--methods max", []),
        (["run", "submit"], "--iterations 2", ["--iterations", "--reconstruct never"]),
        // Where times are measured anew, INT8 may seem faster: it is accurate enough then.
        (["run", "submit"], "--max-drop 5%", ["--max-drop", "-budget ", "--metric", "/job.yaml"]),
        (["run"], $"--latency-table {ReaderFiles.Latencies}", ["--equalize", "--threads", "--target", "--form", "--input"]),
        (["finetune"], "--epochs 1", ["--original-epochs"]),
        (["quantize"], "--force", ["--force"]),
        (["silo"], "--check", ["--check"]),
    ];

    // What screen, `watch` and result.json say where nothing is faster.
    private static readonly string[] Stays = ["You get: FP32 as it is. ", " was faster than FP32 at batch ", "\"kind\": \"nothingFaster\""];

    private readonly List<string> _exports = [];
    private readonly HashSet<string> _outputs = [];
    private string _job = Job;

    /// <returns>What is wrong, if the line ends with another code or does not write what it names.</returns>
    public async Task<string?> RunAsync(DocumentedLine line, int code)
    {
        if (line.Text.StartsWith("./cluster label ", StringComparison.Ordinal))
        {
            await UntilTheJobAsksAsync();
        }

        GiveLabels();
        string text = Adapted(line.Text, code);
        bool isRun = VerbOf(text) == "run";
        if (isRun)
        {
            StartOver(text);
        }

        string[] script =
        [
            $"cd '{folder.Root}' && chmod +x cluster",
            $"export HOME='{folder["home"]}' CLUSTER_SERVER='{server}' CLUSTER_MACHINE_LOCK='{folder["lock"]}'",
            .. _exports,
            text,
        ];
        var run = await OtherProgram.RunAsync("/bin/bash", ["-e", "-c", string.Join('\n', script)]);
        if (text.StartsWith("export ", StringComparison.Ordinal))
        {
            _exports.Add(text);
        }

        if (JobName().Match(run.Output) is { Success: true } job)
        {
            _job = job.Value;
        }

        string[] missing = [.. Outputs(line.Text).Where(output => !Path.Exists(folder[output]))];
        // On a busy machine nothing may be faster, or it may be unclear.
        bool isSlow = run.Code == ExitCode.Unclear
            || (run.Code == ExitCode.NothingFeasible && Stays.Any(words => Said(line, run).Contains(words, StringComparison.Ordinal)));
        bool isJob = isRun || text.Contains("watch", StringComparison.Ordinal);
        int ended = isJob && isSlow ? ExitCode.Done : run.Code;
        foreach (string output in isRun && ended == ExitCode.Done ? Outputs(line.Text) : [])
        {
            files.GiveJob(folder, output);
        }

        return ended == code && missing.Length == 0
            ? null
            : $"{line.Page}:{line.Number}: {text}\nended with {run.Code}, without {string.Join(", ", missing)}\n{run.Output}{run.Error}";
    }

    // With its results, as `--json` may be written to a file.
    private string Said(DocumentedLine line, OtherProgram run) => string.Concat(Outputs(line.Text)
        .Select(output => folder[$"{output}/result.json"])
        .Where(File.Exists)
        .Select(File.ReadAllText)
        .Prepend(run.Output));

    private string Adapted(string text, int code)
    {
        string verb = VerbOf(text);

        // An option shown by itself has nothing that later lines read: whether the job would be taken is enough.
        bool isOptionAlone = verb == "run" && code == ExitCode.Done
            && text.Contains($" {DocumentedCommands.Rest}", StringComparison.Ordinal)
            && !text.Contains("--dry-run", StringComparison.Ordinal) && !Output().IsMatch(text);

        // Each job of the usual options has a folder of its own.
        string usual = DocumentedCommands.UsualOf(verb, text).Replace("-o OUT", $"-o OUT-{_outputs.Count}", StringComparison.Ordinal);
        text = text
            .Replace($" {DocumentedCommands.Rest}", $" {usual}", StringComparison.Ordinal)
            .Replace(Job, _job, StringComparison.Ordinal)
            .TrimEnd(' ', '&');
        var less = Less
            .Where(entry => entry.Verbs.Contains(verb) && !entry.Unless.Any(word => text.Contains(word, StringComparison.Ordinal)))
            .Select(entry => entry.Option)
            .Concat(isOptionAlone ? ["--dry-run"] : Array.Empty<string>());
        text = Verb().Replace(text, match => $"{match.Value} {string.Join(' ', less)}", count: 1);
        return OtherFolder().Replace(text, match => folder.Root + match.Value);
    }

    // A reader's first job of a page does not go on with the one that was there.
    private void StartOver(string text)
    {
        foreach (string output in Outputs(text).Where(_outputs.Add).Where(output => Directory.Exists(folder[output])))
        {
            Directory.Delete(folder[output], recursive: true);
        }
    }

    private async Task UntilTheJobAsksAsync()
    {
        using var watch = ClusterProcess.Start(folder.Root, "watch", _job, "--server", server);
        while (await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
            && !line.Contains("awaiting labels", StringComparison.Ordinal))
        {
        }

        watch.Kill();
    }

    // What a reader does where a job asks for labels.
    private void GiveLabels()
    {
        var labels = File.ReadLines(folder["val.csv"]).Select(line => line.Split(',')).ToDictionary(line => line[0], line => line[1]);
        foreach (string list in Directory.EnumerateFiles(folder.Root, "label-these.csv", SearchOption.AllDirectories))
        {
            string[] lines = File.ReadAllLines(list);
            File.WriteAllLines(list, lines.Select(line => line.EndsWith(',') ? line + labels[line.Split(',')[1]] : line));
        }
    }

    private static string VerbOf(string text) => Verb().Match(text).Groups["verb"].Value;

    private static IEnumerable<string> Outputs(string text) =>
        VerbOf(text).Length == 0 ? [] : Output().Matches(text).Select(match => match.Groups["path"].Value);

    [GeneratedRegex(@"\./cluster (?<verb>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Verb();

    [GeneratedRegex(@" (-o|--html) (?<path>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Output();

    [GeneratedRegex("jobs/[a-z0-9-]+")]
    private static partial Regex JobName();

    [GeneratedRegex("""(?<=[\s"'=])/(mnt|etc/cluster|var|run|data)\b""")]
    private static partial Regex OtherFolder();
}
