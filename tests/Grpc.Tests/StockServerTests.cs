using System.Diagnostics;
using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Grpc.Tests;

/// <summary>Our client's side of the same: a stock server, Interop/server.py.</summary>
public sealed class StockServerTests : IAsyncLifetime
{
    private Process _server = null!;
    private GrpcChannel _channel = null!;
    private Probe.ProbeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = StockPython.Start("server.py");
        string? port = await _server.StandardOutput.ReadLineAsync();
        port.ShouldNotBeNull(await (_server.HasExited ? _server.StandardError.ReadToEndAsync() : Task.FromResult("")));
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        _client = new Probe.ProbeClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null)
        {
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }
    }

    [Fact]
    public async Task Echo_ManyAtOnce_ComeBackEqual()
    {
        var notes = Enumerable.Range(0, 200)
            .Select(i => new Note { Text = $"größer {i}", Payload = ByteString.CopyFrom(new byte[i * 100]) }).ToArray();

        var answers = await Task.WhenAll(notes.Select(async note => await _client.EchoAsync(note)));

        answers.ShouldBe(notes);
    }

    [Fact]
    public async Task Reflect_Metadata_ComesBack()
    {
        var every = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();

        using var call = _client.ReflectAsync(new Note(), new Metadata { { "x-text", "a value" }, { "x-bytes-bin", every } });
        var headers = await call.ResponseHeadersAsync;
        await call;

        headers.GetValue("x-text").ShouldBe("a value");
        headers.GetValueBytes("x-bytes-bin").ShouldBe(every);
        call.GetTrailers().GetValueBytes("x-bytes-bin").ShouldBe(every);
    }

    [Fact]
    public async Task Fail_WithDetails_Arrives()
    {
        using var call = _client.FailAsync(new FailRequest());
        var exception = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);

        exception.Status.ShouldBe(new Status(StatusCode.FailedPrecondition, "100 % größer"));
        exception.Trailers.GetValue("x-trailer").ShouldBe("kept");
        exception.Trailers.GetValueBytes("grpc-status-details-bin")!.Length.ShouldBe(256);
    }

    [Fact]
    public async Task Streams_AllKinds_ArriveWhole()
    {
        using var collect = _client.Collect();
        for (int i = 0; i < 300; i++)
        {
            await collect.RequestStream.WriteAsync(new Note { Payload = ByteString.CopyFrom(new byte[60000]) });
        }

        await collect.RequestStream.CompleteAsync();
        (await collect).Notes.ShouldBe(300);

        using var repeat = _client.Repeat(new RepeatRequest());
        int read = 0;
        await foreach (var note in repeat.ResponseStream.ReadAllAsync())
        {
            note.Payload.Length.ShouldBe(60000);
            note.Payload.Span.IndexOfAnyExcept((byte)read++).ShouldBe(-1);
        }

        read.ShouldBe(300);

        using var converse = _client.Converse();
        for (int i = 0; i < 50; i++)
        {
            await converse.RequestStream.WriteAsync(new Note { Text = $"{i}" });
            (await converse.ResponseStream.MoveNext()).ShouldBeTrue();
            converse.ResponseStream.Current.Text.ShouldBe($"{i}");
        }

        await converse.RequestStream.CompleteAsync();
        (await converse.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task FailLate_AfterAMessage_BothArrive()
    {
        using var call = _client.FailLate(new FailRequest());

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext()))
            .Status.ShouldBe(new Status(StatusCode.DataLoss, "torn"));
    }

    [Fact]
    public async Task Refuse_RequestsUnread_StatusArrives()
    {
        using var call = _client.Refuse();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Wait_DeadlineOrCancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        using var late = _client.WaitAsync(new Note(), deadline: DateTime.UtcNow.AddMilliseconds(300));
        using var cancelled = _client.WaitAsync(new Note(), cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => late.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        (await Should.ThrowAsync<RpcException>(() => cancelled.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        (await _client.HasDeadlineAsync(new Note(), deadline: DateTime.UtcNow.AddHours(1))).Text.ShouldBe("yes");
        (await _client.HasDeadlineAsync(new Note())).Text.ShouldBe("no");
    }

    [Fact]
    public async Task Missing_NotImplemented_IsUnimplemented()
    {
        using var call = _client.MissingAsync(new Note());

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Unimplemented);
    }
}
