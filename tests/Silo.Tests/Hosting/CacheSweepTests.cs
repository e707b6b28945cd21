using Cluster.Storage.Locks;

namespace Cluster.Silo.Tests.Hosting;

public sealed class CacheSweepTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sweep_ByItsClock_RemovesWhatWasUnusedForThirtyDays()
    {
        var folders = new NodeFolders(_folder["artefacts"], _folder["cache"]);
        string old = Unpacked(folders, 'a', days: 31);
        string recent = Unpacked(folders, 'b', days: 29);
        string held = Unpacked(folders, 'c', days: 31);
        using var sweep = new CacheSweep(folders, _time, NullLogger<CacheSweep>.Instance);
        using (FileUse.Begin($"{held}.use"))
        {
            sweep.Sweep();
        }

        new[] { old, recent, held }.Select(Directory.Exists).ShouldBe([false, true, true]);

        _time.Advance(TimeSpan.FromDays(2));
        SweepUntilGone(sweep, recent, held);
    }

    [Fact]
    public void Sweep_CalibrationStatistics_GoWhereTheyAreOldOrAboveTheLimit()
    {
        var folders = new NodeFolders(_folder["artefacts"], _folder["cache"]) { CalibrationBytes = 250 };
        string[] statistics = [.. "abcd".Select(digit => Calibrated(folders, digit, bytes: 100, days: 40 - (5 * (digit - 'a'))))];
        string[] locks = [$"{statistics[0]}.lock", $"{statistics[1]}.lock.gate", $"{statistics[0]}.use"];
        Array.ForEach(locks, file => File.WriteAllBytes(file, []));
        using var sweep = new CacheSweep(folders, _time, NullLogger<CacheSweep>.Instance);
        using (FileUse.Begin($"{statistics[1]}.use"))
        {
            sweep.Sweep();
        }

        // The first is forty days old; of the others, which are above the limit, the second is in use.
        statistics.Select(Directory.Exists).ShouldBe([false, true, false, true]);
        locks.Select(File.Exists).ShouldBe([false, true, false]);

        SweepUntilGone(sweep, statistics[1]);
        Directory.Exists(statistics[3]).ShouldBeTrue("it is there as long as there is room");
    }

    [Fact]
    public async Task Start_TemporaryFoldersOfProcesses_GoOnceTheyAreKilled()
    {
        var folders = new NodeFolders(_folder["artefacts"], _folder["cache"]);
        using var own = TemporaryFolder.Make(folders.Temporary);
        string left = Temporary(folders, "publish-left");
        string foreign = Temporary(folders, "something-else");

        // A publishing process in all that counts here: it holds the lock beside its folder.
        var start = new ProcessStartInfo("/usr/bin/flock", ["--shared", $"{left}.use", "/bin/sh", "-c", "echo held; exec cat"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Insert(0, "--no-fork");
        using var publisher = Process.Start(start)!;
        try
        {
            (await publisher.StandardOutput.ReadLineAsync(Cancellation)).ShouldBe("held");

            await StartAsync(folders);
            new[] { own.Path, left, foreign }.Select(Directory.Exists).ShouldBe([true, true, true]);
        }
        finally
        {
            publisher.Kill();
            await publisher.WaitForExitAsync(CancellationToken.None);
        }

        await StartAsync(folders);
        new[] { own.Path, left, foreign }.Select(Directory.Exists).ShouldBe([true, false, true]);
        Directory.GetFiles(folders.Temporary).ShouldBe([$"{own.Path}.use"], "the lock goes with its folder");

        own.Dispose();
        Directory.GetFileSystemEntries(folders.Temporary).ShouldBe([foreign]);
    }

    [Fact]
    public async Task Start_FolderThatCannotBeRead_IsSaidAndDoesNotKeepTheSiloDown()
    {
        var folders = new NodeFolders(_folder["artefacts"], _folder["cache"]);
        Directory.CreateDirectory(folders.Temporary);
        File.CreateSymbolicLink(Path.Combine(folders.Temporary, "publish-a.use"), Path.Combine(_folder["nowhere"], "file"));
        using var log = new LineLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var sweep = new CacheSweep(folders, _time, loggers.CreateLogger<CacheSweep>());

        await sweep.StartAsync(Cancellation);
        await sweep.StopAsync(Cancellation);

        log.Lines.ShouldHaveSingleItem().Id.ShouldBe(2305);
    }

    // A process that another test starts has this one's locks, too, between its fork and its program.
    private static void SweepUntilGone(CacheSweep sweep, params string[] folders) => SpinWait.SpinUntil(
        () =>
        {
            sweep.Sweep();
            return !Array.Exists(folders, Directory.Exists);
        },
        TimeSpan.FromMinutes(2)).ShouldBeTrue("none of them is in use any more");

    private async Task StartAsync(NodeFolders folders)
    {
        using var sweep = new CacheSweep(folders, _time, NullLogger<CacheSweep>.Instance);
        await sweep.StartAsync(Cancellation);
        await sweep.StopAsync(Cancellation);
    }

    private static string Temporary(NodeFolders folders, string name) =>
        Directory.CreateDirectory(Path.Combine(folders.Temporary, name, "calibration")).Parent!.FullName;

    private string Calibrated(NodeFolders folders, char digit, int bytes, int days)
    {
        string folder = folders.Calibration(new string(digit, 64), new string('0', 64));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "statistics.bin"), new byte[bytes]);
        return Aged(folder, days);
    }

    private string Unpacked(NodeFolders folders, char digit, int days)
    {
        string folder = Path.Combine(folders.Data, new string(digit, 64));
        Directory.CreateDirectory(folder);
        return Aged(folder, days);
    }

    private string Aged(string folder, int days)
    {
        Directory.SetLastWriteTimeUtc(folder, _time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(days));
        return folder;
    }
}
