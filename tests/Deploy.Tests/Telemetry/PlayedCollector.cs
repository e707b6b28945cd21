using System.Collections.Concurrent;
using Google.Protobuf;
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
    private volatile TaskCompletionSource _moved = New();
    private volatile int _pushes;
    private volatile int _scrapes;

    private PlayedCollector(WebApplication app) => _app = app;

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

    private async Task UntilMoreAsync(Func<int> count, int more)
    {
        int before = count();
        while (true)
        {
            var moved = _moved.Task;
            if (count() >= before + more)
            {
                return;
            }

            await moved.WaitAsync(TestContext.Current.CancellationToken);
        }
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
        if (http.Request.Path == "/v1/metrics")
        {
            foreach (var (series, value) in OtlpMetrics.Samples(body))
            {
                _samples[series] = value;
            }

            Interlocked.Increment(ref _pushes);
            Interlocked.Exchange(ref _moved, New()).SetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
