using Cluster.Glyphs.Mobile;
using Cluster.Glyphs.RepVgg;
using Cluster.Glyphs.Scenes;
using Cluster.Glyphs.Sentences;
using Cluster.Glyphs.Strokes;

namespace Cluster.Glyphs.Training;

/// <summary>How one of the networks is trained.</summary>
/// <param name="Steps">Batches that its documented figures were measured after.</param>
/// <param name="Rate">Adam's learning rate at the beginning.</param>
/// <param name="Task">Of a seed, of initial weights and samples.</param>
/// <param name="Samples">Its arrays, of a seed; null for the sample's images.</param>
public sealed record GlyphRecipe(
    int Steps, double Rate, Func<long, ITrainingTask> Task, Func<long, IArraySamples>? Samples = null)
{
    private static readonly Dictionary<GlyphKind, GlyphRecipe> All = new()
    {
        [GlyphKind.MobileNet] = new(
            GlyphSample.TrainingSteps, GlyphTraining.UsualRate, seed => new ImageTask(new GlyphNetwork(seed), seed)),
        [GlyphKind.Vit] = Images(3000, 1e-3, seed => GlyphTransformer.ToGraph(seed)),
        [GlyphKind.ShuffleNet] = Images(2000, 3e-3, ShuffleNet.ToGraph),
        [GlyphKind.MobileNetV3] = Images(1500, 3e-3, MobileNetV3.ToGraph),
        [GlyphKind.EfficientNet] = Images(1500, 3e-3, EfficientNet.ToGraph),
        [GlyphKind.RepVgg] = new(GlyphSample.TrainingSteps, GlyphTraining.UsualRate, seed => new ImageTask(new RepVggNetwork(seed), seed)),
        [GlyphKind.Bert] = Sentences(1500, 1e-3, SentenceTransformer.ToGraph),
        [GlyphKind.Lstm] = Sentences(1500, 3e-3, SentenceLstm.ToGraph),
        [GlyphKind.UNet] = new(
            1000,
            2e-3,
            seed => new ArrayTask(StrokeNetwork.ToGraph(seed), new StrokeGenerator(seed), ArrayTask.SquaredError),
            seed => new StrokeGenerator(seed)),
        [GlyphKind.Detector] = new(
            1500,
            2e-3,
            seed => new ArrayTask(
                SceneNetwork.ToGraph(seed), new SceneGenerator(seed), SceneLoss.Of, SceneNetwork.Upscale, SceneNetwork.Middles),
            seed => new SceneGenerator(seed)),
    };

    /// <summary>That of a network.</summary>
    public static GlyphRecipe Of(GlyphKind kind) => All[kind];

    private static GlyphRecipe Images(int steps, double rate, Func<long, ModelGraph> graph) =>
        new(steps, rate, seed => new ImageTask(new GlyphGraphModel(graph(seed)), seed));

    private static GlyphRecipe Sentences(int steps, double rate, Func<long, ModelGraph> graph) => new(
        steps,
        rate,
        seed => new ArrayTask(graph(seed), new SentenceGenerator(seed), ArrayTask.CrossEntropy),
        seed => new SentenceGenerator(seed));
}
