namespace Cluster.Storage.Tests.Locks;

public sealed class SharingLockTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private string Path => _folder["thing.lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryLock_AnotherHoldsIt_IsRefusedUnlessBothShare()
    {
        using var one = SharingLock.Open(Path);
        using var other = SharingLock.Open(Path);

        one.TryLock(FileLockMode.Shared).ShouldBeTrue();
        other.TryLock(FileLockMode.Shared).ShouldBeTrue();
        one.TryLock(FileLockMode.Exclusive).ShouldBeFalse();
        other.Unlock();
        one.TryLock(FileLockMode.Exclusive).ShouldBeTrue();
        one.TryLock(FileLockMode.Exclusive).ShouldBeTrue("it has it already");
        other.TryLock(FileLockMode.Shared).ShouldBeFalse();
        using (SharingLock.Open(Path))
        {
            // A file that another has alone can still be asked for.
        }

        one.Dispose();
        other.TryLock(FileLockMode.Exclusive).ShouldBeTrue();
    }

    [Fact]
    public async Task Lock_AnotherHoldsIt_WaitsForItsEnd()
    {
        var one = SharingLock.Open(Path);
        one.Lock(FileLockMode.Exclusive);
        using var other = SharingLock.Open(Path);
        var waiting = Task.Run(() => other.Lock(FileLockMode.Shared), TestContext.Current.CancellationToken);

        waiting.IsCompleted.ShouldBeFalse();
        one.Dispose();

        await waiting;
        one.TryLock(FileLockMode.Exclusive).ShouldBeFalse();
    }

    [Fact]
    public void IsThere_FileRemovedAndMadeAgain_IsNot()
    {
        using var one = SharingLock.Open(Path);
        one.IsThere.ShouldBeFalse("it is not locked");
        one.Lock(FileLockMode.Shared);
        one.IsThere.ShouldBeTrue();

        var made = File.GetCreationTimeUtc(Path);
        File.Delete(Path);
        one.IsThere.ShouldBeFalse();
        do
        {
            File.Delete(Path);
            File.WriteAllText(Path, "");
        }
        while (File.GetCreationTimeUtc(Path) == made); // within a tick of the system's clock

        one.IsThere.ShouldBeFalse();
    }

    [Fact]
    public void Open_NoFolder_SaysWhatToDo() =>
        Should.Throw<JobException>(() => SharingLock.Open(_folder["absent/thing.lock"])).Message.ShouldContain("make its folder writable");
}
