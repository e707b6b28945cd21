using static TorchSharp.torch;

namespace Cluster.Glyphs.Training;

/// <summary>The letter of each of the sample's images, by cross-entropy.</summary>
/// <param name="network">Becomes the task's own.</param>
/// <param name="seed">Of the images.</param>
internal sealed class ImageTask(IGlyphModel network, long seed) : ITrainingTask
{
    private const int Batch = GlyphTraining.Batch;

    private readonly GlyphGenerator _images = new(seed);

    public IEnumerable<Parameter> Parameters => network.Parameters;

    public Tensor Loss(int step, bool updateStatistics)
    {
        byte[] bytes = new byte[Batch * GlyphGenerator.Pixels];
        long[] labels = new long[Batch];
        for (int i = 0; i < Batch; i++)
        {
            int index = (step * Batch) + i;
            _images.Draw(GlyphSet.Training, index, bytes.AsSpan(i * GlyphGenerator.Pixels, GlyphGenerator.Pixels));
            labels[i] = GlyphGenerator.Label(index);
        }

        float[] pixels = new float[bytes.Length];
        GlyphNetworkExport.Preprocess.Apply(bytes, pixels);
        var planar = TensorFactory.FromFloats(pixels, [Batch, 1, GlyphGenerator.Size, GlyphGenerator.Size]);
        return nn.functional.cross_entropy(
            network.Forward(TensorOps.ForTraining(planar), updateStatistics), TensorFactory.FromInt64(labels, [Batch]));
    }

    public ModelGraph ToGraph() => network.ToGraph();

    public void Dispose() => network.Dispose();
}
