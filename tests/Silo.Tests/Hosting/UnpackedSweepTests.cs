using Cluster.Evaluation.Nodes;
using Cluster.Evaluation.Nodes.Data;
using Cluster.Silo.Hosting;
using Cluster.Storage.Locks;
using Cluster.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Silo.Tests.Hosting;

public sealed class UnpackedSweepTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sweep_ByItsClock_RemovesWhatWasUnusedForThirtyDays()
    {
        var folders = new NodeFolders(_folder["artefacts"], _folder["cache"]);
        string old = Unpacked(folders, 'a', days: 31);
        string recent = Unpacked(folders, 'b', days: 29);
        string held = Unpacked(folders, 'c', days: 31);
        using var sweep = new UnpackedSweep(new UnpackedRoom(folders), _time, NullLogger<UnpackedSweep>.Instance);
        using (FileUse.Begin($"{held}.use"))
        {
            sweep.Sweep();
        }

        new[] { old, recent, held }.Select(Directory.Exists).ShouldBe([false, true, true]);

        _time.Advance(TimeSpan.FromDays(2));
        sweep.Sweep();
        new[] { recent, held }.Select(Directory.Exists).ShouldBe([false, false]);
    }

    private string Unpacked(NodeFolders folders, char digit, int days)
    {
        string folder = Path.Combine(folders.Data, new string(digit, 64));
        Directory.CreateDirectory(folder);
        Directory.SetLastWriteTimeUtc(folder, _time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(days));
        return folder;
    }
}
