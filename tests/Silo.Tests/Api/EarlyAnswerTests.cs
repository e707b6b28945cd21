using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>An upload that is answered before it has ended, by a client that sends all of it nevertheless.</summary>
[Collection("api")]
public sealed class EarlyAnswerTests(SharedHost shared) : IClassFixture<SharedHost>
{
    // More than the windows of HTTP/2: unread, it would never be sent.
    private const int Size = 3_000_000;

    [Fact]
    public async Task Upload_WhatIsThereSentToItsEnd_IsToldToStopAndKeepsItsConnection()
    {
        var bytes = new byte[Size];
        new Random(Size).NextBytes(bytes);
        await shared.Host.UploadAsync(bytes);
        int connections = 0;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
        };
        using var http = new HttpClient(handler);

        for (int i = 0; i < 5; i++)
        {
            await Should.ThrowAsync<OperationCanceledException>(
                () => SendAllAsync(http, new UploadArtefactHeader { Sha256 = Uploads.Digest(bytes), SizeBytes = Size }, bytes));
        }

        connections.ShouldBe(1);
    }

    [Fact]
    public async Task Upload_WhatIsThereOverAndOver_DoesNotBlockTheConnection()
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        for (int i = 0; i < 30; i++)
        {
            (await UploadAsync(bytes)).SizeBytes.ShouldBe(bytes.Length);
        }
    }

    // A client that hears of the answer before the server's reset resets the call itself, and .NET may send data after that, for
    // which Kestrel closes the connection: then a client calls again.
    private async Task<Artefact> UploadAsync(byte[] bytes)
    {
        for (int left = 5; ; left--)
        {
            try
            {
                return await shared.Host.UploadAsync(bytes);
            }
            catch (Exception broken) when (left > 0 && IsTransport(broken is RpcException told ? told.Status.DebugException : broken))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(broken.Message);
            }
        }
    }

    private static bool IsTransport(Exception? exception) => exception is HttpRequestException or IOException;

    // Writes on after the response has ended, which a gRPC client does not: raw HTTP/2.
    private async Task SendAllAsync(HttpClient http, UploadArtefactHeader header, byte[] bytes)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var content = new DuplexContent();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(new Uri($"http://{shared.Host.Channel.Target}"), "/cluster.v1.ArtefactService/UploadArtefact"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
#pragma warning disable CA2025 // Awaited below, before the request is disposed of.
        var responding = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
#pragma warning restore CA2025
        var stream = await content.Opened;
        await WriteAsync(stream, new UploadArtefactRequest { Header = header });
        using var response = await responding;
        var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
        UploadArtefactResponse.Parser.ParseFrom(answer.AsSpan(5)).Existed.ShouldBeTrue();

        try
        {
            foreach (var part in bytes.Chunk(1 << 20))
            {
                await WriteAsync(stream, new UploadArtefactRequest { Chunk = ByteString.CopyFrom(part) });
            }
        }
        finally
        {
            content.End();
        }
    }

    private static async Task WriteAsync(Stream stream, UploadArtefactRequest message)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        await stream.WriteAsync(frame, cancellation);
        await stream.FlushAsync(cancellation);
    }

    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> Opened => _opened.Task;

        public void End() => _ended.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _opened.SetResult(stream);
            await _ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
