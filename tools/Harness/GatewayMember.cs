using System.Net;

namespace Cluster.Harness;

/// <summary>A gateway with its page in front of the silos, as a process on ports of its own.</summary>
internal sealed class GatewayMember : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _browser = new() { BaseAddress = PlaceOf(FreePort.Next()), Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _place = PlaceOf(FreePort.Next());
    private readonly Process _process;

    /// <param name="setup">How the silos are started.</param>
    /// <param name="folder">Of the trial: artefacts, and what the gateway says.</param>
    public GatewayMember(ChaosSetup setup, string folder)
    {
        var start = new ProcessStartInfo(
            setup.Program,
            [
                "gateway", "--listen", _place.Authority, "--page", _browser.BaseAddress!.Authority,
                "--artefacts", Path.Combine(folder, "artefacts"),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CLUSTER_DATABASE"] = setup.Connection;
        var log = TextWriter.Synchronized(File.AppendText(Path.Combine(folder, "gateway.log")));
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        void Hear(string? line)
        {
            log.WriteLine(line);
            log.Flush();
            if (line?.Contains("listening on", StringComparison.Ordinal) == true)
            {
                _listens.TrySetResult();
            }
        }
    }

    public string Address => _place.OriginalString;

    public GrpcChannel Connect() => GrpcChannel.ForAddress(_place);

    /// <summary>Completes when it answers clients.</summary>
    public Task UntilReadyAsync(CancellationToken cancellation) => _listens.Task.WaitAsync(Patience, cancellation);

    /// <summary>
    /// What a browser asks for that opens the page: its file, then the jobs and the nodes, again after a second where the cluster does
    /// not answer just now, as the page does.
    /// </summary>
    /// <returns>What is wrong with the answers, or nothing.</returns>
    public async Task<string> OpenPageAsync(string job, CancellationToken cancellation)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(TimeSpan.FromSeconds(1), cancellation))
        {
            try
            {
                _ = await _browser.GetStringAsync(new Uri("/", UriKind.Relative), cancellation);
                string jobs = await CallAsync("jobs?pageSize=100", cancellation);
                _ = await CallAsync("nodes", cancellation);
                return jobs.Contains(job, StringComparison.Ordinal) ? string.Empty : "The page does not list the job.";
            }
            catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                if (Stopwatch.GetElapsedTime(began) > Patience)
                {
                    return broken.Message;
                }
            }
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        _browser.Dispose();
    }

    private static Uri PlaceOf(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://{IPAddress.Loopback}:{port}"));

    private async Task<string> CallAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _browser.GetAsync(new Uri($"/v1/{path}", UriKind.Relative), cancellation);
        string said = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? said : throw new HttpRequestException($"{path}: {said}");
    }
}
