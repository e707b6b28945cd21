using Cluster.Coordinator.Model;
using Cluster.Evaluation.Inputs;
using Cluster.Glyphs;
using Cluster.Glyphs.Training;

namespace Cluster.Bench.Spaces;

/// <summary>
/// The network of which every plan is measured, and its images: ten groups (a convolution, four depthwise-separable blocks, a classifier),
/// trained on the sample's letters.
/// </summary>
internal static class SpaceSample
{
    /// <summary>Images that every plan is measured on.</summary>
    public const int Images = 10_000;

    private const int CalibrationImages = 128;
    private const int Steps = 1500;
    private const int Stem = 16;

    private static readonly DepthwiseBlock[] Blocks = [new(1, 32), new(2, 64), new(1, 64), new(2, 128)];

    /// <summary>What a job on it is given; made in the folder where it is not there.</summary>
    public static JobInputs Open(string folder, TextWriter talk, CancellationToken cancellation)
    {
        string model = Path.Combine(folder, "network.onnx");
        if (!File.Exists(model))
        {
            var generator = new GlyphGenerator(GlyphSample.Seed);
            GlyphFiles.Write(folder, generator, GlyphSet.Calibration, CalibrationImages);
            GlyphFiles.Write(folder, generator, GlyphSet.Evaluation, Images);
            Train(model, talk, cancellation);
        }

        return new JobInputs
        {
            Model = model,
            Calibration = GlyphSample.Spec(folder, GlyphSet.Calibration).ToString(),
            Evaluation = GlyphSample.Spec(folder, GlyphSet.Evaluation).ToString(),
        };
    }

    private static void Train(string path, TextWriter talk, CancellationToken cancellation) =>
        GlyphTrainer.Train(
            path,
            () => new GlyphTraining(new GlyphNetwork(GlyphSample.Seed, Stem, Blocks), GlyphSample.Seed, Steps, GlyphTraining.UsualRate),
            graph => ChannelSpread.Apply(graph, GlyphSample.Seed),
            GlyphNetworkExport.Preprocess,
            talk,
            cancellation);
}
