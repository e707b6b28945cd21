using System.Collections.Concurrent;

namespace Cluster.Storage.Tests.S3;

/// <summary>Calls on their way to a service: noted, and answered in its place where a test likes.</summary>
/// <param name="answer">The answer to a call, or null for the service's own.</param>
internal sealed class Watched(Func<Uri, HttpResponseMessage?> answer)
{
    public ConcurrentQueue<Uri> Calls { get; } = [];

    /// <summary>CRC-32 of what was sent.</summary>
    public ConcurrentQueue<string> Checksums { get; } = [];

    public HttpMessageHandler Around(HttpMessageHandler inner) => new Handler(this) { InnerHandler = inner };

    private HttpResponseMessage? Hear(HttpRequestMessage request)
    {
        Calls.Enqueue(request.RequestUri!);
        if (request.Headers.TryGetValues("x-amz-checksum-crc32", out var sums))
        {
            Checksums.Enqueue(sums.Single());
        }

        return answer(request.RequestUri!);
    }

    private sealed class Handler(Watched watched) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            watched.Hear(request) ?? await base.SendAsync(request, cancellationToken);
    }
}
