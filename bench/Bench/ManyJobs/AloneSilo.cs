using System.Diagnostics;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Cluster.Bench.ManyJobs;

/// <summary>The built silo as a process, a cluster of one on a folder that is there already.</summary>
/// <param name="folder">Its data.</param>
/// <param name="options">Of its command line, besides.</param>
internal sealed class AloneSilo(string folder, params string[] options) : IDisposable
{
    private readonly Lock _noting = new();
    private Process? _process;

    /// <summary>Where clients connect.</summary>
    public int Port { get; } = FreePort.Next();

    public GrpcChannel Connect(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress($"http://{Listen}", options ?? new());

    /// <summary>Starts it, until its health says that it serves jobs; the time that this took.</summary>
    public async Task<TimeSpan> StartAsync(CancellationToken cancellation)
    {
        var program = SiloProgram.Find();
        var start = new ProcessStartInfo(
            program, ["silo", "--listen", Listen, "--data-dir", folder, "--max-calls", "0", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var began = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        var log = $"{folder}.log";
        _process.OutputDataReceived += (_, line) => Note(log, line.Data);
        _process.ErrorDataReceived += (_, line) => Note(log, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (!await IsServingAsync(cancellation))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The silo ended by itself: {await File.ReadAllTextAsync(log, cancellation)}");
            }

            await Task.Delay(20, cancellation);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Resident bytes.</summary>
    public long Resident()
    {
        _process!.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>User and system time.</summary>
    public TimeSpan Processor()
    {
        _process!.Refresh();
        return _process.TotalProcessorTime;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
    }

    private string Listen => $"127.0.0.1:{Port}";

    private void Note(string log, string? line)
    {
        lock (_noting)
        {
            File.AppendAllText(log, $"{line}\n");
        }
    }

    private async Task<bool> IsServingAsync(CancellationToken cancellation)
    {
        using var channel = Connect();
        try
        {
            var answer = await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest { Service = JobService.Descriptor.FullName }, cancellationToken: cancellation);
            return answer.Status == ServingStatus.Serving;
        }
        catch (RpcException early) when (early.StatusCode is StatusCode.Unavailable or StatusCode.NotFound)
        {
            // It does not listen yet.
            return false;
        }
    }
}
