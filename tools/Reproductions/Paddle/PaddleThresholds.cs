using static TorchSharp.torch;

namespace Cluster.Reproductions.Paddle;

/// <summary>The thresholds of all activations that plans may quantize, by PaddleSlim's own search over batches.</summary>
internal sealed class PaddleThresholds
{
    private readonly Dictionary<string, Dictionary<PaddleLoss, PaddleThreshold>> _tensors;

    private PaddleThresholds(IEnumerable<string> tensors) => _tensors = tensors.ToDictionary(
        tensor => tensor,
        _ => Enum.GetValues<PaddleLoss>().ToDictionary(loss => loss, loss => new PaddleThreshold(loss)),
        StringComparer.Ordinal);

    /// <summary>Runs the network over the images, batch by batch in their order.</summary>
    public static PaddleThresholds Of(FloatNetwork network, ImageBatches images, CancellationToken cancellation)
    {
        var thresholds = new PaddleThresholds(CalibrationPass.ObservedTensors(network.Graph));
        for (int batch = 0; batch < images.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            CalibrationPass.Show(network, images, batch, thresholds.Add);
        }

        return thresholds;
    }

    /// <summary>By tensor.</summary>
    public IReadOnlyDictionary<string, float> By(PaddleLoss loss) =>
        _tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value[loss].Value, StringComparer.Ordinal);

    private void Add(string tensor, Tensor value)
    {
        if (_tensors.TryGetValue(tensor, out var thresholds))
        {
            // They do not depend on the order of the values.
            using var memory = new DenseMemory(value);
            foreach (var threshold in thresholds.Values)
            {
                threshold.Add(memory.Values);
            }
        }
    }
}
