using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Tests.Telemetry;

/// <summary>An OTLP collector over HTTP that keeps what comes. Text in a protobuf message stands there as it is.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _bodies = new(StringComparer.Ordinal);

    private Collector(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Everything that came on a path, such as "/v1/traces".</summary>
    public string Of(string path) => _bodies.GetValueOrDefault(path, string.Empty);

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new Collector(app);
        app.Run(collector.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var text = Encoding.Latin1.GetString(body.ToArray());
        _bodies.AddOrUpdate(http.Request.Path, text, (_, before) => before + text);
        http.Response.ContentType = "application/x-protobuf";
    }
}
