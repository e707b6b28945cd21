using System.Text.RegularExpressions;
using Cluster.Contract.V1;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Cluster.Harness;

/// <summary>One silo of the cluster as a process, on ports that it keeps when it is started again.</summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="setup">How it is started.</param>
/// <param name="folder">Of the trial: data, artefacts and what the silo says.</param>
/// <param name="identity">With what it shows who it is; null: nothing is encrypted.</param>
internal sealed partial class SiloMember(int number, ChaosSetup setup, string folder, SiloIdentity? identity) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _said = [];
    private readonly List<(string Words, TaskCompletionSource Said)> _awaited = [];
    private readonly Dictionary<string, long> _owners = new(StringComparer.Ordinal);
    private readonly List<(string Job, long Token, DateTimeOffset At)> _takenUp = [];
    private readonly int _port = FreePort.Next();
    private readonly int _siloPort = FreePort.Next();
    private readonly int _gatewayPort = FreePort.Next();
    private readonly List<Process> _earlier = [];
    private readonly MeasurementLog _measurements = new(number);
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _outages = [];
    private volatile Process? _process;
    private TaskCompletionSource _ready = new();
    private volatile bool _isFrozen;
    private volatile bool _comesBack;

    public int Number => number;

    /// <summary>The program that <see cref="Start"/> starts.</summary>
    public string Program { get; set; } = setup.Program;

    public string Address => $"{(identity is null ? "http" : "https")}://127.0.0.1:{_port}";

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>A client's connection to it.</summary>
    public GrpcChannel Connect() => identity?.Connect(Address) ?? GrpcChannel.ForAddress(Address);

    /// <summary>Whether it runs and has begun to answer.</summary>
    public bool IsReady => IsRunning && !_isFrozen && _ready.Task.IsCompleted;

    /// <summary>When it was struck, and when it was itself again.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Outages
    {
        get
        {
            lock (_gate)
            {
                return [.. _outages];
            }
        }
    }

    private string Log => Path.Combine(folder, $"silo{number}.log");

    public void Start()
    {
        (_isFrozen, _comesBack) = (false, false);
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
            "--memory-limit", "0.5", "--item-limit", setup.ItemLimit.TotalMinutes.ToString(CultureInfo.InvariantCulture),
        ];
        arguments.AddRange(setup.InProcess ? ["--in-process"] : []);
        arguments.AddRange(setup.NoticesLossesFast ? ["--notice-losses-fast"] : []);
        arguments.AddRange(identity?.Arguments ?? []);
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CLUSTER_DATABASE"] = setup.Connection;
        start.Environment[MeasurementLog.Setting.Name] = MeasurementLog.Setting.Value;
        var process = Process.Start(start)!;
        File.AppendAllText(Log, $"--- pid {process.Id}\n");
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Who looks at the earlier one just now may go on.
        if (_process is { } earlier)
        {
            _earlier.Add(earlier);
        }

        _process = process;
    }

    /// <summary>Completes when it answers clients.</summary>
    public async Task UntilReadyAsync(CancellationToken cancellation)
    {
        while (!_ready.Task.IsCompleted)
        {
            if (!IsRunning && !_comesBack)
            {
                throw new InvalidOperationException($"Silo {number} ended by itself, see {Log}: {await TailAsync()}");
            }

            await Task.WhenAny(_ready.Task, Task.Delay(200, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Completes when its health says that it is ready for work, or that it is not.</summary>
    public async Task UntilServingAsync(bool isServing, CancellationToken cancellation)
    {
        using var channel = Connect();
        using var watch = new Health.HealthClient(channel).Watch(
            new HealthCheckRequest { Service = JobService.Descriptor.FullName }, cancellationToken: cancellation);
        var wanted = isServing ? ServingStatus.Serving : ServingStatus.NotServing;
        while (await watch.ResponseStream.MoveNext(cancellation) && watch.ResponseStream.Current.Status != wanted)
        {
            // The next change.
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

    /// <summary>When it took up a job, and under which token; what it was before a restart counts too.</summary>
    public IReadOnlyList<(long Token, DateTimeOffset At)> TakenUp(string job)
    {
        lock (_gate)
        {
            return [.. _takenUp.Where(taken => taken.Job == job).Select(taken => (taken.Token, taken.At))];
        }
    }

    /// <summary>What it told of a job's measurements.</summary>
    public IReadOnlyList<Measurement> MeasurementsOf(string job) => _measurements.Of(job);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _comesBack = false;
        Strike();
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGKILL of one of its evaluators, if it has any just now.</summary>
    public void KillEvaluator()
    {
        string[] children = [.. Directory.GetDirectories($"/proc/{_process!.Id}/task").SelectMany(task => ChildrenOf(task))];
        if (children.Length > 0)
        {
            Signals.Send(int.Parse(children[0], CultureInfo.InvariantCulture), Signals.Kill);
        }
    }

    /// <summary>SIGTERM, and the wait for its end.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        _comesBack = false;
        Strike();
        Signals.Send(_process!.Id, Signals.Terminate);
        await _process.WaitForExitAsync(cancellation);
    }

    /// <summary>SIGSTOP.</summary>
    public void Freeze()
    {
        _isFrozen = true;
        Strike();
        Signals.Send(_process!.Id, Signals.Stop);
    }

    /// <summary>SIGCONT. Where the others have declared it lost meanwhile, it ends once it reads so, and is started again.</summary>
    public void Thaw()
    {
        (_isFrozen, _comesBack) = (false, true);
        Signals.Send(_process!.Id, Signals.Continue);
        Recover();
        _ = ComeBackAsync(_process);
    }

    public void Dispose()
    {
        _comesBack = false;
        if (IsRunning)
        {
            _process!.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
        _earlier.ForEach(process => process.Dispose());
    }

    private async Task ComeBackAsync(Process process)
    {
        await process.WaitForExitAsync();
        if (_comesBack)
        {
            Strike();
            Start();
        }
    }

    // Of one thread, which may just have ended.
    private static string[] ChildrenOf(string task)
    {
        string path = Path.Combine(task, "children");
        return File.Exists(path) ? File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    private void Strike()
    {
        lock (_gate)
        {
            _outages.Add((DateTimeOffset.UtcNow, DateTimeOffset.MaxValue));
        }
    }

    private void Recover()
    {
        lock (_gate)
        {
            if (_outages is [.., var last] && last.To == DateTimeOffset.MaxValue)
            {
                _outages[^1] = last with { To = DateTimeOffset.UtcNow };
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _measurements.Hear(line, DateTimeOffset.UtcNow);
        lock (_gate)
        {
            File.AppendAllText(Log, line + "\n");
            _said.Add(line);
            _awaited.FindAll(waits => line.Contains(waits.Words, StringComparison.Ordinal)).ForEach(waits => waits.Said.TrySetResult());
            if (line.Contains("listening on", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
                Recover();
            }

            if (CoordinatedHere().Match(line) is { Success: true } taken)
            {
                string job = taken.Groups["job"].Value;
                long token = long.Parse(taken.Groups["token"].Value, CultureInfo.InvariantCulture);
                _owners[job] = token;
                _takenUp.Add((job, token, DateTimeOffset.UtcNow));
            }
        }
    }

    private async Task<string> TailAsync() => string.Join(" | ", (await File.ReadAllLinesAsync(Log)).TakeLast(3));

    [GeneratedRegex(@"Job (?<job>\S+) is coordinated here by owner (?<token>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CoordinatedHere();
}
