using System.CommandLine;
using Cluster.DataSpecs;
using Cluster.Evaluation.Failures;
using Cluster.Glyphs;
using Cluster.Glyphs.Training;
using Cluster.Terminal;

namespace Cluster.Bench.Samples;

/// <summary>`bench sample`: makes the demo's network and data when there is no other data.</summary>
internal static class SampleCommands
{
    public static Command Create() => new("sample", "Regenerate the data or the network of a sample.") { Write(), Train() };

    private static Command Write()
    {
        var output = Output("Folder for the files.");
        var seed = Seed("Of the samples.");
        var kind = Kind(
            "Whose samples: sentences (bert, lstm), images with their strokes (unet), scenes of letters (detector), labelled images (all "
            + "others).");
        var command = new Command(
            "write",
            "Write what a network of the sample takes: generated sets for calibration, evaluation and test.")
        {
            output, kind, seed,
        };
        command.SetAction((parsed, _) => CommandErrors.RunAsync(parsed, async () =>
        {
            string folder = parsed.GetRequiredValue(output);
            var specs = WriteSamples(folder, GlyphRecipe.Of(parsed.GetValue(kind)), parsed.GetValue(seed));
            foreach (var spec in specs)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(spec.ToString());
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static IEnumerable<DataSpec> WriteSamples(string folder, GlyphRecipe recipe, long seed)
    {
        if (recipe.Samples?.Invoke(seed) is { } samples)
        {
            GlyphSample.Write(folder, samples);
            return GlyphSample.Counts.Keys.Select(set => GlyphSample.Spec(folder, samples, set));
        }

        GlyphSample.Write(folder, seed);
        return GlyphSample.Counts.Keys.Select(set => GlyphSample.Spec(folder, set));
    }

    private static Command Train()
    {
        var output = Output("ONNX file to write; where it takes images, its preprocess.json is written beside it.");
        var seed = Seed("Of the samples and the initial weights.");
        var kind = Kind(
            "mobilenet, which is the demo's; shufflenet, mobilenetv3 and efficientnet, small networks like those; vit, a vision "
            + "transformer; repvgg, with branches that are merged; bert, a transformer of sentences; lstm, of the same; unet; "
            + "detector, of letters in scenes.");
        var steps = new Option<int?>("--steps")
        {
            Description = $"Batches of {GlyphTraining.Batch} samples (default: as many as the documented figures were measured after).",
        };
        steps.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--steps takes a number of batches, 1 or more.");
            }
        });
        var command = new Command(
            "train",
            "Train a network on generated samples; the same seed gives the same file on the same machine.")
        {
            output, kind, seed, steps,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            async () =>
            {
                string path = parsed.GetRequiredValue(output);
                var streams = parsed.InvocationConfiguration;
                await Task.Run(
                    () => GlyphTrainer.Train(
                        path, parsed.GetValue(kind), parsed.GetValue(seed), parsed.GetValue(steps), streams.Error, cancellation),
                    cancellation);
                await streams.Output.WriteLineAsync(path);
                return ExitCode.Done;
            },
            "nothing was written"));
        return command;
    }

    private static Option<string> Output(string description) => new("--output", "-o") { Description = description, Required = true };

    private static Option<GlyphKind> Kind(string description) =>
        new("--network") { Description = description, DefaultValueFactory = _ => GlyphKind.MobileNet };

    private static Option<long> Seed(string description) =>
        new("--seed") { Description = description, DefaultValueFactory = _ => GlyphSample.Seed };
}
