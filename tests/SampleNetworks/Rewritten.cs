namespace Cluster.Tests;

/// <summary>Compares networks before and after their rewrites in ONNX Runtime, each computed as it is written.</summary>
internal static class Rewritten
{
    /// <summary>Each rewrite keeps the function, at the file's own batch; 3 where that is free. The normal form.</summary>
    public static ModelGraph ShouldKeep(ModelGraph file, int seed = 7)
    {
        long batch = file.Inputs[0].Shape[0] is > 0 and var stated ? stated : 3;
        float[][] inputs = [.. file.Inputs.Select((input, i) => Random(input, batch, seed + i))];
        float[] expected = Run(file, batch, inputs);
        foreach (var (name, graph) in GraphNormalizer.Steps(file))
        {
            Nets.Distance(Run(graph, batch, inputs), expected).ShouldBeLessThan(1e-5f, name);
            file = graph;
        }

        return file;
    }

    /// <summary>The batch is free after the rewrites, and each sample has the numbers that the file of a fixed batch of 1 gives
    /// it.</summary>
    public static void ShouldFree(ModelGraph file)
    {
        var graph = ShouldKeep(file);
        graph.FixedBatch.ShouldBe(1);
        float[][] samples = [.. Enumerable.Range(0, 4).Select(i => Random(file.Inputs[0], 1, 20 + i))];
        float[] apart = [.. samples.SelectMany(sample => Run(file, 1, [sample]))];

        Nets.Distance(Run(graph, 4, [[.. samples.SelectMany(sample => sample)]]), apart).ShouldBeLessThan(1e-5f);
    }

    /// <summary>The first output for inputs of some batch.</summary>
    public static float[] Run(ModelGraph graph, long batch, params float[][] inputs) => InRuntime.RunAsWritten(
        OnnxWriter.Write(graph).Message,
        [.. graph.Inputs.Zip(inputs, (input, values) => TensorData.FromFloats(Shape(input, batch), values))]);

    /// <summary>Seeded values for an input.</summary>
    public static float[] Random(ValueInfo input, long batch, int seed) =>
        Nets.Values((int)Shape(input, batch).Aggregate(1L, (count, size) => count * size), seed);

    private static long[] Shape(ValueInfo input, long batch) => [.. input.Shape.Select(size => size < 0 ? batch : size)];
}
