using System.CommandLine;

namespace Cluster.Silo.Samples;

/// <summary>`cluster sample`: makes what the demo needs where there is no other data.</summary>
internal static class SampleCommands
{
    public static Command Create() => new("sample", "Make the glyphs sample: its data, or its network anew.") { Write(), Train() };

    private static Command Write()
    {
        var output = Output("Folder for the IDX files.");
        var seed = Seed();
        var command = new Command("write", "Write generated calibration, evaluation and test images with labels.") { output, seed };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(output);
            GlyphSample.Write(folder, parsed.GetValue(seed));
            foreach (var set in GlyphSample.Counts.Keys)
            {
                Console.Out.WriteLine(GlyphSample.Spec(folder, set));
            }
        });
        return command;
    }

    private static Command Train()
    {
        var output = Output("ONNX file to write; its preprocess.json is written beside it.");
        var seed = Seed();
        var steps = new Option<int>("--steps")
        {
            Description = $"Batches of {GlyphTraining.Batch} images.",
            DefaultValueFactory = _ => GlyphSample.TrainingSteps,
        };
        steps.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--steps takes a number of batches, 1 or more.");
            }
        });
        var command = new Command("train", "Train the sample's network; the same seed gives the same file on the same machine.") { output, seed, steps };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                string path = parsed.GetRequiredValue(output);
                GlyphTrainer.Train(path, parsed.GetValue(seed), parsed.GetValue(steps), Console.Error, cancellation);
                Console.Out.WriteLine(path);
            },
            cancellation));
        return command;
    }

    private static Option<string> Output(string description) => new("--output", "-o") { Description = description, Required = true };

    private static Option<long> Seed() => new("--seed") { Description = "Another seed, other images or weights.", DefaultValueFactory = _ => GlyphSample.Seed };
}
