using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Bench.Spaces;

/// <summary>The profile, and milliseconds of a space's plans, kept in the folder; what is there already is not measured again.</summary>
internal sealed class PlanTimes(string folder, OpenedJob job, PlanSpace plans, TextWriter talk, CancellationToken cancellation)
{
    private const int PlansATurn = 15;
    private const int Passes = 3;

    private string ProfilePath => Path.Combine(folder, "profile.json");

    private string TimesPath => Path.Combine(folder, "times.csv");

    /// <summary>The profile, and milliseconds of the plans of these numbers as shares of FP32's.</summary>
    public async Task MeasureAsync(IReadOnlyList<int> numbers)
    {
        using var hold = await job.Setup.Machine.ExclusiveAsync(cancellation);
        if (!File.Exists(ProfilePath))
        {
            var item = new ProfileItem(job.Spec.LatencyContext, plans.Of(plans.Count - 1, corrected: false));
            var profile = new ProfileMeasurer(job.Setup).Measure(item, cancellation);
            AtomicFile.Write(ProfilePath, CanonicalJson.Serialize<WorkResult>(profile));
        }

        // Other plans are in turn with each in every pass.
        var known = File.Exists(TimesPath) ? Rows(TimesPath).CountBy(row => row.Number).ToDictionary() : [];
        var left = Enumerable.Range(0, Passes).SelectMany(pass => numbers
            .Where(number => known.GetValueOrDefault(number) <= pass)
            .OrderBy(number => SplitMix64.Derive(number, $"pass {pass}")));
        foreach (int[] turn in left.Chunk(PlansATurn))
        {
            ModelFile[] files =
            [
                job.Setup.Network.Float32Model,
                .. turn.Select(number => job.Setup.Builder.Build(plans.Of(number, corrected: false), cancellation).File),
            ];
            var timed = TargetTiming.Measure(
                job.Setup.Target,
                files,
                job.Setup.Threads,
                job.Setup.Evaluation.Repeated(job.Setup.Batch),
                FileTimer.Options(job.Setup.Threads, turn.Length),
                cancellation);
            await File.AppendAllLinesAsync(
                TimesPath,
                turn.Select((number, i) => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{number},{timed.Sittings[i + 1].Ratio.Median:R},{timed.Sittings[0].Summary.MedianMs:R}")),
                cancellation);
            await talk.WriteLineAsync($"times: {turn.Length} more plans");
        }
    }

    /// <summary>The stored profile.</summary>
    public ProfileResult ReadProfile() => (ProfileResult)System.Text.Json.JsonSerializer.Deserialize<WorkResult>(
        File.ReadAllText(ProfilePath), PlanJson.Options)!;

    /// <summary>Each plan's milliseconds as a share of FP32's, and FP32's in the same turns: medians of all passes.</summary>
    public IReadOnlyDictionary<int, (double Share, double Float32Ms)> ReadTimes() => Rows(TimesPath)
        .GroupBy(row => row.Number)
        .ToDictionary(rows => rows.Key, rows => (Median(rows.Select(row => row.Share)), Median(rows.Select(row => row.Float32Ms))));

    /// <summary>The median of some values, at least one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static IEnumerable<(int Number, double Share, double Float32Ms)> Rows(string path) => File.ReadLines(path)
        .Select(line => line.Split(','))
        .Select(cells => (
            int.Parse(cells[0], CultureInfo.InvariantCulture),
            double.Parse(cells[1], CultureInfo.InvariantCulture),
            double.Parse(cells[2], CultureInfo.InvariantCulture)));
}
