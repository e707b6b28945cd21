namespace Cluster.Storage.Tests.Locks;

/// <summary>Against real processes that want the machine to themselves.</summary>
public sealed class MachineShareTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-share").FullName;
    private readonly string _path;
    private readonly MachineLock _lock;
    private readonly ManualTime _clock = new();

    public MachineShareTests()
    {
        _path = Path.Combine(_folder, "lock");
        _lock = new MachineLock(_path);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task IsAwaited_OthersShareIt_IsFalse()
    {
        using var share = await TakeAsync();
        using var other = await MachineShare.TakeAsync(_lock, Cancellation);
        using var reader = await _lock.SharedAsync(Cancellation);

        share.IsAwaited.ShouldBeFalse();
        other.IsAwaited.ShouldBeFalse();
    }

    [Fact]
    public async Task GiveWay_SomebodyWantsToTime_LetsHimAndComesBackAfterHim()
    {
        using var share = await TakeAsync();
        using var timing = TimingProcess.Start(_path);
        Until(() => share.IsAwaited);

        var away = Task.Run(() => share.GiveWay(Cancellation), Cancellation);

        await timing.HasItAsync();
        away.IsCompleted.ShouldBeFalse();
        timing.End();
        await away.WaitAsync(Patience, Cancellation);
        var writer = _lock.ExclusiveAsync(Cancellation);
        writer.IsCompleted.ShouldBeFalse("it is held again");
        share.Dispose();
        (await writer.WaitAsync(Patience, Cancellation)).Dispose();
    }

    [Fact]
    public async Task GiveWay_TwoShares_LetSomebodyTimeBetweenThem()
    {
        using var first = await TakeAsync();
        using var second = await MachineShare.TakeAsync(_lock, Cancellation);
        using var timing = TimingProcess.Start(_path);
        Until(() => first.IsAwaited && second.IsAwaited);

        var both = Task.WhenAll(
            Task.Run(() => first.GiveWay(Cancellation), Cancellation), Task.Run(() => second.GiveWay(Cancellation), Cancellation));

        await timing.HasItAsync();
        timing.End();
        await both.WaitAsync(Patience, Cancellation);
    }

    // Each of them asks again at once. Whoever comes back stands behind those who were there, not behind everybody who comes.
    [Fact]
    public async Task GiveWay_TimingsWithoutEnd_StarvesNobody()
    {
        const int Turns = 12;
        string log = Path.Combine(_folder, "log");
        using var share = await TakeAsync();
        await File.AppendAllTextAsync(log, "share begins\n", Cancellation);
        using var first = TimingProcess.StartForever(_path, log, "first");
        using var second = TimingProcess.StartForever(_path, log, "second");
        using var third = TimingProcess.StartForever(_path, log, "third");

        for (int turn = 1; turn < Turns; turn++)
        {
            Until(() => share.IsAwaited);
            await File.AppendAllTextAsync(log, "share ends\n", Cancellation);
            await Task.Run(() => share.GiveWay(Cancellation), Cancellation).WaitAsync(Patience, Cancellation);
            await File.AppendAllTextAsync(log, "share begins\n", Cancellation);
        }

        await File.AppendAllTextAsync(log, "share ends\n", Cancellation);
        string[] lines = await File.ReadAllLinesAsync(log, Cancellation);
        string[] holders = [.. lines.Chunk(2).Select(pair => pair[0].Split(' ')[0])];
        lines.Chunk(2).ShouldAllBe(
            pair => pair[1] == pair[0].Replace("begins", "ends", StringComparison.Ordinal), "nobody had it together with another");
        holders.Count(holder => holder == "share").ShouldBe(Turns);
        holders.Zip(holders.Skip(1))
            .ShouldNotContain(pair => pair.First == "share" && pair.Second == "share", "whoever stood there had it first");
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(3600, 30)]
    public async Task IsAwaited_AfterAWait_IsFalseForATurnAsLong(int waited, int turn)
    {
        using var share = await TakeAsync();
        long began = share.Clock.GetTimestamp();
        using (var timing = TimingProcess.Start(_path))
        {
            Until(() => share.IsAwaited);
            var away = Task.Run(() => share.GiveWay(Cancellation), Cancellation);
            await timing.HasItAsync();
            _clock.Advance(TimeSpan.FromSeconds(waited));
            timing.End();
            await away.WaitAsync(Patience, Cancellation);
        }

        share.Clock.GetElapsedTime(began).ShouldBe(TimeSpan.Zero, "nothing was worked meanwhile");
        using var next = TimingProcess.Start(_path);
        using var gate = _lock.OpenGate();
        Until(() => !IsFree(gate));
        share.IsAwaited.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(turn - 1));
        share.IsAwaited.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        share.IsAwaited.ShouldBeTrue();
        share.Clock.GetElapsedTime(began).ShouldBe(TimeSpan.FromSeconds(turn));
    }

    [Fact]
    public async Task GiveWay_CancelledWhileAway_HoldsNothing()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var share = await TakeAsync();
        using var timing = TimingProcess.Start(_path);
        Until(() => share.IsAwaited);
        var away = Task.Run(() => share.GiveWay(stop.Token), Cancellation);
        await timing.HasItAsync();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(away.WaitAsync(Patience, Cancellation));
        timing.End();
        (await _lock.ExclusiveAsync(Cancellation).WaitAsync(Patience, Cancellation)).Dispose();
    }

    private static void Until(Func<bool> condition) => SpinWait.SpinUntil(condition, Patience).ShouldBeTrue();

    private static bool IsFree(FileLock gate)
    {
        bool free = gate.TryLock(FileLockMode.Shared);
        gate.Unlock();
        return free;
    }

    private Task<MachineShare> TakeAsync() => MachineShare.TakeAsync(_lock, Cancellation, _clock);
}
