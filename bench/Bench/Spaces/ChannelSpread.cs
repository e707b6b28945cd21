using Cluster.Coordinator.Model;
using Cluster.Coordinator.Statistics;
using Cluster.Networks.Graphs;

namespace Cluster.Bench.Spaces;

/// <summary>
/// Gives the channels of activations very different ranges without changing what a network computes: a ReLU lets a positive factor
/// through, so a channel that one layer multiplies and the next divides by is the same function in FP32, and in 8 bits, with one scale a
/// tensor, a channel with few codes left. Trained networks with depthwise convolutions come that way (Nagel et al. 2019,
/// arXiv:1906.04721, section 3.1, which undoes it); a small one made for a benchmark hardly does by itself.
/// </summary>
internal static class ChannelSpread
{
    // The largest standard deviation of the logarithm of a channel's factor. It is drawn for each layer, and larger for later ones: the
    // first layers see the faintest signal and are harmed most without it.
    private const double Most = 1.2;

    /// <summary>The graph of a network of Glyphs with other factors.</summary>
    public static ModelGraph Apply(ModelGraph graph, long seed)
    {
        // A layer's parameters are named after its ReLU.
        string[] layers = [.. graph.Nodes.Where(node => node.OpType == "Relu").Select(node => node.Name)];
        var random = new SplitMix64((ulong)SplitMix64.Derive(seed, "channel spread"));
        var constants = graph.Initializers.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        for (int i = 0; i < layers.Length; i++)
        {
            double spread = Most * Unit(random) * i / layers.Length;
            long channels = constants[$"{layers[i]}.gain"].Count;
            float[] factors = [.. Enumerable.Range(0, (int)channels).Select(_ => (float)Math.Exp(spread * Normal.Quantile(Unit(random))))];
            foreach (string part in new[] { "gain", "shift" })
            {
                Multiply(constants, $"{layers[i]}.{part}", (_, channel) => factors[channel], inputs: 1);
            }

            Divide(constants, i + 1 < layers.Length ? $"{layers[i + 1]}.weight" : "classifier.weight", factors);
        }

        return graph with { Initializers = constants };
    }

    // Of (outputs, inputs, …); a depthwise filter has its own channel as its only input.
    private static void Divide(Dictionary<string, TensorData> constants, string name, float[] factors)
    {
        int inputs = (int)constants[name].Shape[1];
        Multiply(constants, name, (output, input) => 1 / factors[inputs == 1 ? output : input], inputs);
    }

    private static void Multiply(Dictionary<string, TensorData> constants, string name, Func<int, int, float> factor, int inputs)
    {
        var tensor = constants[name];
        float[] values = tensor.As<float>().ToArray();
        int outputs = (int)tensor.Shape[0];
        int size = values.Length / outputs / inputs;
        for (int i = 0; i < values.Length; i++)
        {
            (int output, int input) = (i / size / inputs, i / size % inputs);
            values[i] *= inputs == 1 ? factor(output, output) : factor(output, input);
        }

        constants[name] = TensorData.FromFloats(tensor.Shape, values);
    }

    private static double Unit(SplitMix64 random) => ((random.Next() >> 11) + 0.5) / (1UL << 53);
}
