namespace Cluster.EndToEnd.Support;

/// <summary>
/// A process that runs commands of the program, one at a time, each in its own folder: for commands that are not killed. A new process
/// compiles for longer than most of them compute. Disposing it gives it back for other commands.
/// </summary>
internal sealed class CommandHost : IDisposable
{
    // Tests run two at a time, and one may hold a process while its fixture needs another.
    private static readonly SemaphoreSlim Places = new(2 * Math.Max(2, Environment.ProcessorCount));
    private static readonly ConcurrentBag<CommandHost> Idle = [];

    private readonly WorkFolder _folder = new();
    private readonly ConcurrentQueue<string> _native = new();
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
        _process.OutputDataReceived += (_, line) => _native.Enqueue(line.Data ?? string.Empty);
        _process.ErrorDataReceived += (_, line) => _native.Enqueue(line.Data ?? string.Empty);
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
    public static async Task<CommandHost> TakeAsync(CancellationToken cancellationToken)
    {
        await Places.WaitAsync(cancellationToken);
        while (Idle.TryTake(out var idle))
        {
            if (!idle._process.HasExited)
            {
                return idle;
            }
        }

        return new CommandHost(BuiltProgram.Require("Tests.CommandHost"));
    }

    /// <summary>Runs a command with variables, as "NAME=VALUE".</summary>
    public async Task<ClusterProcess> RunAsync(string[] variables, string folder, string[] args, CancellationToken cancellationToken)
    {
        _isBusy = true;
        string command = string.Concat(variables.Append("").Append(folder).Concat(args).Select(text => $"{text}\0"));

        // To open a pipe waits for its other end.
        var answer = Task.Run(
            async () =>
            {
                await File.WriteAllTextAsync(_folder["command"], command, cancellationToken);
                return await File.ReadAllTextAsync(_folder["answer"], cancellationToken);
            },
            cancellationToken);
        await Task.WhenAny(answer, _process.WaitForExitAsync(cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        answer.IsCompleted.ShouldBeTrue($"the process of '{string.Join(' ', args)}' ended: {string.Join('\n', _native.TakeLast(20))}");
        int code = int.Parse(await answer, CultureInfo.InvariantCulture);
        _isBusy = false;
        return new ClusterProcess(code, await TextAsync("output"), await TextAsync("error"));

        Task<string> TextAsync(string name) => File.ReadAllTextAsync(_folder[name], cancellationToken);
    }

    /// <summary>Keeps the process for others; ends one whose command has not ended.</summary>
    public void Dispose()
    {
        if (!_isBusy && !IsAsked() && !_process.HasExited)
        {
            Idle.Add(this);
        }
        else
        {
            _process.Kill(entireProcessTree: true);
            _process.Dispose();
            _folder.Dispose();
        }

        Places.Release();
    }

    // By a script, whose shell may be gone.
    private bool IsAsked()
    {
        try
        {
            using var free = new FileStream(_folder["lock"], FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
