namespace Cluster.EndToEnd.Support;

/// <summary>
/// A process that runs commands of the program, one at a time, each in its own folder: for commands that nobody kills. A new process
/// compiles for longer than most of them compute. Disposing it gives it back for other commands.
/// </summary>
internal sealed class CommandHost : IDisposable
{
    private static readonly ConcurrentBag<CommandHost> Idle = [];

    private readonly WorkFolder _folder = new();
    private readonly Process _process;
    private bool _isBusy;

    private CommandHost(string program)
    {
        using (var pipes = Process.Start("mkfifo", [_folder["command"], _folder["answer"]]))
        {
            pipes.WaitForExit();
            pipes.ExitCode.ShouldBe(0);
        }

        _process = Process.Start(new ProcessStartInfo(program, [_folder.Root])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

        // What native libraries print.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>A shell script that gives its arguments to it and ends as the command ends.</summary>
    public string Script => $$"""
        exec 9> '{{_folder["lock"]}}' && flock 9
        { env -0; printf '\0'; printf '%s\0' "$PWD" "$@"; } > '{{_folder["command"]}}'
        read -r code < '{{_folder["answer"]}}'
        cat '{{_folder["error"]}}' >&2
        cat '{{_folder["output"]}}'
        exit "$code"
        """;

    /// <summary>An idle process, or a new one.</summary>
    public static CommandHost Take() => Idle.TryTake(out var idle) ? idle : new CommandHost(BuiltProgram.Require("Tests.CommandHost"));

    /// <summary>Runs a command.</summary>
    /// <param name="variables">Of its own, as "NAME=VALUE".</param>
    public async Task<ClusterProcess> RunAsync(string[] variables, string folder, string[] args, CancellationToken cancellationToken)
    {
        _isBusy = true;
        string[] texts = [.. variables, "", folder, .. args];

        // To open a pipe waits for its other end.
        var answer = Task.Run(
            async () =>
            {
                await File.WriteAllTextAsync(_folder["command"], string.Concat(texts.Select(text => $"{text}\0")), cancellationToken);
                return await File.ReadAllTextAsync(_folder["answer"], cancellationToken);
            },
            cancellationToken);
        await Task.WhenAny(answer, _process.WaitForExitAsync(cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        answer.IsCompleted.ShouldBeTrue($"the process of '{string.Join(' ', args)}' ended without an answer");
        int code = int.Parse(await answer, CultureInfo.InvariantCulture);
        _isBusy = false;
        return new ClusterProcess(code, await TextAsync("output"), await TextAsync("error"));

        Task<string> TextAsync(string name) => File.ReadAllTextAsync(_folder[name], cancellationToken);
    }

    /// <summary>Keeps the process for others; ends one whose command has not ended.</summary>
    public void Dispose()
    {
        if (!_isBusy && !_process.HasExited)
        {
            Idle.Add(this);
            return;
        }

        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _folder.Dispose();
    }
}
