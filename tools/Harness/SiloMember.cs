using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Net.Client;

namespace Cluster.Harness;

/// <summary>One silo of the cluster as a process, on ports that it keeps when it is started again.</summary>
internal sealed partial class SiloMember(
    int number, string program, string folder, string connection, bool inProcess, SiloIdentity? identity = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _said = [];
    private readonly List<(string Words, TaskCompletionSource Said)> _awaited = [];
    private readonly Dictionary<string, long> _owners = new(StringComparer.Ordinal);
    private readonly int _port = FreePort.Next();
    private readonly int _siloPort = FreePort.Next();
    private readonly int _gatewayPort = FreePort.Next();
    private Process? _process;
    private TaskCompletionSource _ready = new();

    public int Number => number;

    private string Address => $"{(identity is null ? "http" : "https")}://127.0.0.1:{_port}";

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>A client's connection to it.</summary>
    public GrpcChannel Connect() => identity?.Connect(Address) ?? GrpcChannel.ForAddress(Address);

    /// <summary>Whether it runs and has begun to answer.</summary>
    public bool IsReady => IsRunning && _ready.Task.IsCompleted;

    private string Log => Path.Combine(folder, $"silo{number}.log");

    public void Start()
    {
        _process?.Dispose();
        lock (_gate)
        {
            _owners.Clear();
            _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        List<string> arguments =
        [
            "silo", "--listen", $"127.0.0.1:{_port}",
            "--data-dir", Path.Combine(folder, $"silo{number}"), "--artefacts", Path.Combine(folder, "artefacts"),
            "--devices", "cpu:2", "--clustering", "postgres:-", "--silo-port", Text(_siloPort), "--gateway-port", Text(_gatewayPort),
            "--allow-synthetic", "--notice-losses-fast", "--memory-limit", "0.5", "--item-limit", "0.1",
        ];
        if (inProcess)
        {
            arguments.Add("--in-process");
        }

        arguments.AddRange(identity?.Arguments ?? []);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CLUSTER_DATABASE"] = connection;
        _process = Process.Start(start)!;
        File.AppendAllText(Log, $"--- pid {_process.Id}\n");
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Completes when it answers clients.</summary>
    public async Task UntilReadyAsync(CancellationToken cancellation)
    {
        while (!_ready.Task.IsCompleted)
        {
            if (!IsRunning)
            {
                throw new InvalidOperationException($"Silo {number} ended by itself, see {Log}: {await TailAsync()}");
            }

            await Task.WhenAny(_ready.Task, Task.Delay(200, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Completes when it says a line with such words, or has.</summary>
    public Task UntilSaysAsync(string words, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_said.Exists(line => line.Contains(words, StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((words, said));
            return said.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>The token under which it last took up a job, or 0.</summary>
    public long OwnerOf(string job)
    {
        lock (_gate)
        {
            return _owners.GetValueOrDefault(job);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (IsRunning)
        {
            _process!.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            File.AppendAllText(Log, line + "\n");
            _said.Add(line);
            _awaited.FindAll(waits => line.Contains(waits.Words, StringComparison.Ordinal)).ForEach(waits => waits.Said.TrySetResult());
            if (line.Contains("listening on", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }

            if (TakenUp().Match(line) is { Success: true } taken)
            {
                _owners[taken.Groups["job"].Value] = long.Parse(taken.Groups["token"].Value, CultureInfo.InvariantCulture);
            }
        }
    }

    private async Task<string> TailAsync() => string.Join(" | ", (await File.ReadAllLinesAsync(Log)).TakeLast(3));

    [GeneratedRegex(@"Job (?<job>\S+) is coordinated here by owner (?<token>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TakenUp();
}
