namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>A network that only runs in ONNX Runtime, so that only its weights and inputs are known.</summary>
internal sealed record RawNetwork(string Path, ModelFile File, ModelGraph Graph)
{
    private const int Batch = 16;

    /// <exception cref="KernelException">There is no such file, or it is not an FP32 network.</exception>
    public static RawNetwork Read(string path)
    {
        var file = OnnxReader.ReadFile(path);
        var graph = OnnxReader.Read(file, path);
        WeightOnlyNodes.RequireFloat(graph, path);
        return new RawNetwork(path, file, graph);
    }

    /// <summary>Samples for it.</summary>
    /// <exception cref="KernelException">Data are missing, damaged, or not for this network.</exception>
    public ImageBatches Samples(string spec, Preprocess? preprocess, SpillSpace pixels)
    {
        int batch = Graph.Inputs.All(input => input.Shape is [-1, ..]) ? Batch : 1;
        if (batch == 1 && Graph.Inputs.FirstOrDefault(input => input.Shape is not [-1 or 1, ..]) is { } other)
        {
            throw new KernelException(
                $"The input '{other.Name}' of {Path} has shape [{string.Join(',', other.Shape)}], which takes no single sample; "
                + "export the network for any batch.");
        }

        return new ImageBatches(
            DataSource.OpenSamples(spec, DataAccess.Anywhere, pixels, preprocess?.Geometry).For(Graph.Inputs, preprocess),
            preprocess,
            batch);
    }
}
