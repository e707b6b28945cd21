using System.CommandLine;
using System.Globalization;
using Cluster.Plans;

namespace Cluster.Bench.Ladder;

/// <summary>`bench ladder`: from plain max to training, what each step gives in accuracy, KL to FP32 and milliseconds.</summary>
internal static class LadderCommand
{
    private static readonly Option<string?> Sample = new("--sample")
    {
        Description =
            $"{LadderSample.Mobilenet} (needs the shared data) or {LadderSample.Glyphs}; or give --model, --calibration and --eval"
    };
    private static readonly Option<string?> Model = new("--model");
    private static readonly Option<string?> Calibration = new("--calibration");
    private static readonly Option<string?> Evaluation = new("--eval");
    private static readonly Option<string?> Test = new("--test") { Description = "labelled images that nothing is chosen by" };
    private static readonly Option<string?> Training = new("--train") { Description = "labelled images of the last step" };
    private static readonly Option<int[]> Batches = new("--batch")
    {
        Description = "images a run; several for a column each, the search takes the first",
        AllowMultipleArgumentsPerToken = true
    };
    private static readonly Option<int?> Iterations = new("--iterations") { Description = "of AdaRound a layer and of QDrop a block" };
    private static readonly Option<double?> RoundingRate = new("--rounding-rate");
    private static readonly Option<int?> Epochs = new("--epochs");
    private static readonly Option<int?> TrainingBatch = new("--training-batch") { Description = "images a training step" };
    private static readonly Option<bool?> Flip = new("--flip") { Description = "mirror every second training image" };
    private static readonly Option<double?> TrainingRate = new("--training-rate");
    private static readonly Option<double?> Distill = new("--distill") { Description = "share of FP32's answers in the training loss" };
    private static readonly Option<string?> LatencyTable = new("--latency-table")
    {
        Description = "latency.json of a job on an idle machine, for the search; the table's milliseconds are always measured"
    };
    private static readonly Option<long> Seed = new("--seed");
    private static readonly Option<string?> Keep = new("--keep")
    {
        Description = "folder of the steps' files; the same ladder again takes up there what was searched and learned"
    };
    private static readonly Option<string?> Time = new("--time") { Description = "a kept ladder's folder: only time its files again" };
    private static readonly Option<bool> NoTime = new("--no-time") { Description = "leave the milliseconds to a later --time" };
    private static readonly Option<bool> Json = new("--json");

    public static Command Create()
    {
        Sample.AcceptOnlyFromAmong(LadderSample.Mobilenet, LadderSample.Glyphs);
        var command = new Command(
            "ladder", "max, best calibrator, bias correction, skips, AdaRound, QDrop, QAT: accuracy, KL to FP32 and milliseconds of each.")
        {
            Sample, Model, Calibration, Evaluation, Test, Training, Batches, Iterations, RoundingRate, Epochs,
            TrainingBatch, Flip, TrainingRate, Distill, LatencyTable, Seed, Keep, Time, NoTime, Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var ladder = parsed.GetValue(Time) is { } folder
                ? await TimeAsync(LadderFile.Read(folder), folder, parsed.GetValue(Batches), cancellation)
                : await ClimbAsync(parsed, cancellation);
            if (parsed.GetValue(Json))
            {
                await Console.Out.WriteAsync(ladder.Format());
            }
            else
            {
                LadderTable.Write(Console.Out, ladder);
            }
        });
        return command;
    }

    private static async Task<LadderFile> ClimbAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string? kept = parsed.GetValue(Keep);
        string folder = kept ?? Directory.CreateTempSubdirectory("cluster-ladder-").FullName;
        try
        {
            var options = Options(parsed, folder);
            var ladder = await new LadderRun(options, folder, Say, cancellation).ClimbAsync();
            ladder.Write(folder);
            return parsed.GetValue(NoTime) ? ladder : await TimeAsync(ladder, folder, null, cancellation);
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<LadderFile> TimeAsync(LadderFile ladder, string folder, int[]? batches, CancellationToken cancellation)
    {
        var timed = await LadderTiming.MeasureAsync(
            ladder, folder, batches is { Length: > 0 } ? batches : ladder.Options.Batches, cancellation);
        timed.Write(folder);
        return timed;
    }

    private static LadderOptions Options(ParseResult parsed, string folder)
    {
        var options = parsed.GetValue(Sample) is { } sample
            ? LadderSample.Of(sample, folder)
            : new LadderOptions
            {
                Model = Required(parsed, Model),
                Calibration = Required(parsed, Calibration),
                Evaluation = Required(parsed, Evaluation),
            };
        return options with
        {
            Test = parsed.GetValue(Test) ?? options.Test,
            Training = parsed.GetValue(Training) ?? options.Training,
            Batches = parsed.GetValue(Batches) is { Length: > 0 } batches ? batches : options.Batches,
            Iterations = parsed.GetValue(Iterations) ?? options.Iterations,
            RoundingRate = parsed.GetValue(RoundingRate) ?? options.RoundingRate,
            Epochs = parsed.GetValue(Epochs) ?? options.Epochs,
            TrainingBatch = parsed.GetValue(TrainingBatch) ?? options.TrainingBatch,
            Flip = parsed.GetValue(Flip) ?? options.Flip,
            TrainingRate = parsed.GetValue(TrainingRate) ?? options.TrainingRate,
            Distill = parsed.GetValue(Distill) ?? options.Distill,
            LatencyTable = parsed.GetValue(LatencyTable),
            Seed = parsed.GetValue(Seed),
        };
    }

    private static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option)
            ?? throw new JobException($"{option.Name} is missing: give --sample, or --model, --calibration and --eval.");

    private static void Say(string text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ladder: {TimeProvider.System.GetUtcNow():HH:mm:ss} {text}"));
}
