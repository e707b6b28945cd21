using Cluster.Cli.Verbs;
using Cluster.Glyphs;

namespace Cluster.Bench.Ladder;

/// <summary>The two networks whose ladders are documented, with their images.</summary>
internal static class LadderSample
{
    public const string Mobilenet = "mobilenet";
    public const string Glyphs = "glyphs";

    // The first of the 192,000 that the sample's network was trained on.
    private const int GlyphTrainingImages = 6_400;

    /// <param name="folder">Where images are generated, if any are.</param>
    public static LadderOptions Of(string name, string folder) => name == Glyphs ? OnGlyphs(Path.Combine(folder, Glyphs)) : OnMobilenet();

    private static LadderOptions OnMobilenet()
    {
        string data = SharedFolder.Find() ?? throw SharedFolder.Missing();
        string images = Path.Combine(data, "imagenet-sample");
        string labelled = $"folder:{Path.Combine(images, "jpeg224")},labels=";
        string calibration = labelled + Path.Combine(images, "calibration200.csv");
        return new LadderOptions
        {
            Model = Path.Combine(data, "models", "imagenet", "mobilenet_v1_0.25_224.onnx"),
            Calibration = calibration,
            Evaluation = labelled + Path.Combine(images, "evaluation800.csv"),

            // There are no others that are not evaluated on; of so few, small batches give more than a handful of steps.
            Training = calibration,
            TrainingBatch = 16,
            Epochs = 8,
            Flip = true,
        };
    }

    private static LadderOptions OnGlyphs(string folder)
    {
        GlyphSample.Write(folder, GlyphSample.Seed);
        GlyphFiles.Write(folder, new GlyphGenerator(GlyphSample.Seed), GlyphSet.Training, GlyphTrainingImages);
        return new LadderOptions
        {
            Model = SampleFolder.File(GlyphSample.ModelName),
            Calibration = Spec(GlyphSet.Calibration),
            Evaluation = Spec(GlyphSet.Evaluation),
            Test = Spec(GlyphSet.Test),
            Training = Spec(GlyphSet.Training),
        };

        string Spec(GlyphSet set) => GlyphSample.Spec(folder, set).ToString();
    }
}
