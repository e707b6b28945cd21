using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Scores.Fisher;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Plans;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Scores;

/// <summary>
/// `bench scores`: what one gradient an image says of all groups and formats, beside what the sweep measures on the same images, with the
/// seconds of both.
/// </summary>
internal static class ScoresCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true };
        var calibration = new Option<string>("--data") { Required = true };
        var evaluation = new Option<string>("--eval") { Required = true };
        var method = new Option<string>("--method") { DefaultValueFactory = _ => "mse" };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 512 };
        var formats = new Option<string[]>("--formats")
        {
            DefaultValueFactory = _ => ["int8"],
            AllowMultipleArgumentsPerToken = true,
        };
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 5 };
        var command = new Command("scores", "Scores of groups from one gradient an image, beside the sweep.")
        {
            model, calibration, evaluation, method, images, formats, seeds,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            GroupFormat[] tried = [.. parsed.GetRequiredValue(formats).Select(GroupFormat.Parse)];
            using var subject = SweepSubject.Open(
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(calibration),
                parsed.GetRequiredValue(evaluation),
                parsed.GetValue(images),
                parsed.GetRequiredValue(method),
                tried);
            string name = Path.GetFileName(parsed.GetRequiredValue(model));
            string list = string.Join(", ", tried.Select(format => format.Text));
            Print($"{name}, {subject.Alone.Count / tried.Length} groups in {list}, {subject.Images.Images.Count} images");
            Compare(subject, tried, parsed.GetValue(seeds));
        });
        return command;
    }

    private static void Compare(SweepSubject subject, GroupFormat[] formats, int seeds)
    {
        // Both once before the clock counts, as kernels and the JIT are cold.
        Sweep(subject, subject.Images.Take(SweepSubject.Batch));
        Fisher(subject, subject.Images.Take(SweepSubject.Batch), FisherForm.Signs, seed: 0);
        var (sweep, sweepSeconds) = Sweep(subject, subject.Images);
        Print($"{"",-10} {"seed",4} {"seconds",8} {"Spearman",9} {"sum/sweep",9}  Spearman in each format");
        Print($"{"sweep",-10} {"",4} {sweepSeconds,8:F2}");
        foreach (var form in Enum.GetValues<FisherForm>())
        {
            for (int seed = 0; seed < seeds; seed++)
            {
                var (scores, seconds) = Fisher(subject, subject.Images, form, seed);
                int groups = scores.Length / formats.Length;
                var each = formats.Select((_, i) => Text(SpearmanCorrelation.Of(
                    sweep[(i * groups)..((i + 1) * groups)], scores[(i * groups)..((i + 1) * groups)])));
                string all = Text(SpearmanCorrelation.Of(sweep, scores));
                string name = form.ToString().ToLowerInvariant();
                Print($"{name,-10} {seed,4} {seconds,8:F2} {all,9} {scores.Sum() / sweep.Sum(),9:F2}  {string.Join(' ', each)}");
            }
        }
    }

    private static (double[] Kl, double Seconds) Sweep(SweepSubject subject, ImageBatches images) => Timed(
        () => SensitivitySweep.Run(
            subject.Float32, subject.Alone, images, Environment.ProcessorCount, null, CancellationToken.None, ranks: 0));

    private static (double[] Kl, double Seconds) Fisher(
        SweepSubject subject, ImageBatches images, FisherForm form, long seed) => Timed(
        () => FisherPass.Run(
            subject.Float32, subject.Alone, images, Environment.ProcessorCount, null, CancellationToken.None, seed, form: form));

    private static (double[] Kl, double Seconds) Timed(Func<IReadOnlyList<GroupSensitivity>> scores)
    {
        long began = Stopwatch.GetTimestamp();
        double[] found = [.. scores().Select(score => score.Kl)];
        return (found, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static string Text(double? correlation) =>
        correlation is { } known ? known.ToString("F3", CultureInfo.InvariantCulture) : "none";

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
