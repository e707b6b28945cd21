using System.Diagnostics.CodeAnalysis;

namespace Cluster.Kernels.Tests.Sensitivity;

/// <summary>Alone, as it counts what the whole process holds.</summary>
[Collection(Tensors.ProcessSettings.Name)]
public sealed class SensitivityMemoryTests
{
    private const int Side = 256;
    private const int Layers = 12;
    private const long OutputBytes = sizeof(float) * Side * Side;

    [Fact]
    public void Run_ManyGroupsWithALargeOutput_HoldsNoOutputOfAGroupThatIsScored()
    {
        var builder = new GraphBuilder(13, -1, 1, Side, Side);
        for (int layer = 0; layer < Layers; layer++)
        {
            builder.Floats($"w{layer}", [1, 1, 1, 1], 1.1f).Node("Conv", $"{(layer == 0 ? "x" : $"c{layer - 1}")} w{layer}", $"c{layer}");
        }

        var graph = Nets.Group(builder.Build());
        var held = new HeldBytes();
        using var network = new FloatNetwork(graph) { Counted = held };
        var images = Nets.Noise(1, 1, Side, Side, 1);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        (LayerGroup, QuantizedNetwork)[] alone = [.. graph.Groups.Select(group =>
            (group, resolver.Resolve(Nets.Mixed(graph, index => index == group.Index, "max"))))];
        held.Seen.Clear();

        var scores = SensitivitySweep.Run(network, alone, images, workers: 1, null, CancellationToken.None, ranks: 0);

        // One look at the outputs of FP32, and one at those of each trial.
        scores.Count.ShouldBe(Layers);
        held.Seen.Count.ShouldBe(Layers + 1);
        (held.Seen[^1] - held.Seen[1]).ShouldBeLessThan(2 * OutputBytes, $"{Layers} outputs are {Layers * OutputBytes:N0} bytes");
    }

    // Asked for each time that a run's outputs are copied.
    private sealed class HeldBytes : IReadOnlyDictionary<string, IReadOnlyList<long>>
    {
        public List<long> Seen { get; } = [];

        public IEnumerable<string> Keys => [];

        public IEnumerable<IReadOnlyList<long>> Values => [];

        public int Count => 0;

        public IReadOnlyList<long> this[string key] => throw new KeyNotFoundException(key);

        public bool ContainsKey(string key) => false;

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out IReadOnlyList<long> value)
        {
            Seen.Add(GC.GetTotalMemory(forceFullCollection: true));
            value = null;
            return false;
        }

        public IEnumerator<KeyValuePair<string, IReadOnlyList<long>>> GetEnumerator() =>
            Enumerable.Empty<KeyValuePair<string, IReadOnlyList<long>>>().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
