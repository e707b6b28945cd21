using Cluster.Data;
using Cluster.Kernels.Execution;
using Cluster.Networks.Graphs.Groups;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Graphs.Passes;
using Cluster.Networks.Preprocessing;
using SplitMix64 = Cluster.Coordinator.Model.SplitMix64;

namespace Cluster.Glyphs.Untrained;

/// <summary>A network of random weights and images for it, as a user has them: files of which `run` is given the names.</summary>
/// <param name="Model">The ONNX file; its preprocessing lies beside it.</param>
/// <param name="Images">A spec of the images, labelled where labels were asked for.</param>
internal sealed record UntrainedSample(string Model, string Images)
{
    private const int Batch = 16;

    /// <summary>Writes images alone, for a metric that asks for no labels.</summary>
    public static UntrainedSample Write(string folder, ModelGraph graph, int images, long seed)
    {
        var random = new SplitMix64((ulong)SplitMix64.Derive(seed, "untrained/images"));
        var (channels, side) = ((int)graph.Inputs[0].Shape[1], (int)graph.Inputs[0].Shape[^1]);
        Directory.CreateDirectory(folder);
        string model = Path.Combine(folder, $"{graph.Name}.onnx");
        string pixels = Path.Combine(folder, $"{graph.Name}-images-idx{(channels == 1 ? 3 : 4)}-ubyte");
        byte[] bytes = [.. Enumerable.Range(0, images).SelectMany(_ => UntrainedImages.Draw(random, channels, side))];
        IdxWriter.WriteImages(pixels, bytes, channels, side, side, gzip: false);
        File.WriteAllBytes(model, OnnxWriter.Write(graph).Message);
        var scaling = channels == 1
            ? new Preprocess(PixelColor.Gray, 1, [128], [64])
            : new Preprocess(PixelColor.Rgb, 1, [128, 128, 128], [64, 64, 64]);
        File.WriteAllText(Path.ChangeExtension(model, ".preprocess.json"), scaling.ToJson());
        return new UntrainedSample(model, $"idx:{pixels}");
    }

    /// <summary>
    /// Writes labels, too: the network's own answers in FP32, after its last biases made every class as likely as the others for the
    /// mean image.
    /// </summary>
    public static UntrainedSample WriteLabelled(string folder, ModelGraph graph, int images, long seed)
    {
        var sample = Write(folder, graph, images, seed);
        float[][] logits = sample.Logits(graph);
        float[] means = [.. Enumerable.Range(0, logits[0].Length).Select(label => logits.Average(row => row[label]))];
        byte[] labels = [.. logits.Select(row => Largest([.. row.Zip(means, (value, mean) => value - mean)]))];
        var constants = graph.Initializers.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        constants["classifier.bias"] = TensorData.FromFloats([means.Length], [.. means.Select(mean => -mean)]);
        File.WriteAllBytes(sample.Model, OnnxWriter.Write(graph with { Initializers = constants }).Message);
        return sample.Labelled(labels);
    }

    private UntrainedSample Labelled(byte[] labels)
    {
        string path = Path.Combine(
            Path.GetDirectoryName(Model)!, $"{Path.GetFileNameWithoutExtension(Model)}-labels-idx1-ubyte");
        IdxWriter.WriteLabels(path, labels, gzip: false);
        return this with { Images = $"{Images},labels={path}" };
    }

    // One row an image.
    private float[][] Logits(ModelGraph graph)
    {
        var batches = new ImageBatches(DataSource.Open(Images), Preprocess.LoadFor(Model), Batch);
        using var network = new FloatNetwork(GroupFinder.Find(GraphNormalizer.Normalize(graph)));
        return [.. Enumerable.Range(0, batches.Count).SelectMany(batch => Rows(network, batches, batch))];
    }

    private static float[][] Rows(FloatNetwork network, ImageBatches images, int batch)
    {
        float[] logits = network.Run(images.Inputs(batch));
        return [.. logits.Chunk(logits.Length / images.Size(batch))];
    }

    private static byte Largest(float[] row) => (byte)Array.IndexOf(row, row.Max());
}
