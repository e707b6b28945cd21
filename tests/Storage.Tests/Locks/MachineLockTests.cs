using System.Diagnostics;

namespace Cluster.Storage.Tests.Locks;

public sealed class MachineLockTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-lock").FullName;
    private readonly string _path;
    private readonly MachineLock _lock;

    public MachineLockTests()
    {
        _path = Path.Combine(_folder, "lock");
        _lock = new MachineLock(_path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OfMachine_Named_IsThatFile()
    {
        MachineLock.OfMachine(_path).ShouldBe(_path);
        MachineLock.OfMachine(named: null).ShouldBe(Path.Combine(Path.GetTempPath(), "cluster-machine.lock"));
        MachineLock.OfMachine("").ShouldBe(MachineLock.OfMachine(named: null));
    }

    [Fact]
    public void RequireUsable_FolderThatIsThere_MakesTheFiles()
    {
        _lock.RequireUsable();

        File.Exists(_path).ShouldBeTrue();
        Should.Throw<JobException>(new MachineLock(Path.Combine(_folder, "absent", "lock")).RequireUsable)
            .Message.ShouldContain("make its folder writable");
    }

    [Fact]
    public async Task SharedAsync_TwoHolders_HoldTogether()
    {
        using IDisposable first = await _lock.SharedAsync();
        using IDisposable second = await new MachineLock(_path).SharedAsync().WaitAsync(Patience);

        Task<IDisposable> writer = _lock.ExclusiveAsync();

        writer.IsCompleted.ShouldBeFalse();
        first.Dispose();
        writer.IsCompleted.ShouldBeFalse();
        second.Dispose();
        (await writer.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task ExclusiveAsync_AnotherMeasures_SaysThatItWaitsAndCountsIt()
    {
        var time = new ManualTime();
        var said = new List<string>();
        var waiting = new MachineLock(_path, time) { Said = said.Add };
        IDisposable other = await _lock.SharedAsync();

        Task<IDisposable> wanted = waiting.ExclusiveAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        said.ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(37));

        said.ShouldHaveSingleItem().ShouldContain("waiting for another program that measures on this machine");
        waiting.Waited.ShouldBe(TimeSpan.FromSeconds(38), "a wait that lasts counts");
        other.Dispose();
        (await wanted.WaitAsync(Patience)).Dispose();
        said[^1].ShouldBe("waited 38 s for the other program");
        time.Advance(TimeSpan.FromSeconds(60));
        waiting.Waited.ShouldBe(TimeSpan.FromSeconds(38));
        using var free = await waiting.SharedAsync();
        said.Count.ShouldBe(2, "nothing is said of a lock that is free");
    }

    [Fact]
    public async Task AsideAsync_HeldShared_LetsAWriterInForTheWaitOnly()
    {
        IDisposable held = await _lock.SharedAsync();

        int waited = await _lock.AsideAsync(
            async () =>
            {
                (await new MachineLock(_path).ExclusiveAsync().WaitAsync(Patience)).Dispose();
                return 7;
            },
            CancellationToken.None);
        Task<IDisposable> writer = new MachineLock(_path).ExclusiveAsync();

        waited.ShouldBe(7);
        writer.IsCompleted.ShouldBeFalse("it is held again");
        held.Dispose();
        (await writer.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task AsideAsync_WaitThatFails_LeavesItReleased()
    {
        using IDisposable held = await _lock.SharedAsync();

        await Should.ThrowAsync<InvalidOperationException>(
            () => _lock.AsideAsync<int>(() => throw new InvalidOperationException(), CancellationToken.None));

        (await new MachineLock(_path).ExclusiveAsync().WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task ExclusiveAsync_Held_ExcludesBothKinds()
    {
        IDisposable held = await _lock.ExclusiveAsync();
        Task<IDisposable> reader = _lock.SharedAsync();
        Task<IDisposable> writer = _lock.ExclusiveAsync();
        reader.IsCompleted.ShouldBeFalse();
        writer.IsCompleted.ShouldBeFalse();

        held.Dispose();

        Task<IDisposable> next = await Task.WhenAny(reader, writer).WaitAsync(Patience);
        (await next).Dispose();
        (await (next == reader ? writer : reader).WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task ExclusiveAsync_Waiting_IsNotOvertakenByLaterReaders()
    {
        IDisposable first = await _lock.SharedAsync();
        Task<IDisposable> writer = _lock.ExclusiveAsync();
        Task<IDisposable> late = _lock.SharedAsync();
        late.IsCompleted.ShouldBeFalse();

        first.Dispose();

        IDisposable written = await writer.WaitAsync(Patience);
        late.IsCompleted.ShouldBeFalse();
        written.Dispose();
        (await late.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task ExclusiveAsync_CancelledWhileWaiting_LetsOthersPass()
    {
        using CancellationTokenSource source = new();
        IDisposable reader = await _lock.SharedAsync();
        Task<IDisposable> writer = _lock.ExclusiveAsync(source.Token);
        Task<IDisposable> behindTheWriter = _lock.SharedAsync();

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(writer);
        (await behindTheWriter.WaitAsync(Patience)).Dispose();
        reader.Dispose();
        (await _lock.ExclusiveAsync().WaitAsync(Patience)).Dispose();
        (await Should.ThrowAsync<OperationCanceledException>(_lock.SharedAsync(source.Token))).CancellationToken.ShouldBe(source.Token);
    }

    [Fact]
    public async Task SharedAsync_ManyAtOnceWithWriters_NeverMix()
    {
        int readers = 0;
        int writers = 0;
        int broken = 0;
        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (i, cancellation) =>
        {
            bool writes = i % 5 == 0;
            using IDisposable held = await (writes ? _lock.ExclusiveAsync(cancellation) : _lock.SharedAsync(cancellation));
            int others = writes ? Interlocked.Increment(ref writers) - 1 : 0;
            int inside = writes ? Volatile.Read(ref readers) : Volatile.Read(ref writers);
            _ = writes ? 0 : Interlocked.Increment(ref readers);
            if (others + inside + (writes ? 0 : Volatile.Read(ref writers)) != 0)
            {
                Interlocked.Increment(ref broken);
            }

            await Task.Yield();
            _ = writes ? Interlocked.Decrement(ref writers) : Interlocked.Decrement(ref readers);
        }).WaitAsync(Patience);

        broken.ShouldBe(0);
    }

    [Theory]
    [InlineData("-s", true)]
    [InlineData("-x", false)]
    public async Task SharedAsync_AnotherProcessHoldsIt_WaitsOnlyForAWriter(string kind, bool together)
    {
        using Process other = await StartHolderAsync(kind);
        try
        {
            Task<IDisposable> reader = _lock.SharedAsync();
            reader.IsCompleted.ShouldBe(together);

            other.StandardInput.Close();

            (await reader.WaitAsync(Patience)).Dispose();
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task ExclusiveAsync_HolderIsKilled_IsReleased()
    {
        using Process other = await StartHolderAsync("-x");
        Task<IDisposable> writer = _lock.ExclusiveAsync();
        writer.IsCompleted.ShouldBeFalse();

        other.Kill();

        (await writer.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task SharedAsync_FolderMissing_NamesTheFile()
    {
        MachineLock nowhere = new(Path.Combine(_folder, "absent", "lock"));

        (await Should.ThrowAsync<JobException>(() => nowhere.SharedAsync())).Message.ShouldContain("absent/lock.gate' cannot be opened");
    }

    // util-linux's flock turns into the shell without a fork, so the process started is the one that holds the lock until its input ends.
    private async Task<Process> StartHolderAsync(string kind)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs flock of util-linux");
        ProcessStartInfo start = new("/usr/bin/flock")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true
        };
        foreach (string argument in (string[])[kind, "--no-fork", _path, "/bin/sh", "-c", "echo ready; exec cat"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)).ShouldBe("ready");
        return process;
    }
}
