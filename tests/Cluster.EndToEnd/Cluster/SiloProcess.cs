namespace Cluster.EndToEnd.Cluster;

/// <summary>`cluster silo` as a process, that may be killed and started again on the same port and folder.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string[] _options;
    private readonly int _port = FreePort.Next();
    private Process? _process;

    public SiloProcess(string folder, params string[] options)
    {
        _folder = folder;
        _options = options;
    }

    public string Authority => $"127.0.0.1:{_port}";

    public string Address => $"http://{Authority}";

    public int ProcessId => _process!.Id;

    /// <summary>Which program it is: "Silo", or "Harness", which plays synthetic jobs too.</summary>
    public string Program { get; init; } = "Harness";

    /// <summary>Its slots, as `--devices` has them.</summary>
    public string Devices { get; init; } = "cpu:2";

    /// <summary>Variables of its own, as "NAME=VALUE".</summary>
    public string[] Variables { get; init; } = [];

    /// <summary>What it printed before it listened, at its last start.</summary>
    public IReadOnlyList<string> StartLines { get; private set; } = [];

    /// <summary>Starts it and waits until it listens; ends it if it does not.</summary>
    public async Task<SiloProcess> StartedAsync()
    {
        try
        {
            await StartAsync();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        var lines = new List<string>();
        StartLines = lines;
        _process = ClusterProcess.StartProgram(
            BuiltProgram.Require(Program),
            Variables,
            _folder,
            ["silo", "--listen", Authority, "--data-dir", "data", "--devices", Devices, .. _options]);
        var token = TestContext.Current.CancellationToken;
        var error = _process.StandardError.ReadToEndAsync(token);
        while (true)
        {
            var line = await _process.StandardOutput.ReadLineAsync(token)
                ?? throw new InvalidOperationException($"The silo ended before it listened: {await error}");
            if (line.StartsWith("cluster silo: listening on", StringComparison.Ordinal))
            {
                break;
            }

            lines.Add(line);
        }

        // Its log would fill the pipe.
        _ = _process.StandardOutput.ReadToEndAsync(token);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Send(_process!.Id, Signals.Terminate);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
        return ValueTask.CompletedTask;
    }
}
