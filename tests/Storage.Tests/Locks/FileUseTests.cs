namespace Cluster.Storage.Tests.Locks;

public sealed class FileUseTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private string Path => _folder["thing.use"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryAlone_WhileInUse_IsRefused()
    {
        using (FileUse.Begin(Path))
        using (FileUse.Begin(Path))
        {
            FileUse.TryAlone(Path).ShouldBeNull();
        }

        using var alone = FileUse.TryAlone(Path).ShouldNotBeNull();
        FileUse.TryAlone(Path).ShouldBeNull();
    }

    [Fact]
    public async Task Begin_LockFileRemoved_UsesSharedReplacement()
    {
        var alone = FileUse.TryAlone(Path).ShouldNotBeNull();
        var waiting = Task.Run(() => FileUse.Begin(Path), TestContext.Current.CancellationToken);

        // Whether it waits already or not yet, it must not end up with the file that is gone.
        alone.RemoveFile();
        File.Exists(Path).ShouldBeFalse();
        alone.Dispose();

        using var use = await waiting;
        File.Exists(Path).ShouldBeTrue();
        FileUse.TryAlone(Path).ShouldBeNull();
    }

    [Fact]
    public async Task TryAlone_ManyRemoveAndUse_NeverBoth()
    {
        int users = 0;
        int clashes = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(
            () =>
            {
                for (int round = 0; round < 300; round++)
                {
                    if ((worker + round) % 2 == 0)
                    {
                        using var use = FileUse.Begin(Path);
                        Interlocked.Increment(ref users);
                        Thread.Yield();
                        Interlocked.Decrement(ref users);
                    }
                    else if (FileUse.TryAlone(Path) is { } alone)
                    {
                        Interlocked.Add(ref clashes, Volatile.Read(ref users));
                        Thread.Yield();
                        Interlocked.Add(ref clashes, Volatile.Read(ref users));

                        // From here on others may use a new file.
                        alone.RemoveFile();
                        alone.Dispose();
                    }
                }
            },
            TestContext.Current.CancellationToken)));

        clashes.ShouldBe(0);
    }
}
