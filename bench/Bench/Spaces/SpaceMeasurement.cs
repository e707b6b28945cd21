using System.Globalization;
using Cluster.Coordinator.Json;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Storage.Files;

namespace Cluster.Bench.Spaces;

/// <summary>Measures each plan of a space once and keeps it in the folder; what is there already is not measured again.</summary>
internal sealed class SpaceMeasurement(string folder, OpenedJob job, PlanSpace plans, TextWriter talk, CancellationToken cancellation)
{
    private const int PlansATurn = 15;
    private const int PlansALine = 64;
    private const int Passes = 3;

    // Of what ratios are medians: in turn with FP32 and with fourteen others.
    private static readonly LatencyOptions Timing = new()
    {
        Rounds = 40,
        TurnTime = TimeSpan.FromMilliseconds(1),
        WarmUpRuns = 5,
        WarmUpTime = TimeSpan.FromMilliseconds(20),
        PinThread = true,
    };

    private string ProfilePath => Path.Combine(folder, "profile.json");

    private string TimesPath => Path.Combine(folder, "times.csv");

    /// <summary>The file of a plan's answers.</summary>
    public static string AnswersPath(string folder, int number, bool corrected) =>
        Path.Combine(folder, corrected ? "corrected" : "plain", number.ToString("0000", CultureInfo.InvariantCulture));

    /// <summary>The file of the answers of <see cref="PlanSpace.FirstAttempt"/>.</summary>
    public static string FirstAttemptPath(string folder) => Path.Combine(folder, "first-attempt");

    /// <summary>What every plan answers on all images.</summary>
    public async Task AnswerAsync()
    {
        using var hold = await job.Setup.Machine.SharedAsync(cancellation);
        var setup = job.Setup;
        float[] float32 = Logits(setup.Network.Float32Model);
        Keep(FirstAttemptPath(folder), plans.FirstAttempt, float32);
        foreach (bool corrected in new[] { false, true })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(AnswersPath(folder, 0, corrected))!);
            for (int number = 0; number < plans.Count; number++)
            {
                Keep(AnswersPath(folder, number, corrected), plans.Of(number, corrected), float32);
                if (number % PlansALine == PlansALine - 1)
                {
                    await talk.WriteLineAsync(
                        $"answers, biases {(corrected ? "corrected" : "as they are")}: {number + 1} of {plans.Count} plans");
                }
            }
        }
    }

    /// <summary>The profile, and every plan's milliseconds as a share of FP32's.</summary>
    public async Task TimeAsync()
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
        var left = Enumerable.Range(0, Passes).SelectMany(pass => Enumerable.Range(1, plans.Count - 1)
            .Where(number => known.GetValueOrDefault(number) <= pass)
            .OrderBy(number => SplitMix64.Derive(number, $"pass {pass}")));
        foreach (int[] turn in left.Chunk(PlansATurn))
        {
            byte[][] files =
            [
                job.Setup.Network.Float32Model,
                .. turn.Select(number => job.Setup.Builder.Build(plans.Of(number, corrected: false), cancellation).Bytes),
            ];
            var timed = TargetTiming.Measure(
                job.Setup.Target, files, job.Setup.Threads, job.Setup.Evaluation.Repeated(job.Setup.Batch), Timing, cancellation);
            await File.AppendAllLinesAsync(
                TimesPath,
                turn.Select((number, i) => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{number},{LatencyRatio.Of(timed[i + 1].SamplesMs, timed[0].SamplesMs).Median:R},{timed[0].Summary.MedianMs:R}")),
                cancellation);
            await talk.WriteLineAsync($"times: {turn.Length} more plans");
        }
    }

    /// <summary>The stored profile.</summary>
    public ProfileResult ReadProfile() => (ProfileResult)System.Text.Json.JsonSerializer.Deserialize<WorkResult>(
        File.ReadAllText(ProfilePath), CoordinatorJson.Options)!;

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

    private void Keep(string path, Plan plan, float[] float32)
    {
        if (!File.Exists(path))
        {
            Answers(Logits(job.Setup.Builder.Build(plan, cancellation).Bytes), float32).Write(path);
        }
    }

    private float[] Logits(byte[] file) => TargetLogits.Of(
        job.Setup.Target, file, job.Setup.Evaluation, job.Setup.Network.Classes, job.Setup.Cores, cancellation);

    private PlanAnswers Answers(float[] logits, float[] float32)
    {
        int classes = job.Setup.Network.Classes;
        float[] kl = new float[logits.Length / classes];
        for (int image = 0; image < kl.Length; image++)
        {
            kl[image] = (float)LogitsKl.Divergence(
                float32.AsSpan(image * classes, classes), logits.AsSpan(image * classes, classes));
        }

        return new PlanAnswers([.. Accuracy.Predictions(logits, classes).Select(answer => (byte)answer)], kl);
    }
}
