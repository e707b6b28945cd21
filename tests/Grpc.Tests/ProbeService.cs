using System.Security.Cryptography;
using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Grpc.Tests;

/// <summary>The service under the tests' calls.</summary>
public sealed class ProbeService(ProbeLog log) : Probe.ProbeBase
{
    public override Task<Note> Echo(Note request, ServerCallContext context) => Task.FromResult(request);

    public override async Task<Summary> Collect(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var summary = new Summary();
        await foreach (var note in requestStream.ReadAllAsync())
        {
            summary.Notes++;
            summary.Bytes += note.Payload.Length;
            hash.AppendData(note.Payload.Span);
        }

        summary.Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return summary;
    }

    public override async Task Repeat(RepeatRequest request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        for (int i = 0; i < request.Count; i++)
        {
            var payload = new byte[request.Size];
            new Random(i).NextBytes(payload);
            var write = responseStream.WriteAsync(new Note { Text = $"{i}", Payload = UnsafeByteOperations.UnsafeWrap(payload) });
            if (!write.IsCompleted)
            {
                log.WriterWaits.TrySetResult();
            }

            await write;
            log.CountWrite();
        }

        log.WriterEnded.TrySetResult();
    }

    public override async Task Converse(
        IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await foreach (var note in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(note);
        }
    }

    public override Task<Note> Fail(FailRequest request, ServerCallContext context) => throw Failure(request);

    public override async Task FailLate(FailRequest request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        for (int i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(new Note { Text = $"{i}" });
        }

        throw Failure(request);
    }

    public override Task<Note> Throw(Note request, ServerCallContext context) => throw new InvalidOperationException(request.Text);

    public override async Task<Note> Wait(Note request, ServerCallContext context)
    {
        await UntilCancelledAsync(context);
        return request;
    }

    public override async Task WaitLate(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(request);
        await UntilCancelledAsync(context);
    }

    public override async Task<Note> Ignore(Note request, ServerCallContext context)
    {
        log.Began.TrySetResult();
        await log.GoOn.Task;
        return request;
    }

    public override async Task<Note> Reflect(Note request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
            context.ResponseTrailers.Add(entry);
        }

        await context.WriteResponseHeadersAsync(headers);
        return request;
    }

    public override async Task HeadersFirst(
        IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(new Metadata { { "x-ready", "yes" } });
        await Converse(requestStream, responseStream, context);
    }

    public override Task<Summary> Refuse(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        throw new RpcException(new Status(StatusCode.FailedPrecondition, "not now"));

    public override async Task<Summary> Enough(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        await requestStream.MoveNext();
        return new Summary { Notes = 1 };
    }

    public override Task<Note> HasDeadline(Note request, ServerCallContext context) =>
        Task.FromResult(new Note { Text = context.Deadline == DateTime.MaxValue ? "no" : "yes" });

    private static RpcException Failure(FailRequest request)
    {
        var trailers = new Metadata { { "x-trailer", "kept" } };
        if (!request.Details.IsEmpty)
        {
            trailers.Add("grpc-status-details-bin", request.Details.ToByteArray());
        }

        return new RpcException(new Status((StatusCode)request.Code, request.Message), trailers);
    }

    private async Task UntilCancelledAsync(ServerCallContext context)
    {
        log.Began.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            log.Cancelled.TrySetResult();
        }
    }
}
