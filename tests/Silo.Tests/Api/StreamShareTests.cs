using Cluster.Contract.V1;
using Cluster.Silo.Api.Transfers;

namespace Cluster.Silo.Tests.Api;

/// <summary>What one caller may take of the places that a server has, and for how long.</summary>
[Collection("api")]
public sealed class StreamShareTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Enter_OneCallerAfterAnother_EachFindsRoom()
    {
        var limit = new StreamLimit(32, "uploads");
        int[] taken = [.. Enumerable.Range(0, 5).Select(caller => Take(limit, $"caller {caller}"))];

        taken.ShouldBe([16, 8, 4, 2, 1]);
        limit.TryEnter("another").ShouldNotBeNull();
        limit.TryEnter("one more").ShouldBeNull("all 32 are taken");
    }

    [Fact]
    public void Enter_NoOwner_TakesAllAndReleases()
    {
        var limit = new StreamLimit(3, "uploads");
        IDisposable[] places = [.. Enumerable.Range(0, 3).Select(_ => limit.Enter(caller: null))];

        Should.Throw<RpcException>(() => limit.Enter(caller: null)).Status.Detail.ShouldStartWith("There are 3 uploads under way");
        Array.ForEach(places, place => place.Dispose());
        places[0].Dispose();
        Take(limit, null).ShouldBe(3);
    }

    [Fact]
    public void Enter_SeveralAtOnce_CountsEach()
    {
        var limit = new StreamLimit(100, "bytes", "TOO_MANY_CALLS");
        var first = limit.Enter("a", 30);
        limit.Enter("a", 20).ShouldNotBeNull("it has 30, and 50 are left to others");

        Refusal("a", 1).ShouldStartWith("This caller has 50 of the 100 bytes that this server takes at once");
        Refusal("b", 51).ShouldStartWith("There are 50 bytes under way, as many as this server takes at once");
        limit.Enter("b", 50).ShouldNotBeNull();
        first.Dispose();
        limit.Enter("c", 30).ShouldNotBeNull();

        string Refusal(string caller, int count)
        {
            var refused = Should.Throw<RpcException>(() => limit.Enter(caller, count));
            refused.Info().Reason.ShouldBe("TOO_MANY_CALLS");
            return refused.Status.Detail;
        }
    }

    [Fact]
    public async Task Uploads_ThatOneTenantHolds_LeaveRoomForAnother()
    {
        await using var host = await Tenants.StartAsync(maxUploads: 4);
        var ends = Enumerable.Range(0, 8).Select(async number =>
        {
            using var upload = host.Files.UploadArtefact(Tenants.Headers(Tenants.Ann), cancellationToken: Cancellation);
            var header = new UploadArtefactHeader { Sha256 = Uploads.Digest([(byte)number]), SizeBytes = 2 };
            var refused = await Should.ThrowAsync<RpcException>(async () =>
            {
                // The write may hear of the refusal first.
                await Task.WhenAny(upload.RequestStream.WriteAsync(new UploadArtefactRequest { Header = header }, Cancellation));
                await upload.ResponseAsync;
            });
            return refused.Info().Reason;
        }).ToList();

        // Six of eight are refused; two go on without an end.
        for (int refused = 0; refused < 6; refused++)
        {
            var end = await Task.WhenAny(ends);
            ends.Remove(end);
            (await end).ShouldBe("TOO_MANY_STREAMS");
        }

        (await Tenants.UploadAsync(host, Tenants.Ben, [7])).Existed.ShouldBeFalse();
        ends.ShouldAllBe(end => !end.IsCompleted);
    }

    [Fact]
    public async Task MoveNext_AKilobyteEachTwoSeconds_IsEnded()
    {
        var time = new ManualTime();
        var upload = new PacedUpload(new Trickle(time, TimeSpan.FromSeconds(2), 1000), TimeSpan.FromSeconds(30), time);

        var error = await Errors.OfAsync(() => ReadAsync(upload, 100));

        (error.StatusCode, error.Info().Reason).ShouldBe((StatusCode.ResourceExhausted, "UPLOAD_TOO_SLOW"));
        error.Status.Detail.ShouldStartWith("The upload brought 15000 bytes in 32 s where 16384 a second are expected");
    }

    [Fact]
    public async Task MoveNext_FastThenSilent_IsEndedAfterAMinute()
    {
        var time = new ManualTime();
        var source = new Trickle(time, TimeSpan.FromSeconds(1), 1 << 20);
        var upload = new PacedUpload(source, TimeSpan.FromSeconds(30), time);
        await ReadAsync(upload, 600);
        var silent = source.FallSilent();

        var next = upload.MoveNext(Cancellation);
        await silent;
        time.Advance(TimeSpan.FromSeconds(59));
        next.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));

        (await Errors.OfAsync(() => next)).Info().Reason.ShouldBe("UPLOAD_TOO_SLOW");
    }

    private static int Take(StreamLimit limit, string? caller)
    {
        int taken = 0;
        while (limit.TryEnter(caller) is not null)
        {
            taken++;
        }

        return taken;
    }

    private static async Task ReadAsync(PacedUpload upload, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            (await upload.MoveNext(Cancellation)).ShouldBeTrue();
        }
    }

    /// <summary>A message of so many bytes each so often.</summary>
    private sealed class Trickle(ManualTime time, TimeSpan pause, int bytes) : IAsyncStreamReader<UploadArtefactRequest>
    {
        private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isSilent;

        public UploadArtefactRequest Current { get; } = new() { Chunk = ByteString.CopyFrom(new byte[bytes]) };

        public Task FallSilent()
        {
            _isSilent = true;
            return _silent.Task;
        }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_isSilent)
            {
                var never = Task.Delay(Timeout.Infinite, cancellationToken);
                _silent.SetResult();
                await never;
            }

            time.Advance(pause);
            cancellationToken.ThrowIfCancellationRequested();
            return true;
        }
    }
}
