using Cluster.Coordinator.Model;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Graphs.Passes;

namespace Cluster.Untrained;

/// <summary>A network of one channel and grey images of uniform noise for it, as files of which `run` is given the names.</summary>
/// <param name="Model">The ONNX file; its preprocessing, which leaves pixels as they are, lies beside it.</param>
/// <param name="Images">A spec of the images, labelled by the network's own answers in FP32.</param>
internal sealed record NoiseSample(string Model, string Images)
{
    private const int Batch = 32;

    public static NoiseSample Write(string folder, ModelGraph graph, int images, long seed)
    {
        Directory.CreateDirectory(folder);
        string model = Path.Combine(folder, $"{graph.Name}.onnx");
        string pixels = Path.Combine(folder, $"{graph.Name}-images-idx3-ubyte");
        string labels = Path.Combine(folder, $"{graph.Name}-labels-idx1-ubyte");
        int side = (int)graph.Inputs[0].Shape[^1];
        var random = new SplitMix64((ulong)SplitMix64.Derive(seed, "untrained/noise"));
        byte[] noise = [.. Enumerable.Range(0, images * side * side).Select(_ => (byte)(random.Next() >> 56))];
        IdxWriter.WriteImages(pixels, noise, 1, side, side, gzip: false);
        File.WriteAllBytes(model, OnnxWriter.Write(graph));
        var preprocess = new Preprocess(PixelColor.Gray, 1, [0], [1]);
        File.WriteAllText(Path.ChangeExtension(model, ".preprocess.json"), preprocess.ToJson());
        IdxWriter.WriteLabels(labels, Answers(graph, new ImageBatches(DataSource.Open($"idx:{pixels}"), preprocess, Batch)), gzip: false);
        return new NoiseSample(model, $"idx:{pixels},labels={labels}");
    }

    private static byte[] Answers(ModelGraph graph, ImageBatches images)
    {
        using var network = new FloatNetwork(GroupFinder.Find(GraphNormalizer.Normalize(graph)));
        var answers = new List<byte>();
        for (int batch = 0; batch < images.Count; batch++)
        {
            float[] logits = network.Run(images.Inputs(batch));
            answers.AddRange(logits.Chunk(logits.Length / images.Size(batch)).Select(row => (byte)Array.IndexOf(row, row.Max())));
        }

        return [.. answers];
    }
}
