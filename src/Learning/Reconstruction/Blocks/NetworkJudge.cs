using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// Judges a block's activation scales by the network's outputs. A block that sees FP32 inputs shows an error of its low-bit weights alone,
/// and a narrower range can lower it by clipping what the rest of the network needs.
/// </summary>
internal sealed class NetworkJudge : IDisposable
{
    private const int BatchSize = 32;

    private NetworkJudge(BlockJudge judge) => Judge = judge;

    /// <summary>The whole network, its quantized input and FP32's outputs, for the held-out images alone.</summary>
    public BlockJudge Judge { get; }

    /// <param name="images">The network's input, in FP32.</param>
    /// <param name="trained">How many images, the first ones, are learned from.</param>
    public static NetworkJudge Of(
        GroupedGraph graph,
        ProgramBuilder programs,
        LearnedNumbers numbers,
        TensorCache images,
        int trained,
        ShardTeam team,
        CancellationToken cancellation)
    {
        var whole = programs.Segment([.. graph.Nodes]);
        using var exact = Copy(images, trained, static pixels => pixels.alias());
        var targets = SegmentCaching.Run(whole, [exact], null, team, cancellation);
#pragma warning disable CA2000 // The judge owns it.
        var input = Copy(images, trained, pixels => numbers.IsMadeQuantized(graph.Input.Name)
            ? TensorQuantizer.FakeQuantize(pixels, numbers.Activations[graph.Input.Name])
            : pixels.alias());
#pragma warning restore CA2000
        var block = new ReconstructionBlock([.. graph.Nodes], [.. graph.WeightedNodes]);
        return new NetworkJudge(new BlockJudge(block, whole, [input], targets, First: 0));
    }

    public void Dispose() => Judge.Inputs.Concat(Judge.Targets).DisposeAll();

    private static TensorCache Copy(TensorCache images, int first, Func<Tensor, Tensor> change)
    {
        var copy = images.For(images.Images - first);
        for (int image = first; image < images.Images; image += BatchSize)
        {
            using var pixels = images.Read(image, Math.Min(BatchSize, images.Images - image));
            using var changed = change(pixels);
            copy.Write(image - first, changed);
        }

        return copy;
    }
}
