using Cluster.Plans;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Silo.Tests.Workers;

public sealed class MessageStreamTests
{
    [Fact]
    public async Task ReadAsync_WhatFrameWrote_IsTheSame()
    {
        var job = SyntheticJobs.Entry("synthetic:groups=8");
        WorkerRequest[] requests =
        [
            new EvaluateRequest(3, job.Id, job, SyntheticJobs.Candidate(job, 2)),
            new JournalPage([new JournalRecord(0, 1, DateTimeOffset.UnixEpoch, new JobSubmitted(job.Spec.JobId, job.Spec, job.Space))]),
            new EvaluateRequest(4, job.Id, null, new PublishItem(job.Spec.JobId)),
            new CancelRequest(3),
            new EvaluateRequest(5, job.Id, job, new PrepareItem()),
        ];
        using var stream = new MemoryStream([.. requests.SelectMany(MessageStream.Frame)]);
        foreach (var request in requests)
        {
            var read = (await MessageStream.ReadAsync<WorkerRequest>(stream, CancellationToken.None)).ShouldNotBeNull();
            MessageStream.Frame(read).ShouldBe(MessageStream.Frame(request));
        }

        (await MessageStream.ReadAsync<WorkerRequest>(stream, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task ReadAsync_EveryReply_IsTheSame()
    {
        var job = SyntheticJobs.Entry("synthetic:groups=8");
        WorkerReply[] replies =
        [
            new HelloReply(1),
            new ResultReply(1, new PublishedResult([new PublishedArtefact("winner.plan.json", new string('a', 64), 5)])),
            new HeartbeatReply(1, WorkStage.Calibrating, 1.5),
            new TimesReply(1, new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [new(WorkStage.Running, default, default)])),
            new ResultReply(1, new FailedResult(FailureKind.NotFinite, "é")),
            new CancelledReply(1),
            new FaultReply(1, "IOException", "text"),
            new ResultReply(1, new RefusedResult(JobFault.Model, "model", "no")),
            new ResultReply(1, new PreparedResult(job.Spec, job.Space, ["Softmax"], 8, 9, ["It has few images."])),
        ];
        using var stream = new MemoryStream([.. replies.SelectMany(MessageStream.Frame)]);
        foreach (var reply in replies)
        {
            MessageStream.Frame((await MessageStream.ReadAsync<WorkerReply>(stream, CancellationToken.None))!)
                .ShouldBe(MessageStream.Frame(reply));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(MessageStream.Longest + 1)]
    public async Task ReadAsync_LengthThatCannotBe_IsRefusedWithoutReadingOn(int length)
    {
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        using var stream = new MemoryStream(bytes);
        await Should.ThrowAsync<ProtocolException>(MessageStream.ReadAsync<WorkerReply>(stream, CancellationToken.None));
        stream.Position.ShouldBe(4);
    }

    [Fact]
    public async Task ReadAsync_LargestLengthWithoutItsBytes_TakesNoMemoryForIt()
    {
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, MessageStream.Longest);
        using var stream = new MemoryStream(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        // A stream in memory is read to its end within the call: on this thread, whose allocations are counted.
#pragma warning disable CA2025 // It is awaited below, before the stream goes.
        var reading = MessageStream.ReadAsync<WorkerReply>(stream, CancellationToken.None);
#pragma warning restore CA2025
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await Should.ThrowAsync<ProtocolException>(reading);
        allocated.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public async Task ReadAsync_MessageCutAnywhere_IsRefused()
    {
        byte[] frame = MessageStream.Frame<WorkerReply>(new FaultReply(1, "a", "b"));
        for (int length = 1; length < frame.Length; length++)
        {
            await Should.ThrowAsync<ProtocolException>(ReadAsync(frame[..length]));
        }
    }

    [Fact]
    public void ReadAsync_AnyBytes_AreAMessageOrRefused() => Prop.ForAll<byte[]>(bytes =>
    {
        byte[] framed = [.. BitConverter.GetBytes(bytes.Length), .. bytes];
        foreach (byte[] tried in new[] { bytes, framed })
        {
            try
            {
                ReadAsync(tried).GetAwaiter().GetResult().ShouldBeNull();
            }
            catch (ProtocolException refused)
            {
                refused.Message.ShouldNotBeEmpty();
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task ReadAsync_MessageWithBytesChanged_IsAMessageOrRefused()
    {
        byte[] frame = MessageStream.Frame<WorkerReply>(new ResultReply(7, new Coordinator.Work.TestResult(1, 2, 3, 4, 5)));
        var random = new Random(3);
        for (int i = 0; i < 5000; i++)
        {
            byte[] changed = (byte[])frame.Clone();
            for (int k = 0; k <= i % 3; k++)
            {
                changed[random.Next(4, changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                (await ReadAsync(changed)).ShouldNotBeNull();
            }
            catch (ProtocolException refused)
            {
                refused.Message.ShouldContain("message");
            }
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"launch\"}")]
    [InlineData("{\"type\":\"result\",\"id\":1}")]
    [InlineData("{\"type\":\"result\",\"id\":1,\"result\":{\"type\":\"magic\"}}")]
    [InlineData("{\"type\":\"heartbeat\",\"id\":1,\"stage\":\"flying\",\"seconds\":1}")]
    public async Task ReadAsync_JsonThatIsNoReply_IsRefused(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        await Should.ThrowAsync<ProtocolException>(ReadAsync([.. BitConverter.GetBytes(text.Length), .. text]));
    }

    private static async Task<WorkerReply?> ReadAsync(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return await MessageStream.ReadAsync<WorkerReply>(stream, CancellationToken.None);
    }
}
