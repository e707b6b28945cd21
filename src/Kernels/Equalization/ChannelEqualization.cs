namespace Cluster.Kernels.Equalization;

/// <summary>
/// Cross-layer equalization (Nagel et al. 2019, "Data-free quantization"): output channel i of a layer is divided by
/// S_i and the next layer's input channel i multiplied by it, with S_i = sqrt(r1_i / r2_i), r the largest magnitudes of
/// the channel's weights, until both ranges are sqrt(r1_i r2_i); with a depthwise layer between two others S1 = r1 /
/// cbrt(r1 r2 r3) and S2 = cbrt(r1 r2 r3) / r3. The function stays the same, exactly in real numbers, where what lies
/// between is positively homogeneous: f(s x) = s f(x) for s > 0, as ReLU, LeakyReLU and poolings are and a Clip with a
/// ceiling is not.
/// </summary>
/// <param name="Graph">The network with its new weights.</param>
/// <param name="Pairs">What was equalized, in the graph's order.</param>
/// <param name="Skipped">A sentence for each layer that could not be paired, saying why.</param>
public sealed record ChannelEqualization(ModelGraph Graph, IReadOnlyList<EqualizedPair> Pairs, IReadOnlyList<string> Skipped)
{
    // Chains of layers settle within a few rounds. A factor beyond these limits would only move a dead channel's range, not remove it
    // (PPQ's limits).
    private const int LargestRounds = 20;
    private const double Settled = 1e-4;
    private const double LargestScale = 10;

    /// <summary>Equalizes every pair of layers of a normalised graph.</summary>
    public static ChannelEqualization Of(ModelGraph graph)
    {
        var chains = new HomogeneousChains(graph);
        var layers = new Dictionary<string, ChannelWeightView>(StringComparer.Ordinal);
        var pairs = new List<Pair>();
        var skipped = new List<string>();
        foreach (var node in graph.Nodes.Where(chains.IsLayer))
        {
            var (next, reason) = chains.Next(node);
            if (next is null)
            {
                skipped.Add(reason);
                continue;
            }

            pairs.Add(new Pair(Layer(node), Layer(next)));
        }

        Settle(pairs);
        var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        foreach (var layer in layers.Values)
        {
            layer.Store(constants);
        }

        return new ChannelEqualization(
            graph with { Initializers = constants },
            [.. pairs.Select(pair => new EqualizedPair(pair.First.Node.Name, pair.Second.Node.Name, pair.LargestFactor))],
            skipped);

        ChannelWeightView Layer(GraphNode node)
        {
            if (!layers.TryGetValue(node.Name, out var layer))
            {
                layers[node.Name] = layer = new ChannelWeightView(node, graph);
            }

            return layer;
        }
    }

    private static void Settle(List<Pair> pairs)
    {
        for (int round = 0; round < LargestRounds; round++)
        {
            double change = 0;
            for (int i = 0; i < pairs.Count; i++)
            {
                bool isTriple = i + 1 < pairs.Count && pairs[i].Second == pairs[i + 1].First && pairs[i].Second.IsDepthwise;
                change = Math.Max(change, isTriple ? EqualizeThree(pairs[i], pairs[i + 1]) : Equalize(pairs[i]));
                i += isTriple ? 1 : 0;
            }

            if (change < Settled)
            {
                break;
            }
        }
    }

    private static double Equalize(Pair pair)
    {
        double[] first = pair.First.OutputRanges();
        double[] second = pair.Second.InputRanges(first.Length);
        return pair.Scale([.. first.Zip(second, (r1, r2) => r1 == 0 || r2 == 0 ? 1 : Math.Sqrt(r1 / r2))]);
    }

    private static double EqualizeThree(Pair outer, Pair inner)
    {
        double[] r1 = outer.First.OutputRanges();
        double[] r2 = outer.Second.OutputRanges();
        double[] r3 = inner.Second.InputRanges(r1.Length);
        double[] mean = [.. r1.Select((range, channel) => Math.Cbrt(range * r2[channel] * r3[channel]))];
        double change = outer.Scale([.. r1.Select((range, channel) => mean[channel] == 0 ? 1 : range / mean[channel])]);
        return Math.Max(change, inner.Scale([.. r3.Select((range, channel) => mean[channel] == 0 ? 1 : mean[channel] / range)]));
    }

    private sealed class Pair(ChannelWeightView first, ChannelWeightView second)
    {
        private readonly double[] _total = [.. Enumerable.Repeat(1.0, first.OutputChannels)];

        public ChannelWeightView First => first;

        public ChannelWeightView Second => second;

        public double LargestFactor => _total.Max(factor => Math.Max(factor, 1 / factor));

        /// <summary>
        /// Divides the first layer's channels and multiplies the second's; returns the largest |factor - 1|.
        /// </summary>
        public double Scale(double[] factors)
        {
            for (int channel = 0; channel < factors.Length; channel++)
            {
                double limited = Math.Clamp(_total[channel] * factors[channel], 1 / LargestScale, LargestScale);
                factors[channel] = limited / _total[channel];
                _total[channel] = limited;
            }

            first.DivideOutputs(factors);
            second.MultiplyInputs(factors);
            return factors.Max(factor => Math.Abs(factor - 1));
        }
    }
}

/// <summary>Two layers whose common channels were equalized, by node name.</summary>
/// <param name="LargestFactor">Largest of max(S, 1/S) over the channels, S being what the first layer was divided
/// by.</param>
public sealed record EqualizedPair(string First, string Second, double LargestFactor);
