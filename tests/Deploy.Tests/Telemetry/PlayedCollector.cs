using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>
/// Plays the collector of deploy/, of which there is no package: takes OTLP over HTTP and shows Prometheus the latest of
/// each series. Prometheus 2.42 of Debian 12 takes no OTLP itself.
/// </summary>
internal sealed class PlayedCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentQueue<OtlpLog> _logs = new();
    private readonly ConcurrentQueue<OtlpExemplar> _exemplars = new();
    private volatile TaskCompletionSource _moved = New();
    private volatile int _pushes;
    private volatile int _scrapes;

    private PlayedCollector(WebApplication app) => _app = app;

    /// <summary>The spans that were sent.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>The lines of logs that were sent.</summary>
    public IReadOnlyList<OtlpLog> Logs => [.. _logs];

    /// <summary>The exemplars that were sent.</summary>
    public IReadOnlyList<OtlpExemplar> Exemplars => [.. _exemplars];

    /// <summary>The series that were sent: "name{labels}".</summary>
    public IEnumerable<string> Series => _samples.Keys;

    /// <summary>The latest of each series of a metric, in order.</summary>
    /// <param name="name">As Prometheus has it.</param>
    public IReadOnlyList<double> Of(string name) =>
        [.. _samples.Where(one => one.Key.StartsWith($"{name}{{", StringComparison.Ordinal)).Select(one => one.Value).Order()];

    public Uri Address => new(_app.Urls.Single());

    public static async Task<PlayedCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new PlayedCollector(app);
        app.Run(collector.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Completes when Prometheus has what a silo counts now.</summary>
    public async Task UntilStoredAsync()
    {
        // A request under way may have been made before.
        await UntilMoreAsync(() => _pushes, 2);

        // The next scrape but one is asked for when the next has been stored.
        await UntilMoreAsync(() => _scrapes, 3);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Completes when what has come makes it true.</summary>
    public async Task UntilAsync(Func<bool> isTrue)
    {
        while (true)
        {
            var moved = _moved.Task;
            if (isTrue())
            {
                return;
            }

            await moved.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private Task UntilMoreAsync(Func<int> count, int more)
    {
        int before = count();
        return UntilAsync(() => count() >= before + more);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/metrics")
        {
            Interlocked.Increment(ref _scrapes);
            Interlocked.Exchange(ref _moved, New()).SetResult();
            http.Response.ContentType = "text/plain; version=0.0.4";
            await http.Response.WriteAsync(string.Concat(_samples.Select(one => $"{one.Key} {OtlpMetrics.Text(one.Value)}\n")));
            return;
        }

        var body = await ByteString.FromStreamAsync(http.Request.Body, http.RequestAborted);
        http.Response.ContentType = "application/x-protobuf";
        switch (http.Request.Path)
        {
            case "/v1/metrics":
                foreach (var (series, value) in OtlpMetrics.Samples(body))
                {
                    _samples[series] = value;
                }

                OtlpMetrics.Exemplars(body).ForEach(_exemplars.Enqueue);
                Interlocked.Increment(ref _pushes);
                break;
            case "/v1/traces":
                OtlpTraces.Spans(body).ForEach(_spans.Enqueue);
                break;
            case "/v1/logs":
                OtlpTraces.Logs(body).ForEach(_logs.Enqueue);
                break;
        }

        Interlocked.Exchange(ref _moved, New()).SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
