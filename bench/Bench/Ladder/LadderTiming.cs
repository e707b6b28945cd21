using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Evaluation.Measuring;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Ladder;

/// <summary>Times the files of a ladder in turn, FP32 among them, as a job times a candidate.</summary>
internal static class LadderTiming
{
    private const int Rounds = 100;
    private const int Threads = 1;

    public static async Task<LadderFile> MeasureAsync(
        LadderFile ladder, string folder, IReadOnlyList<int> batches, CancellationToken cancellation)
    {
        var options = ladder.Options;
        var images = new ImageBatches(DataSource.Open(options.Evaluation), Preprocess.LoadFor(options.Model), batches[0]);

        // Steps that came to the same bytes are one file.
        string[] files = [.. ladder.Rows.DistinctBy(row => row.Sha256).Select(row => row.Sha256)];
        var models = files.Select(digest => File.ReadAllBytes(Path.Combine(folder, ladder.Rows.First(row => row.Sha256 == digest).File)))
            .ToList();
        using var hold = await new MachineLock().ExclusiveAsync(cancellation);
        string load = await ChaosCommand.LoadAsync(cancellation);
        var times = files.ToDictionary(digest => digest, _ => new List<LadderTime>(), StringComparer.Ordinal);
        foreach (int batch in batches)
        {
            var summaries = Measure(models, images, batch, cancellation);
            for (int i = 0; i < files.Length; i++)
            {
                times[files[i]].Add(new LadderTime(batch, summaries[i].MedianMs, summaries[i].IqrMs, summaries[i].Count));
            }
        }

        string when = string.Create(
            CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, load average {load} before");
        return ladder with { Rows = [.. ladder.Rows.Select(row => row with { Times = times[row.Sha256] })], TimedAt = when };
    }

    private static List<LatencySummary> Measure(List<byte[]> models, ImageBatches images, int batch, CancellationToken cancellation)
    {
        List<OrtSession> sessions = [];
        try
        {
            sessions.AddRange(models.Select(model => OrtSession.Open(model, new OrtSessionOptions { Threads = Threads })));
            var options = FileTimer.Sitting(Threads) with { Rounds = Rounds, TimeCap = null };
            return [.. LatencyMeter.Measure(
                sessions, images.Repeated(batch), options, cancellation)
                .Select(one => one.Summary)];
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }
}
