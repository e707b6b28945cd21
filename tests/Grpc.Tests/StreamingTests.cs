using System.Security.Cryptography;
using Cluster.Grpc.Tests.Probing;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Grpc.Tests;

public sealed class StreamingTests
{
    private const int Chunk = 64 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Collect_StreamOfNotes_CountsThemAll(int count)
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Collect();
        for (int i = 0; i < count; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Payload = ByteString.CopyFrom(new byte[10]) });
        }

        await call.RequestStream.CompleteAsync();
        var summary = await call;

        summary.Notes.ShouldBe(count);
        summary.Bytes.ShouldBe(10L * count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Repeat_Count_ArrivesInOrder(int count)
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Repeat(new RepeatRequest { Count = count, Size = 10 });
        var texts = new List<string>();
        await foreach (var note in call.ResponseStream.ReadAllAsync())
        {
            texts.Add(note.Text);
        }

        texts.ShouldBe(Enumerable.Range(0, count).Select(i => $"{i}"));
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task Converse_EachWaitsForTheOther_NothingIsHeldBack()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Converse();
        for (int i = 0; i < 200; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Text = $"{i}" });
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.Text.ShouldBe($"{i}");
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task Converse_ManyAtOnce_StaySeparate()
    {
        await using var server = await ProbeServer.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(async i =>
        {
            using var call = server.Client.Converse();
            await call.RequestStream.WriteAsync(new Note { Text = $"{i}" });
            await call.ResponseStream.MoveNext();
            string text = call.ResponseStream.Current.Text;
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext();
            return text;
        }));

        answers.ShouldBe(Enumerable.Range(0, 150).Select(i => $"{i}"));
    }

    [Fact]
    public async Task HeadersFirst_NoMessageYet_HeadersArrive()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.HeadersFirst();
        var headers = await call.ResponseHeadersAsync;

        headers.GetValue("x-ready").ShouldBe("yes");
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task Collect_64MiB_ArrivesIntact()
    {
        await using var server = await ProbeServer.StartAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        using var call = server.Client.Collect();
        for (int i = 0; i < 1024; i++)
        {
            var payload = new byte[Chunk];
            new Random(i).NextBytes(payload);
            hash.AppendData(payload);
            await call.RequestStream.WriteAsync(new Note { Payload = UnsafeByteOperations.UnsafeWrap(payload) });
        }

        await call.RequestStream.CompleteAsync();
        var summary = await call;

        summary.Bytes.ShouldBe(1024L * Chunk);
        summary.Sha256.ShouldBe(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public async Task Repeat_64MiBToAReaderThatWaits_WriterWaitsAndOtherCallsGoOn()
    {
        await using var server = await ProbeServer.StartAsync();
        const int Count = 1024;

        using var call = server.Client.Repeat(new RepeatRequest { Count = Count, Size = Chunk });
        var first = await Task.WhenAny(server.Log.WriterWaits.Task, server.Log.WriterEnded.Task);
        first.ShouldBe(server.Log.WriterWaits.Task);
        server.Log.Written.ShouldBeLessThan(Count);
        (await server.Client.EchoAsync(new Note { Text = "meanwhile" })).Text.ShouldBe("meanwhile");
        server.Log.WriterEnded.Task.IsCompleted.ShouldBeFalse();

        int read = 0;
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var actual = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var note in call.ResponseStream.ReadAllAsync())
        {
            var payload = new byte[Chunk];
            new Random(read).NextBytes(payload);
            expected.AppendData(payload);
            actual.AppendData(note.Payload.Span);
            read++;
        }

        read.ShouldBe(Count);
        actual.GetHashAndReset().ShouldBe(expected.GetHashAndReset());
    }

    [Fact]
    public async Task Enough_AnsweredBeforeAllIsSent_WriterIsStoppedAndTheAnswerCounts()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Enough();
        await Should.ThrowAsync<RpcException>(() => WriteForEverAsync(call.RequestStream));

        (await call).Notes.ShouldBe(1);
    }

    [Fact]
    public async Task Refuse_WhileWriting_WriterIsStoppedAndTheStatusArrives()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Refuse();
        await Should.ThrowAsync<RpcException>(() => WriteForEverAsync(call.RequestStream));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync))
            .Status.ShouldBe(new Status(StatusCode.FailedPrecondition, "not now"));
    }

    [Fact]
    public async Task WriteAsync_AfterComplete_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.Collect();
        await call.RequestStream.CompleteAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Note()));
        (await call).Notes.ShouldBe(0);
    }

    private static async Task WriteForEverAsync(IClientStreamWriter<Note> requests)
    {
        var note = new Note { Payload = UnsafeByteOperations.UnsafeWrap(new byte[Chunk]) };
        while (true)
        {
            await requests.WriteAsync(note);
        }
    }
}
