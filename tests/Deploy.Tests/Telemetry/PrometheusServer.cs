using System.Diagnostics;
using Cluster.Harness;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>A Prometheus as a process, configured as deploy/ configures it, that looks twice a second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const int Starts = 5;

    private readonly WorkFolder _folder = new();
    private readonly HttpClient _client = new();
    private Process? _process;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="collector">Where the collector shows its figures.</param>
    public static async Task<PrometheusServer> StartAsync(Uri collector)
    {
        string? program = Checkout.Program("prometheus");
        Assert.SkipWhen(program is null, "There is no prometheus in .tools or on the PATH: .ci/run installs it.");
        var server = new PrometheusServer();
        string said = "";
        for (int start = 0; start < Starts; start++)
        {
            // Another program may take a port that was free.
            (bool isReady, said) = await server.TryStartAsync(program!, collector, FreePort.Next());
            if (isReady)
            {
                return server;
            }
        }

        throw new InvalidOperationException($"Prometheus does not start: {said}");
    }

    /// <summary>The value of each series that a query gives now, by its labels.</summary>
    public async Task<IReadOnlyDictionary<string, double>> QueryAsync(string query)
    {
        var answer = await GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}");
        return answer["result"]!.AsArray().ToDictionary(
            series => string.Join(", ", series!["metric"]!.AsObject().Select(label => $"{label.Key}={label.Value}")),
            series => double.Parse((string)series!["value"]![1]!, CultureInfo.InvariantCulture),
            StringComparer.Ordinal);
    }

    /// <summary>The alerts that it evaluates: name, health ("ok") and state ("inactive", "pending", "firing").</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string State)>> AlertsAsync() =>
    [
        .. from rules in (await GetAsync("api/v1/rules"))["groups"]!.AsArray()
           from rule in rules!["rules"]!.AsArray()
           select ((string)rule!["name"]!, (string)rule["health"]!, (string)rule["state"]!)
    ];

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task<(bool IsReady, string Said)> TryStartAsync(string program, Uri collector, int port)
    {
        string configuration = _folder.Write(
            "prometheus.yml",
            Checkout.Read("deploy", "prometheus", "prometheus.yml")
                .Replace("15s", "500ms", StringComparison.Ordinal)
                .Replace("/etc/prometheus/rules.yaml", Checkout.At("deploy", "prometheus", "rules.yaml"), StringComparison.Ordinal)
                .Replace("collector:8889", collector.Authority, StringComparison.Ordinal));
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo(
            program, [$"--config.file={configuration}", $"--storage.tsdb.path={_folder["data"]}", $"--web.listen-address={address}"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        _client.BaseAddress = new Uri($"http://{address}/");
        string? said = null;
        while (await _process.StandardError.ReadLineAsync(Cancellation) is { } line)
        {
            said = line;
            if (line.Contains("Server is ready to receive web requests", StringComparison.Ordinal))
            {
                // Read on, so that it never waits for its reader.
                _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
                return (true, line);
            }
        }

        return (false, said ?? "it said nothing");
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }
}
