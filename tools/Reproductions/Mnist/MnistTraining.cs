using Cluster.Data;
using Cluster.Glyphs;
using Cluster.Glyphs.Training;
using Cluster.Networks.Preprocessing;
using static TorchSharp.torch;

namespace Cluster.Reproductions.Mnist;

/// <summary>Trains the network of the text from random weights, on shuffled batches of 64 as the text does, by Adam.</summary>
internal static class MnistTraining
{
    private const int Batch = 64;
    private const double Rate = 1e-3;

    /// <param name="epochs">Passes over the images; the rate falls as half a cosine.</param>
    /// <param name="talk">Told the mean loss of each epoch.</param>
    /// <returns>The trained network.</returns>
    public static ModelGraph Train(
        ImageSet images, int epochs, long seed, Action<string> talk, CancellationToken cancellation)
    {
        // One thread: with more, the order of sums and so the weights would depend on their number.
        TorchSettings.Threads = 1;
        using var network = new TrainableGraph(MnistNetwork.ToGraph(seed));
        int batches = images.Count / Batch;
        using var optimizer = new CosineAdam(network.Parameters, Rate, epochs * batches);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            int[] order = SeededPermutation.Of(
                images.Count, Coordinator.Model.SplitMix64.Derive(seed, $"reproductions/mnist/epoch{epoch}"));
            double sum = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                sum += Step(network, optimizer, images, order.AsSpan(batch * Batch, Batch));
            }

            talk($"epoch {epoch + 1} of {epochs}: loss {sum / batches:F4}");
        }

        return network.ToGraph();
    }

    private static float Step(TrainableGraph network, CosineAdam optimizer, ImageSet images, ReadOnlySpan<int> indices)
    {
        using var scope = NewDisposeScope();
        var chosen = images.Select([.. indices]);
        float[] pixels = new float[indices.Length * images.ImageSize];
        chosen.FillBatch(0, indices.Length, MnistData.Preprocess, pixels);
        var planar = TensorFactory.FromFloats(pixels, [indices.Length, 1, MnistNetwork.Size, MnistNetwork.Size]);
        var labels = TensorFactory.FromInt64([.. Enumerable.Range(0, indices.Length).Select(i => (long)chosen.Label(i))], [indices.Length]);
        var loss = nn.functional.cross_entropy(network.Forward(TensorOps.ToChannelsLast(planar)), labels);
        optimizer.Step(loss);
        return loss.item<float>();
    }
}
