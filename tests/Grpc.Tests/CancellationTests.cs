using Cluster.Grpc.Tests.Probing;
using Grpc.Core;

namespace Cluster.Grpc.Tests;

public sealed class CancellationTests
{
    [Fact]
    public async Task Wait_ClientCancels_BothSidesEnd()
    {
        await using var server = await ProbeServer.StartAsync();
        using var cancellation = new CancellationTokenSource();

        using var call = server.Client.WaitAsync(new Note(), cancellationToken: cancellation.Token);
        await server.Log.Began.Task;
        await cancellation.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await server.Log.Cancelled.Task;
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Wait_CancelledBeforehand_Fails()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.WaitAsync(new Note(), cancellationToken: new CancellationToken(canceled: true));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task WaitLate_CallDisposed_ServerStops()
    {
        await using var server = await ProbeServer.StartAsync();

        using (var call = server.Client.WaitLate(new Note { Text = "first" }))
        {
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        }

        await server.Log.Cancelled.Task;
        server.Log.Cancelled.Task.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task WaitLate_ReadCancelled_CallEnds()
    {
        await using var server = await ProbeServer.StartAsync();
        using var cancellation = new CancellationTokenSource();

        using var call = server.Client.WaitLate(new Note());
        await call.ResponseStream.MoveNext();
        var next = call.ResponseStream.MoveNext(cancellation.Token);
        await cancellation.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => next)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await server.Log.Cancelled.Task;
    }

    [Fact]
    public async Task Wait_DeadlinePasses_BothSidesEnd()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.WaitAsync(new Note(), deadline: DateTime.UtcNow.AddMilliseconds(300));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);

        // On a machine so busy that the deadline passed before the call arrived there is nothing on the server to end.
        if (server.Log.Began.Task.IsCompleted)
        {
            await server.Log.Cancelled.Task;
        }
    }

    [Fact]
    public async Task Echo_DeadlineInThePast_FailsWithoutACall()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.WaitAsync(new Note(), deadline: DateTime.UtcNow.AddSeconds(-1));

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        server.Log.Began.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task HasDeadline_WithAndWithout_ServiceKnows()
    {
        await using var server = await ProbeServer.StartAsync();

        (await server.Client.HasDeadlineAsync(new Note())).Text.ShouldBe("no");
        (await server.Client.HasDeadlineAsync(new Note(), deadline: DateTime.UtcNow.AddHours(1))).Text.ShouldBe("yes");
        (await server.Client.HasDeadlineAsync(new Note(), deadline: DateTime.UtcNow.AddYears(50))).Text.ShouldBe("yes");
    }

    [Fact]
    public async Task Converse_ClientCancels_WritesFailToo()
    {
        await using var server = await ProbeServer.StartAsync();
        using var cancellation = new CancellationTokenSource();

        using var call = server.Client.Converse(cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(new Note());
        await call.ResponseStream.MoveNext();
        await cancellation.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Cancelled);
        (await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(new Note()))).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Dispose_ChannelWithACallUnderWay_EndsTheCall()
    {
        await using var server = await ProbeServer.StartAsync();

        using var call = server.Client.WaitAsync(new Note());
        await server.Log.Began.Task;
        server.Channel.Dispose();

        await Should.ThrowAsync<RpcException>(() => call.ResponseAsync);
        await server.Log.Cancelled.Task;
    }
}
